package io.holdfast.eventing.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.BackupRequest;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.devstack.DevStackResource;
import io.holdfast.eventing.Bus;
import io.holdfast.eventing.DemoService;
import io.holdfast.eventing.Tables;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(DevStackResource.class)
public class InboxTableTest {
    private static final String REQUESTS = "holdfast.backup.requests.v1";
    private static final String EVENTS = "holdfast.backup.events.v1";

    @Inject
    Bus bus;

    @Inject
    Tables tables;

    @Inject
    DemoService service;

    @Test
    void aStructuredEventWithoutKeyOrHeadersHasItsEffect() {
        String source = unique("kcat");

        bus.sendStructured(REQUESTS, structured(unique("deploy"), "/ci/deploy", source, ""));

        await().atMost(Bus.PATIENCE).until(() -> tables.count("demo where name = ?", source) == 1);
    }

    @Test
    void aRedeliveredRequestHasOneEffectAndItsOutcomeIsRepeated() {
        String source = unique("twice");
        String id = unique("id");

        bus.sendStructured(REQUESTS, structured(id, "/ci", source, ""));
        bus.sendStructured(REQUESTS, structured(id, "/ci", source, ""));

        List<ConsumerRecord<byte[], byte[]>> told = bus.awaitMany(EVENTS, 2, Bus.with("ce_correlationid", id));
        assertThat(tables.count("demo where name = ?", source)).isEqualTo(1);
        assertThat(told.stream().map(m -> Bus.header(m, "ce_id")).distinct()).hasSize(1);
    }

    @Test
    void anEffectThatFailsIsTriedAgainAndNotLost() {
        String source = unique("shaky");
        service.failing.put(source, new AtomicInteger(3));

        bus.sendStructured(REQUESTS, structured(unique("id"), "/ci", source, ""));

        await().atMost(Bus.PATIENCE).until(() -> tables.count("demo where name = ?", source) == 1);
        assertThat(service.failing.get(source)).hasNegativeValue();
    }

    @Test
    void aFailureRejectsTheRequestOnceAndLeavesNothing() {
        String source = unique("unknown");
        String id = unique("id");

        bus.sendStructured(REQUESTS, structured(id, "/ci", source, ""));

        ConsumerRecord<byte[], byte[]> told = bus.awaitOne(EVENTS, Bus.with("ce_correlationid", id));
        assertThat(Bus.header(told, "ce_type")).contains("io.holdfast.RequestRejected.v1");
        assertThat(Bus.text(told)).contains("SOURCE_UNKNOWN", id, source);
        assertThat(tables.count("demo where name = ?", source)).isZero();
        assertThat(tables.count("inbox where id = ? and rejection is not null", id))
                .isEqualTo(1);
    }

    @Test
    void aVaultThatCannotBeReachedRejectsNothing() {
        String source = unique("vault");
        String id = unique("id");
        service.failing.put(source, new AtomicInteger(3));

        bus.sendStructured(REQUESTS, structured(id, "/ci", source, ""));

        ConsumerRecord<byte[], byte[]> told = bus.awaitOne(EVENTS, Bus.with("ce_correlationid", id));
        assertThat(Bus.header(told, "ce_type")).contains("io.holdfast.BackupStarted.v1");
        assertThat(service.failing.get(source)).hasNegativeValue();
    }

    @Test
    void overRestTheSameRequestSucceedsOnceTheVaultIsBack() {
        String source = unique("vault");
        BackupRequest request = new BackupRequest.Requested(source, List.of(), null, null, null);
        String key = unique("key");
        service.failing.put(source, new AtomicInteger(1));

        assertThatThrownBy(() -> get(service.accept(key, request)))
                .isInstanceOfSatisfying(
                        HoldfastException.class, f -> assertThat(f.code()).isEqualTo(FailureCode.VAULT_UNREACHABLE));

        assertThat(get(service.accept(key, request))).isNotNull();
    }

    @Test
    void theSameIdentityWithAnotherBodyIsRejected() {
        String source = unique("first");
        String id = unique("id");

        bus.sendStructured(REQUESTS, structured(id, "/ci", source, ""));
        bus.sendStructured(REQUESTS, structured(id, "/ci", unique("second"), ""));

        ConsumerRecord<byte[], byte[]> told = bus.awaitOne(
                EVENTS, Bus.with("ce_correlationid", id).and(Bus.with("ce_type", "io.holdfast.RequestRejected.v1")));
        assertThat(Bus.text(told)).contains("IDENTITY_REUSED");
        assertThat(tables.count("demo where name like 'first-%' and name = ?", source))
                .isEqualTo(1);
    }

