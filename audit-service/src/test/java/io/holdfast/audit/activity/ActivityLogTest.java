package io.holdfast.audit.activity;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.agroal.api.AgroalDataSource;
import io.holdfast.contracts.Topic;
import io.holdfast.devstack.DevStackResource;
import io.holdfast.devstack.StackAddresses;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(value = DevStackResource.class, initArgs = @ResourceArg(name = "service", value = "audit"))
class ActivityLogTest {
    private static final Duration SOON = Duration.ofSeconds(90);

    @SuppressWarnings("NullAway.Init") // DevStackResource sets it
    StackAddresses addresses;

    @Inject
    AgroalDataSource database;

    @Inject
    ActivityLogWriter activityLogWriter;

    private Bus bus;
    private final String run = UUID.randomUUID().toString();

    @BeforeEach
    void connect() {
        bus = new Bus(addresses.kafka());
    }

    @AfterEach
    void disconnect() {
        bus.close();
    }

    @Test
    void everyTypeOnEveryTopicAndEveryDeadLetterIsRecorded() {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (Samples.Sample sample : Samples.audited()) {
            records.add(Samples.record(sample, run + sample.topic() + sample.name()));
        }
        for (Topic topic : Topic.values()) {
            records.add(new ProducerRecord<>(topic.deadLetterName(), null, Samples.bytes("no JSON")));
        }

        List<RecordMetadata> sent = bus.send(records);

        await().atMost(SOON).untilAsserted(() -> assertThat(sent).allMatch(this::isRecorded));
        assertThat(get("/api/activity?repeated=true&limit=200").getList("items.topic", String.class))
                .containsAll(auditedTopics().toList());
    }

    @Test
    void aLineShowsWhatTheEventSaid() {
        String id = send(sample("BackupCompleted"));

        Map<String, Object> line = line(id);

        assertThat(line)
                .containsEntry("action", "database_backup_created")
                .containsEntry("entityType", "backup")
                .containsEntry("source", "portal")
                .containsEntry("status", "success")
                .containsEntry("durationMillis", 40250)
                .containsEntry("createdAt", "2026-01-15T14:30:00Z")
                .containsEntry("eventType", "io.holdfast.BackupCompleted.v1")
                .containsEntry("eventSource", "/test")
                .containsEntry("topic", "holdfast.backup.events.v1")
                .containsEntry("repeated", false)
                .doesNotContainKey("operator");
        assertThat(String.valueOf(line.get("details"))).contains("before-migration", "request-" + id);
    }

    @Test
    void aPoisonousMessageIsALineAndHoldsNothingUp() {
        String topic = Topic.ALERTS.topicName();
        RecordMetadata poison =
                bus.send(new ProducerRecord<>(topic, 0, null, Samples.bytes("{\"password\":\"hunter2\"")));
        ProducerRecord<byte[], byte[]> next = Samples.record(sample("AlertRaised"), run);
        RecordMetadata after = bus.send(new ProducerRecord<>(topic, 0, next.key(), next.value(), next.headers()));

        await().atMost(SOON).until(() -> isRecorded(poison) && isRecorded(after));

        String answer = given().get("/api/activity?action=event_unreadable").asString();
        assertThat(answer).contains("NOT_JSON", "sha256").doesNotContain("hunter2");
    }

    @Test
    void whatPostgresCannotHoldIsALineAndHoldsNothingUp() throws SQLException {
        String topic = "holdfast.test." + run;
        AuditAction action = AuditAction.of("a", ActivityStatus.INFO, "b", "c");
        ActivityEntry good = new ActivityEntry(
                action, "{}", java.time.Instant.parse("2026-01-15T12:00:00Z"), null, null, null, topic, 0, 0);
        ActivityEntry huge = new ActivityEntry(
                action,
                "{\"n\":1e200000}",
                java.time.Instant.parse("2026-01-15T12:00:00Z"),
                null,
                null,
                null,
                topic,
                0,
                1);

        assertThat(activityLogWriter.write(List.of(good, huge)).lines()).hasSize(2);

        JsonPath lines = get("/api/activity?limit=2");
        assertThat(lines.getList("items.topic")).containsExactly(topic, topic);
        assertThat(lines.getString("items[0].action")).isEqualTo("event_unreadable");
    }

