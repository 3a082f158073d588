package io.holdfast.notifier.alert;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.devstack.StackAddresses;
import io.holdfast.eventing.runtime.JdbcTransaction;
import io.holdfast.notifier.delivery.Bus;
import io.holdfast.notifier.delivery.CatcherClient;
import io.holdfast.notifier.delivery.MessageQueue;
import io.holdfast.notifier.delivery.Monitor;
import io.holdfast.notifier.delivery.NotifierStack;
import io.holdfast.notifier.notice.Notification;
import io.holdfast.notifier.notice.Samples;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The whole way of an alert on the real servers: from the event to the message and its end. */
@QuarkusTest
@WithTestResource(value = NotifierStack.class, initArgs = @ResourceArg(name = "alerts", value = "on"))
class AlertFlowTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Pattern LINK = Pattern.compile("/api/acknowledgements/([A-Za-z0-9_-]+)");

    @SuppressWarnings("NullAway.Init") // NotifierStack sets them
    StackAddresses addresses;

    @SuppressWarnings("NullAway.Init")
    Monitor monitor;

    @Inject
    @SuppressWarnings("NullAway.Init")
    DataSource database;

    @Inject
    @SuppressWarnings("NullAway.Init")
    AlertRound round;

    @Inject
    @SuppressWarnings("NullAway.Init")
    MessageQueue messages;

    private Bus bus;
    private CatcherClient catcher;

    @BeforeEach
    void connect() {
        bus = new Bus(addresses.kafka());
        catcher = new CatcherClient(addresses.catcher().http());
    }

    @AfterEach
    void disconnect() {
        bus.close();
    }

    @Test
    void aFailedBackupIsOneMessageAndItsRecoveryAnother() {
        String name = "ledger";
        failed(name);
        String id = firing(name, "backup-failed");
        failed(name);

        await().atMost(SOON).untilAsserted(() -> {
            JsonPath alert = alert(id);
            assertThat(alert.getInt("items[0].occurrences")).isEqualTo(2);
            assertThat(alert.getString("items[0].notifications[0].told")).isEqualTo("FIRING");
            assertThat(alert.getString("items[0].link")).contains("/api/backups/");
        });
        await().atMost(SOON) // told is queued
                .untilAsserted(() -> assertThat(slack("Backup failed: ledger")).hasSize(1));
        assertThat(String.valueOf(slack("Backup failed: ledger").getFirst().get("body")))
                .contains("may not read public.payments", "What to do:", "/api/acknowledgements/");

        stored(name);

        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(slack("Resolved: Backup failed: ledger")).hasSize(1));
        assertThat(String.valueOf(
                        slack("Resolved: Backup failed: ledger").getFirst().get("body")))
                .contains("2 runs were lost");
        assertThat(given().get("/api/alerts?state=RESOLVED&source=ledger")
                        .jsonPath()
                        .getList("items.id", String.class))
                .contains(id);
        given().contentType(ContentType.JSON)
                .body(Map.of("note", "late"))
                .post("/api/alerts/" + id + "/acknowledgement")
                .then()
                .statusCode(409)
                .contentType("application/problem+json");
        assertThat(given().get("/api/deliveries?limit=200").jsonPath().getList("items.reason", String.class))
                .contains("FIRST", "RESOLVED");
    }

    @Test
    void aBadBackupIsToldOnceThoughTwoServicesTellOfIt() {
        String backup = UUID.randomUUID().toString();
        String verification = UUID.randomUUID().toString();
        bus.send(
                sample("BackupUnproven", "letters", backup).with("019bc1d9-0a00-7b52-8c11-2d3e4f506172", verification));
        bus.send(sample("VerificationFailed", "letters", backup)
                .with("019bc1d9-0a00-7b52-8c11-2d3e4f506172", verification));
        firing("letters", "proof-failed");

        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(catcher.messages("mail", backup)).hasSize(2)); // two recipients
        assertThat(given().get("/api/alerts?source=letters")
                        .jsonPath()
                        .getList("items.findAll { it.rule == 'proof-failed' }"))
                .hasSize(1);
    }

    @Test
    void anAlertOfAnotherServiceIsToldAndItsEndToo() {
        String id = "source-down/" + UUID.randomUUID();
        Samples.Sample raised = Samples.of("AlertRaised")
                .with("backup-overdue/portal", id)
                .with("\"name\": \"backup-overdue\"", "\"name\": \"source-down\"")
                .with("\"cause\": \"backup-service\"", "\"cause\": \"" + id + "\"")
                .with("the last backup is 31 h old", id);
        bus.send(raised);
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(slack(id))
                        .as(() -> given().get("/api/alerts?source=portal").asString())
                        .hasSize(1));

        bus.send(Samples.of("AlertResolved").with("backup-overdue/portal", id));

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(slack("Resolved: Source unreachable: portal"))
                        .hasSize(1));
    }

    @Test
    void theLinkOfAMessageAcknowledgesOnceAndOnlyByItsButton() throws SQLException {
        failed("till");
        String id = firing("till", "backup-failed");
        String token = await().atMost(SOON).until(() -> token("Backup failed: till"), text -> !text.isEmpty());
        String path = "/api/acknowledgements/" + token;

        String page = given().get(path)
                .then()
                .statusCode(200)
                .contentType("text/html")
                .extract()
                .asString();
        assertThat(page).contains("<form method=\"post\">", "Backup failed: till");
        assertThat(alert(id).getString("items[0].state")).isEqualTo("FIRING");
        given().contentType("application/x-www-form-urlencoded")
                .post("/api/acknowledgements/" + (token.startsWith("A") ? "B" : "A") + token.substring(1))
                .then()
                .statusCode(403);
        assertThat(alert(id).getString("items[0].state")).isEqualTo("FIRING");

        given().contentType("application/x-www-form-urlencoded")
                .post(path)
                .then()
                .statusCode(200);

        assertThat(alert(id).getString("items[0].state")).isEqualTo("ACKNOWLEDGED");
        assertThat(alert(id).getString("items[0].acknowledgement.by")).isEqualTo("link on channel ops");
        given().contentType("application/x-www-form-urlencoded")
                .post(path)
                .then()
                .statusCode(410);
        given().get(path).then().statusCode(410);
        assertThat(recorded("POST /api/alerts/" + id + "/acknowledgement", "LINK"))
                .isTrue();
    }

    /** In the outbox, or sent to Kafka and gone from it: the topic is read, too. */
    private boolean recorded(String operation, String other) {
        try (var consumer = new org.apache.kafka.clients.consumer.KafkaConsumer<>(
                Map.<String, Object>of(
                        "bootstrap.servers",
                        addresses.kafka(),
                        "auto.offset.reset",
                        "earliest",
                        "group.id",
                        "t-" + UUID.randomUUID()),
                new org.apache.kafka.common.serialization.StringDeserializer(),
                new org.apache.kafka.common.serialization.StringDeserializer())) {
            consumer.subscribe(List.of("holdfast.access.events.v1"));
            Instant end = Instant.now().plus(SOON);
            while (Instant.now().isBefore(end)) {
                for (var record : consumer.poll(Duration.ofMillis(200))) {
                    if (record.value().contains(operation) && record.value().contains(other)) {
                        return true;
                    }
                }
            }
            return false;
        }
    }

    @Test
    void anEscalationStepWithADeadChannelGoesOnAtOnce() {
        String id = "source-down/" + UUID.randomUUID();
        bus.send(Samples.of("AlertRaised")
                .with("backup-overdue/portal", id)
                .with("\"name\": \"backup-overdue\"", "\"name\": \"source-down\"")
                .with("\"name\": \"portal\"", "\"name\": \"vip\"")
                .with("the last backup is 31 h old", id));

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(catcher.messages("webhook", id))
                        .anySatisfy(message -> assertThat(String.valueOf(message.get("body")))
                                .contains("step 2 of 2 of chain vip; step 1 (dead) reached nobody")));
        // and the dead channel is an alert on every other one
        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(slack("Notification failed: dead")).isNotEmpty());
    }

    @Test
    void anIncidentIsTriggeredAcknowledgedAndResolved() {
        failed("oncall");
        String id = firing("oncall", "backup-failed");
        awaitIncident(id, "trigger");

        given().contentType(ContentType.JSON)
                .body(Map.of("note", "on it"))
                .post("/api/alerts/" + id + "/acknowledgement")
                .then()
                .statusCode(200);
        awaitIncident(id, "acknowledge");

        stored("oncall");
        awaitIncident(id, "resolve");
    }

    private void awaitIncident(String alert, String action) {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(catcher.messages("pagerduty", "holdfast/alert/" + alert))
                        .extracting(message -> String.valueOf(message.get("body")))
                        .filteredOn(body -> body.contains("\"" + action + "\""))
                        .hasSize(1));
    }

    @Test
    void aFailedDrillIsAnAlertUntilOnePasses() {
        Samples.Sample passed =
                sample("DrillCompleted", "letters", UUID.randomUUID().toString());
        bus.send(at(passed.with("\"passed\": true", "\"passed\": false"), "completedAt"));
        String id = firing("letters", "drill-failed");

        bus.send(at(passed, "completedAt"));

        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(alert(id).getString("items[0].state")).isEqualTo("RESOLVED"));
    }

    @Test
    void aSilenceHoldsMessagesAndTheAlertStaysVisible() {
        given().contentType(ContentType.JSON)
                .body(Map.of(
                        "source",
                        "shop",
                        "until",
                        Instant.now().plusSeconds(600).toString(),
                        "reason",
                        "migration"))
                .post("/api/silences")
                .then()
                .statusCode(200);
        String backup = UUID.randomUUID().toString();
        bus.send(sample("VerificationFailed", "shop", backup));

        String id = firing("shop", "proof-failed");

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(alert(id).getString("items[0].muted"))
                        .startsWith("SILENCED: silenced by anonymous until")
                        .endsWith("migration"));
        assertThat(slack(backup)).isEmpty();
        assertThat(recorded("POST /api/silences", "SUCCEEDED")).isTrue();
        given().contentType(ContentType.JSON)
                .body(Map.of("source", "shop", "until", "2020-01-01T00:00:00Z", "reason", "x"))
                .post("/api/silences")
                .then()
                .statusCode(400);
        given().contentType(ContentType.JSON)
                .body(Map.of(
                        "source", "shpo", "until", Instant.now().plusSeconds(9).toString(), "reason", "x"))
                .post("/api/silences")
                .then()
                .statusCode(404);
    }

    @Test
    void aBackupThatDidNotComeIsMissedWithoutAWordOfTheScheduler() throws SQLException {
        await().atMost(SOON).until(() -> rows("select count(*) from watched_source where name = 'late'") == 1);
        update("update watched_source set known_since = now() - interval '3 days' where name = 'late'");

        String id = firing("late", "backup-missed");

        assertThat(alert(id).getInt("items[0].occurrences")).isBetween(2, 3);
    }

    @Test
    void aFailedChannelStaysAnAlertUntilATestPasses() throws SQLException {
        String delivery = UUID.randomUUID().toString();
        update("insert into delivery (id, channel, about_type, about_source, about_id, thing, title, notice, state,"
                + " last_error, created_at, failed_at) values ('" + delivery + "', 'pager', 'x', 'x', '" + delivery
                + "', '" + delivery + "', 'x', '{}', 'FAILED', 'it answered 404', now() - interval '9 days',"
                + " now() - interval '8 days')");
        String id = channelFailed("pager");

        given().contentType(ContentType.JSON)
                .post("/api/channels/pager/test")
                .then()
                .statusCode(200);

        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(alert(id).getString("items[0].state")).isEqualTo("RESOLVED"));
    }

    @Test
    void aChannelThatDeliveredNothingForAWeekIsTestedOnce() throws SQLException {
        await().atMost(SOON).until(() -> rows("select count(*) from weekly_channel_test where channel = 'lead'") == 1);
        update("update delivery set delivered_at = delivered_at - interval '10 days' where channel = 'lead'");
        update("update weekly_channel_test set since = since - interval '9 days' where channel = 'lead'");

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(catcher.messages("webhook", "Test of channel lead"))
                        .hasSize(1));
        assertThat(rows("select count(*) from delivery where reason = 'SELF_TEST' and channel = 'lead'"))
                .isEqualTo(1);
    }

    @Test
    void messagesOfAnAlertKeepTheirOrderAndThoseOfAnEndedOneAreSkipped() throws SQLException {
        bus.send(Samples.of("AlertRaised")
                .with("backup-overdue/portal", "size-anomaly/" + UUID.randomUUID())
                .with("\"name\": \"backup-overdue\"", "\"name\": \"size-anomaly\""));
        UUID alert = UUID.fromString(firing("portal", "size-anomaly"));
        UUID ended = queue("lead", List.of(UUID.randomUUID()), List.of());
        UUID first = queue("unset", List.of(alert), List.of()); // is retried, and given up
        UUID second = queue("unset", List.of(), List.of(alert));

        await().atMost(SOON)
                .until(() -> rows("select count(*) from delivery where id = '" + ended
                                + "' and state = 'SKIPPED' and attempts = 0")
                        == 1);
        await().atMost(SOON)
                .until(() -> rows("select count(*) from delivery one, delivery other where one.id = '" + first
                                + "' and other.id = '" + second + "' and other.failed_at > one.failed_at")
                        == 1);
    }

    private UUID queue(String channel, List<UUID> firing, List<UUID> resolved) throws SQLException {
        Notification notice = Notification.of(null, "test/order", null, Notification.Mood.INFO, "Order", Instant.now());
        return JdbcTransaction.run(
                database,
                connection -> messages.add(
                        connection, channel, notice, "t", "FIRST", new MessageQueue.AlertIds(firing, resolved)));
    }

    private static String channelFailed(String channel) {
        return Objects.requireNonNull(await().atMost(SOON)
                .until(
                        () -> given().get("/api/alerts?limit=200&state=FIRING")
                                .jsonPath()
                                .getString("items.find { it.rule == 'notification-failed' && it.object == '" + channel
                                        + "' }?.id"),
                        Objects::nonNull));
    }

    @Test
    void aDeadLetterIsAnAlert() throws Exception {
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", addresses.kafka()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>("holdfast.restore.events.v1", new byte[] {1}))
                    .get();
        }

        await().atMost(SOON)
                .until(
                        () -> given().get("/api/alerts?limit=200").jsonPath().getList("items.rule", String.class),
                        rules -> rules.contains("dead-letters"));
    }

    @Test
    void aDigestIsSentOnceForEachSlot() throws SQLException {
        await().atMost(SOON).until(() -> rows("select count(*) from digest where channel = 'mail'") == 1);
        update("update digest set slot_at = slot_at - interval '2 days' where channel = 'mail'");

        await().atMost(SOON)
                .until(() -> catcher.messages("mail", "Daily digest"), found -> found.size() == 2); // two recipients
        Instant later = Instant.now().plusSeconds(2);
        await().until(() -> Instant.now().isAfter(later));
        assertThat(rows("select count(*) from delivery where reason = 'DIGEST' and channel = 'mail'"))
                .isEqualTo(1);
    }

    @Test
    void aHeartbeatIsSentWhileRoundsRun() {
        monitor.forget();

        await().atMost(SOON).untilAsserted(() -> assertThat(monitor.requests()).contains("GET /ping/4711"));
    }

    @Test
    void oneReplicaOwnsARound() throws SQLException {
        try (var connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try (var lock = connection.prepareStatement("select 1 from alert_round for update")) {
                lock.executeQuery();
                assertThat(round.run()).isFalse();
            }
            connection.rollback();
        }
    }

    @Test
    void alertsAreCountedByRuleSeverityAndState() {
        bus.send(sample("VerificationFailed", "portal", UUID.randomUUID().toString()));
        firing("portal", "proof-failed");

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(given().get("/q/metrics").asString())
                        .containsPattern("holdfast_alerts\\{[^}]*rule=\"proof-failed\"[^}]*severity=\"critical\"[^}]*}")
                        .containsPattern("holdfast_alerts_unanswered\\{[^}]*rule=\"proof-failed\"[^}]*} [1-9]")
                        .containsPattern("holdfast_alert_round_timestamp_seconds(\\{[^}]*})? 1\\.[0-9]+E9"));
    }

    private void failed(String source) {
        bus.send(at(sample("BackupFailed", source, UUID.randomUUID().toString()), "failedAt"));
    }

    private void stored(String source) {
        bus.send(at(sample("BackupCompleted", source, UUID.randomUUID().toString()), "completedAt"));
    }

    private static Samples.Sample sample(String name, String source, String backup) {
        Samples.Sample sample = Samples.of(name);
        return new Samples.Sample(
                sample.topic(),
                sample.type(),
                sample.json()
                        .replaceAll("\"backupId\": \"[^\"]*\"", "\"backupId\": \"" + backup + "\"")
                        .replace("\"name\": \"portal\"", "\"name\": \"" + source + "\""));
    }

    private static Samples.Sample at(Samples.Sample sample, String field) {
        String now = Instant.now().truncatedTo(ChronoUnit.MILLIS).toString();
        return new Samples.Sample(
                sample.topic(),
                sample.type(),
                sample.json().replaceAll("\"" + field + "\": \"[^\"]*\"", "\"" + field + "\": \"" + now + "\""));
    }

    private String firing(String source, String rule) {
        return Objects.requireNonNull(await().atMost(SOON)
                .until(
                        () -> given().get("/api/alerts?limit=200&state=FIRING&source=" + source)
                                .jsonPath()
                                .getString("items.find { it.rule == '" + rule + "' }?.id"),
                        Objects::nonNull));
    }

    private static JsonPath alert(String id) {
        List<String> states = List.of("FIRING", "ACKNOWLEDGED", "RESOLVED");
        for (String state : states) {
            JsonPath found =
                    given().get("/api/alerts?state=" + state + "&id=" + id).jsonPath();
            if (!found.getList("items").isEmpty()) {
                return found;
            }
        }
        throw new AssertionError("no alert " + id);
    }

    private List<Map<String, Object>> slack(String text) {
        return catcher.messages("slack", text).stream()
                .filter(message -> text.startsWith("Resolved")
                        || !String.valueOf(message.get("body")).contains("Resolved: "))
                .toList();
    }

    private String token(String title) {
        return slack(title).stream()
                .map(message -> LINK.matcher(String.valueOf(message.get("body"))))
                .filter(Matcher::find)
                .map(matcher -> matcher.group(1))
                .findFirst()
                .orElse("");
    }

    private long rows(String sql) throws SQLException {
        try (var connection = database.getConnection();
                var select = connection.prepareStatement(sql);
                var row = select.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    private void update(String sql) throws SQLException {
        try (var connection = database.getConnection();
                var statement = connection.prepareStatement(sql)) {
            statement.executeUpdate();
        }
    }
}
