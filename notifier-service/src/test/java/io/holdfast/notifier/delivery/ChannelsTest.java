package io.holdfast.notifier.delivery;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.devstack.StackAddresses;
import io.holdfast.notifier.notice.Samples;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each type of channel, from the event on Kafka to what its receiver gets. */
@QuarkusTest
@WithTestResource(NotifierStack.class)
class ChannelsTest {
    private static final Duration SOON = Duration.ofSeconds(90);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SAMPLE = "019bc1d4-7e40-7c31-9d0a-3f5b6c7d8e9f";

    @SuppressWarnings("NullAway.Init") // NotifierStack sets it
    StackAddresses addresses;

    private Bus bus;
    private CatcherClient catcher;
    private LogTap log;
    private final String backup = UUID.randomUUID().toString();
    private final String restore = UUID.randomUUID().toString();

    @BeforeEach
    void connect() {
        bus = new Bus(addresses.kafka());
        catcher = new CatcherClient(addresses.catcher().http());
        catcher.forget();
        log = LogTap.open();
    }

    @AfterEach
    void nothingLeaked() {
        log.close();
        bus.close();
        assertThat(log.text()).doesNotContain(NotifierStack.SECRET);
        assertThat(bus.outcomes()).noneMatch(outcome -> outcome.contains(NotifierStack.SECRET));
        assertThat(given().get("/api/deliveries?limit=200").asString()).doesNotContain(NotifierStack.SECRET);
        assertThat(given().get("/api/channels").asString()).doesNotContain(NotifierStack.SECRET);
    }

    @Test
    void aBackupIsOneThreadInSlackWhoseFirstMessageShowsTheOutcome() throws Exception {
        deliver("BackupCompleted", "fleet", Map.of("bot", "DELIVERED"));
        deliver("BackupProven", "fleet", Map.of("bot", "DELIVERED"));

        List<Map<String, Object>> calls = catcher.messages("slack-api", backup);
        assertThat(calls)
                .extracting(call -> call.get("to"))
                .containsExactly("chat.postMessage", "chat.update", "chat.postMessage");
        JsonNode first = body(calls.get(0));
        JsonNode update = body(calls.get(1));
        JsonNode reply = body(calls.get(2));
        assertThat(first.path("channel").asText()).isEqualTo("#backups");
        assertThat(first.has("thread_ts")).isFalse();
        assertThat(update.path("channel").asText()).isEqualTo("C0BACKUPS");
        assertThat(update.path("ts").asText())
                .isEqualTo(reply.path("thread_ts").asText())
                .isNotEmpty();
        assertThat(update.path("text").asText()).contains("Backup of fleet proven");
        assertThat(update.toString()).as("the facts of the first message").contains("*Size*");
    }

    @Test
    void aFirstMessageThatWasDeletedInSlackIsSentAgain() throws Exception {
        deliver("BackupCompleted", "fleet", Map.of("bot", "DELIVERED"));
        catcher.deleteInSlack();

        deliver("BackupProven", "fleet", Map.of("bot", "DELIVERED"));

        List<Map<String, Object>> calls = catcher.messages("slack-api", backup);
        assertThat(calls).extracting(call -> call.get("to")).containsExactly("chat.postMessage", "chat.postMessage");
        assertThat(body(calls.get(1)).has("thread_ts")).isFalse();
    }

