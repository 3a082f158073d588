package io.holdfast.eventing.authorization;

import static io.holdfast.eventing.inbox.InboxTableTest.get;
import static io.holdfast.eventing.inbox.InboxTableTest.unique;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.access.signature.RequestSignature;
import io.holdfast.contracts.BackupKind;
import io.holdfast.contracts.BackupRequest;
import io.holdfast.contracts.Topic;
import io.holdfast.devstack.DevStackResource;
import io.holdfast.eventing.Bus;
import io.holdfast.eventing.DemoConfig;
import io.holdfast.eventing.Tables;
import io.holdfast.eventing.cloudevents.OutboxEvent;
import io.holdfast.eventing.outbox.Outbox;
import io.holdfast.eventing.runtime.TransactionRunner;
import io.holdfast.testsupport.producer.TestProducer;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(DevStackResource.class)
class SignedRequestTest {
    private static final String REQUESTS = "holdfast.backup.requests.v1";
    private static final String EVENTS = "holdfast.backup.events.v1";
    private static final String STARTED = "io.holdfast.BackupStarted.v1";
    private static final String REJECTED = "io.holdfast.RequestRejected.v1";

    @Inject
    Bus bus;

    @Inject
    Tables tables;

    @Inject
    DemoConfig config;

    @Inject
    Outbox outbox;

    @Inject
    TransactionRunner transactions;

    @Test
    void anUnsignedBackupIsTakenAsTheSourceIsConfigured() {
        assertThat(outcome(send("portal", Map.of()))).isEqualTo(STARTED);
        assertThat(outcome(send("lax", Map.of()))).isEqualTo(STARTED);
        assertThat(rejection(send("strict", Map.of())))
                .contains("REQUEST_FORBIDDEN", "source \\\"strict\\\" needs a signature", "unsigned-requests: reject");
    }

    @Test
    void aSignedBackupIsTakenInBothModes() {
        assertThat(outcome(signed(config.billing, "strict"))).isEqualTo(STARTED);

        String id = unique("structured");
        String time = Instant.now().toString();
        String type = "io.holdfast.BackupRequested.v1";
        byte[] event = """
                {"specversion":"1.0","id":"%s","source":"/bill\\u0069ng","type":"%s","time":"%s",
                 "data":{"source":"strict"}}""".formatted(id, type, time).getBytes(UTF_8);
        String signature = config.billing.sign(id, "/billing", type, time, event);
        bus.send(REQUESTS, null, event, Map.of(RequestSignature.HEADER, signature));

        assertThat(outcome(id)).isEqualTo(STARTED);
    }

    @Test
    void aProducerMayDoWhatItsRolesSayOnItsSourcesOnly() {
        assertThat(outcome(signed(config.limited, "portal"))).isEqualTo(STARTED);
        assertThat(rejection(signed(config.limited, "strict")))
                .contains("REQUEST_FORBIDDEN", "producer \\\"limited\\\" may not back up on this source");
        assertThat(rejection(signed(config.limited, "no-such-source")))
                .as("nothing tells which sources there are")
                .contains("REQUEST_FORBIDDEN", "producer \\\"limited\\\" may not back up on this source");
        assertThat(rejection(signed(config.reader, "portal")))
                .as("a signature is checked even where none is needed")
                .contains("REQUEST_FORBIDDEN", "producer \\\"reader\\\" has no role that may back up");
    }

    @Test
    void everyRequestButThatForABackupNeedsASignature() {
        String cancel = "{\"backupId\":\"01890000-0000-7000-8000-000000000002\"}";
        Map<String, String> type = Map.of("ce_type", "io.holdfast.BackupCancellationRequested.v1");

        assertThat(rejection(send(cancel.getBytes(UTF_8), headers(unique("unsigned"), type))))
                .contains("REQUEST_FORBIDDEN", "needs a signature");
        assertThat(rejection(sign(config.limited, cancel, headers(unique("limited"), type))))
                .as("whose backup it is is not known")
                .contains("REQUEST_FORBIDDEN");
        assertThat(rejection(sign(config.billing, cancel, headers(unique("signed"), type))))
                .contains("BACKUP_UNKNOWN");
    }

    @Test
    void aSignatureOverAnotherIdTimeOrBodyIsRefused() {
        for (String attribute : List.of("ce_id", "ce_time", "ce_source")) {
            byte[] body = body("portal");
            Map<String, String> changed = new HashMap<>(config.billing.signed(headers(unique("id"), Map.of()), body));
            changed.put(attribute, attribute.equals("ce_time") ? Instant.now().toString() : unique("other"));

            assertThat(rejection(send(body, changed))).contains("REQUEST_FORBIDDEN", "(SIGNATURE)");
        }
        Map<String, String> headers = config.billing.signed(headers(unique("id"), Map.of()), body("portal"));
        assertThat(rejection(send(body("lax"), headers))).contains("REQUEST_FORBIDDEN", "(SIGNATURE)");
    }

