package io.holdfast.eventing.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.devstack.DevStackResource;
import io.holdfast.eventing.Bus;
import io.holdfast.eventing.DemoService;
import io.holdfast.eventing.Poison;
import io.holdfast.eventing.Tables;
import io.holdfast.eventing.inbox.InboxTableTest;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.assertj.core.api.SoftAssertions;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.eclipse.microprofile.health.Readiness;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(DevStackResource.class)
class PoisonTest {
    private static final String REQUESTS = "holdfast.backup.requests.v1";
    private static final String VERIFICATIONS = "holdfast.verification.events.v1";
    private static final byte[] KEY = {0, (byte) 0xff, 7};

    @Inject
    Bus bus;

    @Inject
    Tables tables;

    @Inject
    DemoService service;

    @Inject
    @Readiness
    EventingReadiness readiness;

    @Test
    void eachPoisonEndsWhereItShouldAndItsNeighboursAreProcessed() {
        List<Poison> corpus = Poison.corpus();
        String neighbour = InboxTableTest.unique("neighbour");

        for (int i = 0; i < corpus.size(); i++) {
            Map<String, String> headers = new HashMap<>(corpus.get(i).headers());
            headers.put("test-case", corpus.get(i).name());
            bus.send(REQUESTS, KEY, corpus.get(i).value(), headers);
            bus.sendStructured(REQUESTS, InboxTableTest.structured(neighbour + i, "/neighbour", neighbour, ""));
        }

        assertThat(corpus.size()).isGreaterThanOrEqualTo(50);
        await().atMost(Bus.PATIENCE).until(() -> tables.count("demo where name = ?", neighbour) == corpus.size());
        assertThat(readiness.call().getStatus()).isEqualTo(Status.UP);
        List<ConsumerRecord<byte[], byte[]>> dead = bus.all(REQUESTS + ".dlq");
        bus.awaitMany(
                "holdfast.backup.events.v1",
                (int) corpus.stream().filter(p -> p.rejected() != null).count(),
                m -> Bus.text(m).contains("/poison"));
        List<ConsumerRecord<byte[], byte[]>> told = bus.all("holdfast.backup.events.v1");
        SoftAssertions softly = new SoftAssertions();
        corpus.forEach(poison -> ends(softly, poison, dead, told));
        softly.assertAll();
    }

    private static void ends(
            SoftAssertions softly,
            Poison poison,
            List<ConsumerRecord<byte[], byte[]>> dead,
            List<ConsumerRecord<byte[], byte[]>> told) {
        List<ConsumerRecord<byte[], byte[]>> letters =
                dead.stream().filter(Bus.with("test-case", poison.name())).toList();
        List<ConsumerRecord<byte[], byte[]>> answers = told.stream()
                .filter(Bus.with("ce_correlationid", poison.name()))
                .toList();
        softly.assertThat(letters).as("dead letters of " + poison).hasSize(poison.dead() == null ? 0 : 1);
        softly.assertThat(answers).as("answers to " + poison).hasSize(poison.rejected() == null ? 0 : 1);
        letters.forEach(letter -> {
            softly.assertThat(Bus.header(letter, "holdfast-reason"))
                    .as(poison.name())
                    .contains(String.valueOf(poison.dead()));
            softly.assertThat(letter.value()).as("bytes of " + poison).isEqualTo(poison.value());
            softly.assertThat(letter.key()).as("key of " + poison).isEqualTo(KEY);
            poison.headers()
                    .forEach((name, value) ->
                            softly.assertThat(Bus.header(letter, name)).contains(value));
        });
        answers.forEach(answer -> softly.assertThat(Bus.text(answer))
                .as("answer to " + poison)
                .contains(String.valueOf(poison.rejected())));
    }

    @Test
    void aDefectOfTheServiceStopsNobodyAndLosesNothing() {
        String source = InboxTableTest.unique("defect");
        String neighbour = InboxTableTest.unique("neighbour");

        bus.sendStructured(REQUESTS, InboxTableTest.structured(source, "/ci", source, ""));
        bus.sendStructured(REQUESTS, InboxTableTest.structured(neighbour, "/ci", neighbour, ""));

        await().atMost(Bus.PATIENCE).until(() -> tables.count("demo where name = ?", neighbour) == 1);
        ConsumerRecord<byte[], byte[]> letter =
                bus.awaitOne(REQUESTS + ".dlq", m -> Bus.text(m).contains(source));
        assertThat(Bus.header(letter, "holdfast-reason")).contains("REACTION_FAILED");
        assertThat(tables.count("demo where name = ?", source)).isZero();
        ConsumerRecord<byte[], byte[]> told =
                bus.awaitOne("holdfast.backup.events.v1", Bus.with("ce_correlationid", source));
        assertThat(Bus.text(told)).contains("INTERNAL").doesNotContain("a defect of the service");
    }

    @Test
    void onEventTopicsUnknownTypesAreIgnoredAndBrokenOnesAreDeadLetters() {
        String subject = InboxTableTest.unique("v");
        Map<String, String> future = new HashMap<>(InboxTableTest.eventHeaders(subject, 2001));
        future.put("ce_type", "io.holdfast.VerificationAdmired.v1");

        bus.send(VERIFICATIONS, null, "{}".getBytes(StandardCharsets.UTF_8), future);
        bus.send(
                VERIFICATIONS, null, "{}".getBytes(StandardCharsets.UTF_8), InboxTableTest.eventHeaders(subject, 2002));
        bus.send(VERIFICATIONS, null, InboxTableTest.passed(), InboxTableTest.eventHeaders(subject, 2003));

        await().atMost(Bus.PATIENCE).until(() -> service.sequencesHeard.contains(2003L));
        List<ConsumerRecord<byte[], byte[]>> dead = bus.all(VERIFICATIONS + ".dlq", Bus.with("ce_subject", subject));
        assertThat(dead).singleElement().satisfies(letter -> {
            assertThat(Bus.header(letter, "holdfast-reason")).contains("DATA_INVALID");
            assertThat(Bus.header(letter, "holdfast-message"))
                    .hasValueSatisfying(m -> assertThat(m).contains("verificationId"));
        });
    }
}