    @Test
    void aRepeatedEventIsALineThatIsHiddenUnlessAskedFor() {
        String id = send(sample("BackupProven"));
        RecordMetadata again = bus.send(Samples.record(sample("BackupProven"), id));

        await().atMost(SOON).until(() -> isRecorded(again));

        assertThat(lines("", id)).hasSize(1);
        assertThat(lines("&repeated=true", id)).hasSize(2);
    }

    @Test
    void aBatchThatIsReadAgainLeavesNoSecondLine() throws SQLException {
        List<ActivityEntry> batch = Stream.of(1L, 2L, 3L)
                .map(offset -> entry("holdfast.again." + run, offset))
                .toList();

        ActivityLogWriter.Written first = activityLogWriter.write(batch.subList(0, 2));
        ActivityLogWriter.Written second = activityLogWriter.write(batch);

        assertThat(first).isEqualTo(new ActivityLogWriter.Written(batch.subList(0, 2), 0));
        assertThat(second).isEqualTo(new ActivityLogWriter.Written(batch.subList(2, 3), 0));
        assertThat(partition("holdfast.again." + run))
                .containsEntry("recorded", 3)
                .containsEntry("gaps", List.of());
        assertThat(lines("", run + "-2")).hasSize(1);
    }

    @Test
    void aTopicThatWasMadeAnewIsNoticed() throws SQLException {
        ActivityEntry old = entry("holdfast.anew." + run, 1);
        ActivityEntry other = new ActivityEntry(
                old.action(), "{}", old.createdAt(), "test", "/test", "other-" + run, old.topic(), 0, old.offset());

        activityLogWriter.write(List.of(old));

        assertThat(activityLogWriter.write(List.of(other))).isEqualTo(new ActivityLogWriter.Written(List.of(), 1));
    }

    @Test
    void coverageShowsAGap() throws SQLException {
        String topic = "holdfast.gap." + run;
        activityLogWriter.write(
                Stream.of(5L, 6L, 9L, 11L).map(offset -> entry(topic, offset)).toList());

        assertThat(partition(topic))
                .containsEntry("first", 5)
                .containsEntry("last", 11)
                .containsEntry("recorded", 4)
                .containsEntry("gaps", List.of(Map.of("from", 7, "to", 8), Map.of("from", 10, "to", 10)));
    }

    @Test
    void linesAreFoundByWhatTheyAre() {
        String id = send(sample("BackupHeld"));
        String holder = (String) line(id).get("operator");

        assertThat(holder).isNotBlank();
        assertThat(lines("&source=portal&action=backup_held&status=success&operator=" + holder, id))
                .hasSize(1);
        assertThat(lines("&from=2026-01-15T14:30:00Z&to=2026-01-15T14:30:01Z", id))
                .hasSize(1);
        assertThat(lines("&to=2026-01-15T14:30:00Z", id)).isEmpty();
        assertThat(lines("&operator=another", id)).isEmpty();
    }

    @Test
    void pagesStayAsTheyAreWhileLinesAreAdded() throws SQLException {
        String action = "paged_" + run;
        activityLogWriter.write(Stream.of(1L, 2L, 3L, 4L, 5L)
                .map(offset -> entry(action, run, offset))
                .toList());
        JsonPath first = get("/api/activity?limit=2&action=" + action);

        activityLogWriter.write(List.of(entry(action, run, 6L)));

        JsonPath second = get("/api/activity?limit=2&action=" + action + "&cursor=" + first.getString("next"));
        JsonPath third = get("/api/activity?limit=2&action=" + action + "&cursor=" + second.getString("next"));
        assertThat(first.getList("items.offset")).containsExactly(5, 4);
        assertThat(second.getList("items.offset")).containsExactly(3, 2);
        assertThat(third.getList("items.offset")).containsExactly(1);
        assertThat(third.getString("next")).isNull();
    }

