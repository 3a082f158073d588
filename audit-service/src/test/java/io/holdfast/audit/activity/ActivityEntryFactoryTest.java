package io.holdfast.audit.activity;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.contracts.Topic;
import java.time.Instant;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ActivityEntryFactoryTest {
    private static final String SECRET = "hunter2";

    @Test
    void anEventIsItsActionWithItsDataAndCorrelation() {
        Samples.Sample sample = Samples.all().stream()
                .filter(s -> s.name().equals("BackupCompleted"))
                .findFirst()
                .orElseThrow();

        ActivityEntry entry = ActivityEntryFactory.of(Samples.consumed(Samples.record(sample, "e-1"), 2, 7));

        assertThat(entry.action().name()).isEqualTo("database_backup_created");
        assertThat(entry.details()).contains("\"durationMillis\":40250", "\"correlationId\":\"request-e-1\"");
        assertThat(entry.createdAt()).isEqualTo(Instant.parse("2026-01-15T14:30:00Z"));
        assertThat(entry.eventId()).isEqualTo("e-1");
        assertThat(entry.id())
                .isEqualTo(ActivityEntryFactory.of(Samples.consumed(Samples.record(sample, "e-1"), 2, 7))
                        .id());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hunter2",
                "{\"password\":\"hunter2",
                "{\"password\":\"hunter2\"}",
                "{\"source\":{\"password\":\"hunter2\"}}",
                "{\"source\":\"hunter2\\u0000\"}",
                "[\"hunter2\"]",
                "null"
            })
    void whatCannotBeReadIsALineWithoutItsContent(String data) {
        ProducerRecord<byte[], byte[]> record = Samples.record(
                Topic.BACKUP_REQUESTS.topicName(), "io.holdfast.BackupRequested.v1", "e-2", Samples.bytes(data));

        ActivityEntry entry = ActivityEntryFactory.of(Samples.consumed(record, 0, 1));

        assertThat(entry.action().name()).isEqualTo("event_unreadable");
        assertThat(entry.action().status()).isEqualTo(ActivityStatus.FAILURE);
        assertThat(entry.details()).contains("\"size\":" + data.length(), "\"sha256\":\"", "\"reason\":\"");
        assertThat(entry.toString()).doesNotContain(SECRET);
    }

    @Test
    void neitherTombstonesNorForeignRecordsAreLeftOut() {
        String topic = Topic.BACKUP_EVENTS.topicName();
        ProducerRecord<byte[], byte[]> tombstone = new ProducerRecord<>(topic, Samples.bytes("k"), null);
        ProducerRecord<byte[], byte[]> foreign = new ProducerRecord<>(topic, null, Samples.bytes("a,b;hunter2"));

        assertThat(ActivityEntryFactory.of(Samples.consumed(tombstone, 0, 1)).details())
                .contains("EMPTY", "\"size\":0");
        assertThat(ActivityEntryFactory.of(Samples.consumed(foreign, 0, 2)).details())
                .contains("NOT_JSON")
                .doesNotContain(SECRET);
    }

    @Test
    void aRequestsUnknownFieldsAreNotKept() {
        byte[] data = Samples.bytes("{\"source\":\"portal\",\"password\":\"hunter2\"}");
        ProducerRecord<byte[], byte[]> record =
                Samples.record(Topic.BACKUP_REQUESTS.topicName(), "io.holdfast.BackupRequested.v1", "e-3", data);

        ActivityEntry entry = ActivityEntryFactory.of(Samples.consumed(record, 0, 1));

        assertThat(entry.action().name()).isEqualTo("backup_requested");
        assertThat(entry.details()).contains("portal").doesNotContain(SECRET);
    }

    @Test
    void aNewerProducersEventIsKeptUnderItsName() {
        byte[] data = Samples.bytes("{\"mirror\":\"eu-2\"}");
        String topic = Topic.BACKUP_EVENTS.topicName();

        ActivityEntry ours = ActivityEntryFactory.of(
                Samples.consumed(Samples.record(topic, "io.holdfast.BackupMirrored.v1", "e-4", data), 0, 1));
        ActivityEntry foreign = ActivityEntryFactory.of(
                Samples.consumed(Samples.record(topic, "com.example.Thing", "e-5", data), 0, 2));

        assertThat(ours.action().name()).isEqualTo("backup_mirrored");
        assertThat(ours.details()).contains("eu-2");
        assertThat(foreign.action().name()).isEqualTo("event_unknown");
    }

    @Test
    void anUnknownRequestIsRecognisableButNotQuoted() {
        byte[] data = Samples.bytes("{\"password\":\"hunter2\"}");
        String topic = Topic.BACKUP_REQUESTS.topicName();

        ActivityEntry entry = ActivityEntryFactory.of(
                Samples.consumed(Samples.record(topic, "io.holdfast.BackupTeleported.v1", "e-6", data), 0, 1));

        assertThat(entry.action().name()).isEqualTo("backup_teleported");
        assertThat(entry.details()).contains("sha256").doesNotContain(SECRET);
    }

    @Test
    void aDeadLetterSaysWhyAndWhereFrom() {
        ProducerRecord<byte[], byte[]> letter =
                new ProducerRecord<>(Topic.ALERTS.deadLetterName(), null, Samples.bytes("hunter2"));
        letter.headers()
                .add("holdfast-reason", Samples.bytes("NOT_JSON"))
                .add("holdfast-message", Samples.bytes("not JSON at line 1\u0000"))
                .add("holdfast-topic", Samples.bytes(Topic.ALERTS.topicName()))
                .add("holdfast-partition", Samples.bytes("2"))
                .add("holdfast-offset", Samples.bytes("41"));

        ActivityEntry entry = ActivityEntryFactory.of(Samples.consumed(letter, 0, 3));

        assertThat(entry.action().name()).isEqualTo("event_dead_lettered");
        assertThat(entry.action().entityId()).isEqualTo("holdfast.alerts.v1/2/41");
        assertThat(entry.details())
                .contains("NOT_JSON", "sha256")
                .doesNotContain(SECRET)
                .doesNotContain("\\u0000");
    }

    @Test
    void aTimeThatNoCalendarHoldsIsNotBelieved() {
        byte[] data = Samples.bytes("{\"source\":\"portal\"}");
        ProducerRecord<byte[], byte[]> record =
                Samples.record(Topic.BACKUP_REQUESTS.topicName(), "io.holdfast.BackupRequested.v1", "e-7", data);
        record.headers().remove("ce_time").add("ce_time", Samples.bytes("+999999999-01-01T00:00:00Z"));

        assertThat(ActivityEntryFactory.of(Samples.consumed(record, 0, 1)).createdAt())
                .isBefore(Instant.parse("2100-01-01T00:00:00Z"));
    }
}