    @Test
    void forgedSignaturesAreRefusedWithTheCheckAndNotRepeated() {
        String none = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString("{\"alg\":\"none\",\"kid\":\"billing/test\"}".getBytes(UTF_8));
        TestProducer stranger = TestProducer.named("stranger");
        TestProducer impostor = TestProducer.named("billing");

        assertThat(rejection(forged(none + "..e30"))).contains("(ALGORITHM)").doesNotContain(none);
        assertThat(rejection(forged(none + ".."))).contains("(FORM)");
        assertThat(rejection(forged(""))).contains("(FORM)");
        assertThat(rejection(forged("A".repeat(900_000)))).contains("(SIZE)").hasSizeLessThan(2_000);
        assertThat(rejection(signed(stranger, "portal"))).contains("(KEY_ID)").doesNotContain("stranger");
        assertThat(rejection(signed(impostor, "portal"))).contains("(SIGNATURE)");
    }

    @Test
    void anOldSignatureIsRefused() {
        Instant now = Instant.now();
        Map<String, String> old = Map.of("ce_time", now.minusSeconds(601).toString());
        Map<String, String> recent = Map.of("ce_time", now.minusSeconds(540).toString());
        Map<String, String> early = Map.of("ce_time", now.plusSeconds(600).toString());

        assertThat(outcome(sign(config.billing, text("strict"), headers(unique("recent"), recent))))
                .isEqualTo(STARTED);
        assertThat(rejection(sign(config.billing, text("strict"), headers(unique("old"), old))))
                .contains("(AGE)", "sign it when it is sent");
        assertThat(rejection(sign(config.billing, text("strict"), headers(unique("early"), early))))
                .contains("(FUTURE)");
    }

    @Test
    void aReplayHasNoEffectWithOrWithoutItsSignature() {
        Map<String, String> headers = headers(unique("once"), Map.of());
        String id = headers.getOrDefault("ce_id", "");
        byte[] body = body("replayed");
        Map<String, String> signed = config.billing.signed(headers, body);

        send(body, signed);
        bus.awaitMany(EVENTS, 1, Bus.with("ce_correlationid", id));
        send(body, signed);
        bus.awaitMany(EVENTS, 2, Bus.with("ce_correlationid", id));
        send(body, headers);

        assertThat(bus.awaitMany(EVENTS, 3, Bus.with("ce_correlationid", id)))
                .as("its outcome once more")
                .allMatch(Bus.with("ce_type", STARTED));
        assertThat(tables.count("demo where name = ?", "replayed")).isEqualTo(1);
    }

    @Test
    void aRefusedSenderDoesNotUseUpTheIdentityOfAnother() {
        Map<String, String> headers = headers(unique("contested"), Map.of());
        byte[] body = body("strict");

        String id = send(body, headers);
        bus.awaitMany(EVENTS, 1, Bus.with("ce_correlationid", id));
        send("{\"nonsense\":1}".getBytes(UTF_8), headers);
        bus.awaitMany(EVENTS, 2, Bus.with("ce_correlationid", id));
        send(body, config.billing.signed(headers, body));

        assertThat(bus.awaitMany(EVENTS, 3, Bus.with("ce_correlationid", id)))
                .extracting(record -> Bus.header(record, "ce_type").orElse(""))
                .containsExactlyInAnyOrder(REJECTED, REJECTED, STARTED);
    }

    @Test
    void theServiceSignsItsOwnRequests() {
        String id = unique("safety");
        var request = new BackupRequest.Requested("strict", List.of(), BackupKind.SAFETY, null, null);

        get(transactions.run(session -> outbox.publish(
                session, new OutboxEvent(Topic.BACKUP_REQUESTS, request, id, "strict", null, id, null))));

        assertThat(outcome(id)).isEqualTo(STARTED);
    }

    private String signed(TestProducer producer, String source) {
        return sign(producer, text(source), headers(unique("signed"), Map.of()));
    }

    private String sign(TestProducer producer, String data, Map<String, String> headers) {
        byte[] body = data.getBytes(UTF_8);
        return send(body, producer.signed(headers, body));
    }

    private String send(String source, Map<String, String> more) {
        return send(body(source), headers(unique("request"), more));
    }

    private String forged(String signature) {
        return send("portal", Map.of("ce_time", Instant.now().toString(), RequestSignature.HEADER, signature));
    }

    /** @return the request's id */
    private String send(byte[] body, Map<String, String> headers) {
        bus.send(REQUESTS, null, body, headers);
        return headers.getOrDefault("ce_id", "");
    }

    private String outcome(String id) {
        return Bus.header(answer(id), "ce_type").orElse("");
    }

    private String rejection(String id) {
        ConsumerRecord<byte[], byte[]> answer = answer(id);
        assertThat(Bus.header(answer, "ce_type")).contains(REJECTED);
        return Bus.text(answer);
    }

    private ConsumerRecord<byte[], byte[]> answer(String id) {
        return bus.awaitOne(EVENTS, Bus.with("ce_correlationid", id));
    }

    private static String text(String source) {
        return "{\"source\":\"" + source + "\"}";
    }

    private static byte[] body(String source) {
        return text(source).getBytes(UTF_8);
    }

    private static Map<String, String> headers(String id, Map<String, String> more) {
        Map<String, String> headers = new HashMap<>(Map.of(
                "content-type", "application/json",
                "ce_specversion", "1.0",
                "ce_id", id,
                "ce_source", "/billing",
                "ce_type", "io.holdfast.BackupRequested.v1"));
        headers.putAll(more);
        return headers;
    }
}