    @Test
    void aMistakeInAQuestionIsAProblemThatNamesIt() {
        for (String query : List.of(
                "from=yesterday", "limit=0", "limit=201", "cursor=%2B%2B", "cursor=YWJj", "source=%00", "sorce=x")) {
            given().urlEncodingEnabled(false)
                    .get("/api/activity?" + query)
                    .then()
                    .statusCode(400)
                    .contentType("application/problem+json")
                    .body("code", org.hamcrest.Matchers.equalTo("REQUEST_INVALID"));
        }
    }

    @Test
    void aSourceThatIsNeitherConfiguredNorRecordedIsNotFound() {
        given().get("/api/activity?source=never-recorded")
                .then()
                .statusCode(404)
                .body("code", org.hamcrest.Matchers.equalTo("SOURCE_UNKNOWN"));
    }

    @Test
    void nothingInTheLogCanBeChanged() throws SQLException {
        activityLogWriter.write(List.of(entry("holdfast.fixed." + run, 1)));

        for (String change :
                List.of("update activity_log set action = 'x'", "delete from activity_log", "truncate activity_log")) {
            assertThatThrownBy(() -> execute(change)).isInstanceOf(SQLException.class);
        }
        assertThatThrownBy(() -> {
                    execute("grant update, delete, truncate on activity_log to current_user");
                    execute("update activity_log set action = 'x'");
                })
                .hasMessageContaining("append-only");
    }

    @Test
    void theFeedHearsEveryTopicButProgressAndEveryDeadLetter() {
        String topics = org.eclipse.microprofile.config.ConfigProvider.getConfig()
                .getValue("mp.messaging.incoming.activity.topics", String.class);

        assertThat(topics.split(","))
                .containsExactlyInAnyOrderElementsOf(auditedTopics().toList());
    }

    private static Stream<String> auditedTopics() {
        Stream<String> live =
                Arrays.stream(Topic.values()).filter(t -> t != Topic.PROGRESS).map(Topic::topicName);
        return Stream.concat(live, Arrays.stream(Topic.values()).map(Topic::deadLetterName));
    }

    private String send(Samples.Sample sample) {
        String id = UUID.randomUUID().toString();
        RecordMetadata sent = bus.send(Samples.record(sample, id));
        await().atMost(SOON).until(() -> isRecorded(sent));
        return id;
    }

    private boolean isRecorded(RecordMetadata sent) {
        String query = "select 1 from activity_log where topic = ? and \"partition\" = ? and \"offset\" = ?";
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, sent.topic());
            statement.setInt(2, sent.partition());
            statement.setLong(3, sent.offset());
            return statement.executeQuery().next();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private Map<String, Object> line(String eventId) {
        return lines("", eventId).getFirst();
    }

    private static List<Map<String, Object>> lines(String query, String eventId) {
        List<Map<String, Object>> items = get("/api/activity?limit=200" + query).getList("items");
        return items.stream()
                .filter(line -> eventId.equals(line.get("eventId")))
                .toList();
    }

    private static Map<String, Object> partition(String topic) {
        List<Map<String, Object>> items = get("/api/activity/coverage").getList("items");
        return items.stream()
                .filter(line -> topic.equals(line.get("topic")))
                .findFirst()
                .orElseThrow();
    }

    private static JsonPath get(String path) {
        return given().urlEncodingEnabled(false)
                .get(path)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    private ActivityEntry entry(String topic, long offset) {
        return entry("tested", topic, offset);
    }

    private ActivityEntry entry(String action, String topic, long offset) {
        ConsumerRecord<byte[], byte[]> place = new ConsumerRecord<>(topic, 0, offset, null, null);
        return new ActivityEntry(
                AuditAction.of(action, ActivityStatus.INFO, "test", null),
                "{}",
                java.time.Instant.parse("2026-01-15T12:00:00Z"),
                "test",
                "/test/" + topic,
                run + "-" + offset,
                place.topic(),
                place.partition(),
                place.offset());
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static Samples.Sample sample(String name) {
        return Samples.all().stream()
                .filter(sample -> sample.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