    @Test
    void whiteSpaceAndOrderOfFieldsMakeNoOtherBody() {
        String source = unique("spaced");
        String id = unique("id");
        String binary = "{ \"labels\" : [ ] , \"source\" : \"%s\" }".formatted(source);

        bus.sendStructured(REQUESTS, structured(id, "/ci", source, ",\"labels\":[]"));
        bus.send(REQUESTS, null, binary.getBytes(StandardCharsets.UTF_8), binaryHeaders(id, "/ci"));

        assertThat(bus.awaitMany(EVENTS, 2, Bus.with("ce_correlationid", id)))
                .allMatch(Bus.with("ce_type", "io.holdfast.BackupStarted.v1"));
    }

    @Test
    void restAndKafkaShareOneInbox() {
        String source = unique("rest");
        String key = unique("key");
        BackupRequest request = new BackupRequest.Requested(source, List.of("nightly"), null, null, null);

        BackupId first = get(service.accept(key, request));
        BackupId second = get(service.accept(key, request));
        bus.sendStructured(REQUESTS, structured(key, "/api/backups", source, ",\"labels\":[\"nightly\"]"));

        assertThat(second).isEqualTo(first);
        bus.awaitMany(EVENTS, 3, Bus.with("ce_correlationid", key));
        assertThat(tables.count("demo where name = ?", source)).isEqualTo(1);
    }

    @Test
    void aRefusedRestCallIsRefusedAgainForTheSameReason() {
        BackupRequest request = new BackupRequest.Requested(unique("unknown"), List.of(), null, null, null);
        String key = unique("key");

        for (int call = 0; call < 2; call++) {
            assertThatThrownBy(() -> get(service.accept(key, request)))
                    .isInstanceOfSatisfying(
                            HoldfastException.class, f -> assertThat(f.code()).isEqualTo(FailureCode.SOURCE_UNKNOWN));
        }

        assertThat(bus.awaitMany(EVENTS, 2, Bus.with("ce_correlationid", key)).stream()
                        .map(m -> Bus.header(m, "ce_id"))
                        .distinct())
                .hasSize(1);
    }

    @Test
    void anOlderEventOfTheSameAggregateIsIgnored() {
        String subject = unique("verification");

        for (long sequence : new long[] {1001, 1003, 1002, 1004}) {
            bus.send("holdfast.verification.events.v1", null, passed(), eventHeaders(subject, sequence));
        }

        await().atMost(Bus.PATIENCE).until(() -> service.sequencesHeard.contains(1004L));
        assertThat(service.sequencesHeard)
                .containsSubsequence(1001L, 1003L, 1004L)
                .doesNotContain(1002L);
    }

    public static String unique(String prefix) {
        return prefix + "-" + UUID.randomUUID();
    }

    public static <T> T get(Uni<T> uni) {
        try {
            return uni.subscribeAsCompletionStage().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    public static String structured(String id, String ceSource, String source, String more) {
        return """
                {"specversion":"1.0","id":"%s","source":"%s","type":"io.holdfast.BackupRequested.v1","subject":"portal",
                "time":"2026-01-15T14:30:00Z","datacontenttype":"application/json","data":{"source":"%s"%s}}""".formatted(id, ceSource, source, more);
    }

    public static Map<String, String> binaryHeaders(String id, String ceSource) {
        return Map.of(
                "content-type", "application/json; charset=utf-8",
                "ce_specversion", "1.0",
                "ce_id", id,
                "ce_source", ceSource,
                "ce_type", "io.holdfast.BackupRequested.v1");
    }

    public static Map<String, String> eventHeaders(String subject, long sequence) {
        return Map.of(
                "ce_specversion",
                "1.0",
                "ce_id",
                subject + ":" + sequence,
                "ce_source",
                "/holdfast/verifier-service",
                "ce_subject",
                subject,
                "ce_sequence",
                Long.toString(sequence),
                "ce_type",
                "io.holdfast.VerificationStarted.v1");
    }

    public static byte[] passed() {
        return """
                {"verificationId":"01890000-0000-7000-8000-000000000003","backupId":"01890000-0000-7000-8000-000000000002",
                "source":{"id":"01890000-0000-7000-8000-000000000001","name":"portal"},"level":"PROVEN",
                "startedAt":"2026-01-15T14:30:00Z","aFieldOfTheFuture":{"x":1}}""".getBytes(StandardCharsets.UTF_8);
    }
}