    @Test
    void slackThatAnswers200WithAnErrorFailsByThisError() {
        catcher.failAll("slack-api", backup, "channel_not_found");
        String id = deliver("BackupCompleted", "fleet", Map.of("bot", "FAILED", "team", "DELIVERED"));

        assertThat(delivery(id, "bot").getInt("items[0].attempts")).isEqualTo(1);
        assertThat(delivery(id, "bot").getString("items[0].lastError"))
                .contains("channel_not_found", "#backups", "/invite");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(bus.outcomesOf(id))
                        .anyMatch(outcome -> outcome.startsWith("io.holdfast.NotificationFailed")));
    }

    @Test
    void slackThatLimitsTheRateIsTriedAgainAndShowsTheMessageOnce() {
        catcher.fail("slack-api", backup, "ratelimited");
        String id = deliver("BackupCompleted", "fleet", Map.of("bot", "DELIVERED"));

        assertThat(delivery(id, "bot").getInt("items[0].attempts")).isEqualTo(2);
        assertThat(catcher.messages("slack-api", backup)).hasSize(1);
    }

    @Test
    void slackGetsOneMessageASecondOnAChannel() {
        List<String> ids = List.of(
                UUID.randomUUID().toString(),
                UUID.randomUUID().toString(),
                UUID.randomUUID().toString());
        ids.forEach(id -> bus.send(sample("BackupCompleted", "fleet").with(backup, id)));

        List<Instant> times = await().atMost(SOON)
                .until(
                        () -> catcher.messages("slack-api", "Backup of fleet completed").stream()
                                .filter(call -> ids.stream().anyMatch(String.valueOf(call.get("body"))::contains))
                                .map(call -> Instant.parse(String.valueOf(call.get("at"))))
                                .toList(),
                        found -> found.size() == 3);

        assertThat(Duration.between(times.get(0), times.get(2))).isGreaterThan(Duration.ofMillis(1800));
    }

    @Test
    void pagerDutyHasOneIncidentForARestoreThatWaitsAndItsEnd() throws Exception {
        deliver("RestoreAwaitingApproval", "fleet", Map.of("pager", "DELIVERED"));
        deliver("RestoreCompleted", "fleet", Map.of("pager", "DELIVERED"));

        List<Map<String, Object>> events = catcher.messages("pagerduty", "holdfast/restore/" + restore);
        assertThat(events).hasSize(2);
        assertThat(body(events.get(0)).path("event_action").asText()).isEqualTo("trigger");
        assertThat(body(events.get(0)).path("routing_key").asText()).isEqualTo(NotifierStack.SECRET);
        assertThat(body(events.get(0)).at("/payload/severity").asText()).isEqualTo("warning");
        assertThat(body(events.get(1)).path("event_action").asText()).isEqualTo("resolve");
    }

    @Test
    void aWebhookGetsACloudEventWithASignatureThatCanBeChecked() throws Exception {
        deliver("BackupCompleted", "fleet", Map.of("signed", "DELIVERED"));

        Map<String, Object> call = catcher.messages("webhook", backup).getFirst();
        String text = String.valueOf(call.get("body"));
        Map<?, ?> headers = (Map<?, ?>) Objects.requireNonNull(call.get("headers"));
        String[] parts = String.valueOf(headers.get("Holdfast-signature")).split("t=|,v1=", -1);
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(NotifierStack.SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        assertThat(parts[2])
                .isEqualTo(HexFormat.of()
                        .formatHex(mac.doFinal((parts[1] + "." + text).getBytes(StandardCharsets.UTF_8))));
        assertThat(Instant.ofEpochSecond(Long.parseLong(parts[1])))
                .isBetween(Instant.now().minusSeconds(120), Instant.now().plusSeconds(5));
        assertThat(String.valueOf(headers.get("Content-type"))).startsWith("application/cloudevents+json");
        assertThat(JSON.readTree(text).path("type").asText()).isEqualTo("io.holdfast.Notification.v1");
    }

    @Test
    void teamsThatRefusesInTheBodyOfA200IsTriedAgain() {
        catcher.fail(
                "teams",
                backup,
                "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429");
        String id = deliver("BackupCompleted", "fleet", Map.of("team", "DELIVERED"));

        assertThat(delivery(id, "team").getInt("items[0].attempts")).isEqualTo(2);
        assertThat(catcher.messages("teams", backup)).hasSize(1);
    }

    @Test
    void aChannelThatAnswers403IsGivenUpAtOnceAndDelaysNoOther() {
        String id = deliver("BackupCompleted", "gated", Map.of("denied", "FAILED", "bot", "DELIVERED"));

        assertThat(delivery(id, "denied").getInt("items[0].attempts")).isEqualTo(1);
        assertThat(delivery(id, "denied").getString("items[0].lastError")).contains("403", "new webhook in Teams");
    }

    @Test
    void hostileNamesAndALongFailureReachEveryTypeOfChannel() {
        String failure = "<!channel> @here | <https://evil.example|portal> " + "0123456789".repeat(1000);
        String id =
                bus.send(sample("BackupCompleted", "fleet").with("its connection string holds a password", failure));

        awaitStates(id, Map.of("bot", "DELIVERED", "team", "DELIVERED", "signed", "DELIVERED"));

        assertThat(String.valueOf(
                        catcher.messages("slack-api", backup).getFirst().get("body")))
                .contains("&lt;!channel&gt;")
                .doesNotContain("<!channel>")
                .doesNotContain("<https");
    }

    @Test
    void aMailOfALongFailureArrivesWhole() {
        String failure = "0123456789".repeat(1000);
        String id =
                bus.send(sample("BackupCompleted", "letters").with("its connection string holds a password", failure));

        awaitStates(id, Map.of("mail", "DELIVERED"));

        Map<String, Object> mail = catcher.messages("mail", failure).getFirst();
        assertThat(String.valueOf(mail.get("body"))).contains("<!doctype html>", "Backup of letters completed");
        assertThat(String.valueOf(mail.get("headers")))
                .contains("References=<thread-", "multipart/alternative")
                .doesNotContain("Bcc");
    }

    @Test
    void everyChannelIsListedWithItsLastDelivery() {
        String id = deliver("BackupCompleted", "gated", Map.of("denied", "FAILED", "bot", "DELIVERED"));

        JsonPath list = given().get("/api/channels").jsonPath();

        assertThat(list.getList("items.name", String.class)).isSorted().contains("bot", "mail", "pager", "unset");
        assertThat(list.getString("items.find { it.name == 'team' }.type")).isEqualTo("teams");
        assertThat(list.getString("items.find { it.name == 'denied' }.lastDelivery.state"))
                .isEqualTo("FAILED");
        assertThat(list.getString("items.find { it.name == 'denied' }.lastDelivery.id"))
                .isEqualTo(delivery(id, "denied").getString("items[0].id"));
        assertThat(list.getString("items.find { it.name == 'denied' }.lastDelivery.error"))
                .contains("403");
    }

    @Test
    void theTestOfAChannelIsARealMessageAndHasItsOutcome() {
        for (String channel : List.of("bot", "team", "pager", "signed")) {
            test(channel, 200);
        }
        assertThat(catcher.messages("slack-api", "Test of channel bot")).hasSize(1);
        assertThat(catcher.messages("teams", "Test of channel team")).hasSize(1);
        assertThat(catcher.messages("pagerduty", "holdfast/test/pager"))
                .as("the incident is resolved at once")
                .hasSize(2);

        assertThat(test("denied", 502)).contains("it answered 403").doesNotContain(NotifierStack.SECRET);
        catcher.fail("slack-api", "Test of channel bot", "invalid_auth");
        assertThat(test("bot", 502)).contains("invalid_auth", "bot token");
    }

    private static String test(String channel, int status) {
        return given().contentType(ContentType.JSON)
                .post("/api/channels/" + channel + "/test")
                .then()
                .statusCode(status)
                .extract()
                .asString();
    }

    private String deliver(String name, String source, Map<String, String> states) {
        String id = bus.send(sample(name, source));
        awaitStates(id, states);
        return id;
    }

    private Samples.Sample sample(String name, String source) {
        Samples.Sample golden = Samples.of(name);
        String json = golden.json()
                .replace(SAMPLE, backup)
                .replaceAll("\"name\": \"portal\"", "\"name\": \"" + source + "\"")
                .replaceAll("\"restoreId\": \"[^\"]*\"", "\"restoreId\": \"" + restore + "\"")
                .replaceAll("\"verificationId\": \"[^\"]*\"", "\"verificationId\": \"" + UUID.randomUUID() + "\"");
        return new Samples.Sample(golden.topic(), golden.type(), json);
    }

    private static void awaitStates(String eventId, Map<String, String> states) {
        await().atMost(SOON)
                .untilAsserted(() -> states.forEach((channel, state) -> assertThat(
                                delivery(eventId, channel).getString("items[0].state"))
                        .as(channel)
                        .isEqualTo(state)));
    }

    private static JsonPath delivery(String eventId, String channel) {
        return given().get("/api/deliveries?about=" + eventId + "&channel=" + channel)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    private static JsonNode body(Map<String, Object> call) throws JsonProcessingException {
        return JSON.readTree(String.valueOf(call.get("body")));
    }
}
