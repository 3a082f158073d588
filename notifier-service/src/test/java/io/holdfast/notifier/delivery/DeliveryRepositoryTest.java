package io.holdfast.notifier.delivery;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.devstack.StackAddresses;
import io.holdfast.notifier.notice.Samples;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(NotifierStack.class)
class DeliveryRepositoryTest {
    private static final Duration SOON = Duration.ofSeconds(90);
    private static final String BACKUP = "019bc1d4-7e40-7c31-9d0a-3f5b6c7d8e9f";

    @SuppressWarnings("NullAway.Init") // NotifierStack sets it
    StackAddresses addresses;

    private Bus bus;
    private CatcherClient catcher;
    private LogTap log;

    /** In place of the golden file's backup, so that each test has things of its own. */
    private final String backup = UUID.randomUUID().toString();

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
    }

    @Test
    void anEventIsOneMessageOnEachChannelOfItsSource() {
        String id = bus.send(sample("BackupProven", "portal"));

        awaitStates(id, Map.of("ops", "DELIVERED", "mail", "DELIVERED", "hook", "DELIVERED"));

        assertThat(catcher.messages("slack", backup)).hasSize(1);
        assertThat(catcher.messages("webhook", backup)).hasSize(1);
        assertThat(catcher.messages("mail", backup)).hasSize(2); // one for each recipient
        awaitOutcomes(id, 3, "NotificationDelivered");
    }

    @Test
    void aRedeliveredEventIsNotToldAgain() {
        Samples.Sample proven = sample("BackupProven", "portal");
        String id = bus.send(proven);
        awaitStates(id, Map.of("ops", "DELIVERED", "mail", "DELIVERED", "hook", "DELIVERED"));

        bus.send(proven, id);
        bus.send(proven); // by another id, as a producer may that lost its memory
        awaitAllHeard();

        assertThat(catcher.messages("slack", backup)).hasSize(1);
        assertThat(catcher.messages("mail", backup)).hasSize(2);
    }

    @Test
    void slackThatFailsOnceIsToldAtTheSecondAttempt() {
        catcher.refuse("slack", 500, 1, 0);

        String id = bus.send(sample("BackupProven", "ledger"));
        awaitStates(id, Map.of("ops", "DELIVERED"));

        assertThat(deliveries(id).getInt("items[0].attempts")).isEqualTo(2);
        assertThat(deliveries(id).getString("items[0].lastError")).isNull();
        assertThat(catcher.messages("slack", backup)).hasSize(1);
        awaitOutcomes(id, 1, "NotificationDelivered");
    }

    @Test
    void slackThatIsGoneIsGivenUpAtOnce() {
        catcher.refuse("slack", 404, 1, 0);

        String id = bus.send(sample("BackupProven", "ledger"));
        awaitStates(id, Map.of("ops", "FAILED"));

        assertThat(deliveries(id).getInt("items[0].attempts")).isEqualTo(1);
        assertThat(deliveries(id).getString("items[0].lastError"))
                .contains("404")
                .contains("incoming webhook");
        awaitOutcomes(id, 1, "NotificationFailed");
        assertThat(log.text()).contains("was not delivered");
    }

    @Test
    void slackThatStaysAwayIsGivenUpInTheEnd() {
        catcher.refuse("slack", 503, -1, 0);

        String id = bus.send(sample("BackupProven", "ledger"));
        awaitStates(id, Map.of("ops", "FAILED"));

        assertThat(deliveries(id).getInt("items[0].attempts")).isEqualTo(3);
        assertThat(deliveries(id).getString("items[0].lastError"))
                .contains("503")
                .contains("3 attempts");
    }

    @Test
    void slackIsLeftAloneAsLongAsItAsks() {
        catcher.refuse("slack", 429, 1, 2);
        Instant start = Instant.now();

        String id = bus.send(sample("BackupProven", "ledger"));
        awaitStates(id, Map.of("ops", "DELIVERED"));

        String delivered =
                String.valueOf(catcher.messages("slack", backup).getFirst().get("at"));
        assertThat(Duration.between(start, Instant.parse(delivered))).isGreaterThanOrEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void deadChannelsHoldNobodyUp() {
        String id = bus.send(sample("BackupProven", "shop"));
        String other = bus.send(
                sample("BackupProven", "letters").with(backup, UUID.randomUUID().toString()));

        awaitStates(id, Map.of("ops", "DELIVERED", "dead", "FAILED", "broken", "FAILED", "unset", "FAILED"));
        awaitStates(other, Map.of("mail", "DELIVERED"));

        assertThat(String.join("\n", deliveries(id).getList("items.findAll { it.lastError }.lastError", String.class)))
                .contains("cannot be connected to", "not a URL", "HOLDFAST_TEST_NO_SUCH_VARIABLE");
        awaitOutcomes(id, 4, "Notification");
    }

    @Test
    void aMailCanBeRecognisedAndAsksForNoAnswer() {
        catcher.refuse("mail", 451, 1, 0);

        String id = bus.send(sample("BackupProven", "letters"));
        awaitStates(id, Map.of("mail", "DELIVERED"));

        String delivery = deliveries(id).getString("items[0].id");
        List<Map<String, Object>> mails = catcher.messages("mail", backup);
        assertThat(mails)
                .isNotEmpty()
                .allSatisfy(mail -> assertThat(String.valueOf(mail.get("headers")))
                        .contains("Message-ID=<" + delivery + "@example.com>", "Auto-Submitted=auto-generated"));
        assertThat(String.valueOf(mails.getFirst().get("subject")))
                .isEqualTo("[Holdfast] OK: Backup of letters proven");
        assertThat(String.valueOf(mails.getFirst().get("body"))).contains("<table ");
    }

    @Test
    void aRefusedRequestIsToldOnlyOfAKnownSource() {
        Samples.Sample rejected = Samples.of("RequestRejected").with("deploy-4711", backup);
        String unknown = bus.send(rejected);
        String known = bus.send(rejected.with("\"source\": \"portla\"", "\"source\": \"letters\""));

        awaitStates(known, Map.of("mail", "DELIVERED"));

        assertThat(deliveries(unknown).getList("items")).isEmpty();
    }

    @Test
    void everySuccessIsHeardOnItsTopic() {
        for (String name : List.of("BackupCompleted", "BackupProven", "RestoreCompleted")) {
            Samples.Sample sample = Samples.of(name);
            String json = sample.json()
                    .replaceAll(
                            "\"(backupId|restoreId|verificationId)\": \"[^\"]*\"",
                            "\"$1\": \"" + UUID.randomUUID() + "\"")
                    .replace("\"name\": \"portal\"", "\"name\": \"letters\"");

            String id = bus.send(new Samples.Sample(sample.topic(), sample.type(), json));

            awaitStates(id, Map.of("mail", "DELIVERED"));
        }
    }

    @Test
    void deliveriesAreFoundAndPaged() {
        String id = bus.send(sample("BackupProven", "portal"));
        awaitStates(id, Map.of("ops", "DELIVERED", "mail", "DELIVERED", "hook", "DELIVERED"));

        JsonPath first = get("/api/deliveries?limit=2&about=" + id);
        JsonPath second = get("/api/deliveries?limit=2&about=" + id + "&cursor=" + first.getString("next"));

        assertThat(first.getList("items")).hasSize(2);
        assertThat(second.getList("items")).hasSize(1);
        assertThat(second.getString("next")).isNull();
        assertThat(get("/api/deliveries?channel=mail&state=DELIVERED&about=" + id)
                        .getList("items"))
                .hasSize(1);
        assertThat(get("/api/deliveries?state=FAILED&about=" + id).getList("items"))
                .isEmpty();
        given().get("/api/deliveries?state=LOST").then().statusCode(400).contentType("application/problem+json");
    }

    @Test
    void aChannelCanBeTested() {
        for (String channel : List.of("ops", "mail", "hook")) {
            given().contentType(ContentType.JSON)
                    .post("/api/channels/" + channel + "/test")
                    .then()
                    .statusCode(200);
        }
        assertThat(catcher.messages("slack", "Test of channel ops")).hasSize(1);
        assertThat(catcher.messages("mail", "Test of channel mail")).hasSize(2);
        assertThat(String.valueOf(catcher.messages("webhook", "Test of channel hook")
                        .getFirst()
                        .get("headers")))
                .contains("Bearer " + NotifierStack.SECRET);
    }

    @Test
    void aChannelThatDoesNotWorkSaysSo() {
        for (String channel : List.of("dead", "broken", "unset")) {
            String answer = given().contentType(ContentType.JSON)
                    .post("/api/channels/" + channel + "/test")
                    .then()
                    .statusCode(502)
                    .contentType("application/problem+json")
                    .extract()
                    .asString();
            assertThat(answer).contains("channel \\\"" + channel).doesNotContain(NotifierStack.SECRET);
        }
        given().contentType(ContentType.JSON)
                .post("/api/channels/nobody/test")
                .then()
                .statusCode(404)
                .contentType("application/problem+json");
    }

    private Samples.Sample sample(String name, String source) {
        String json = Samples.of(name)
                .json()
                .replace(BACKUP, backup)
                .replaceAll("\"name\": \"portal\"", "\"name\": \"" + source + "\"");
        // a proof is known by its verification
        String own = name.equals("BackupProven")
                ? json.replaceAll("\"verificationId\": \"[^\"]*\"", "\"verificationId\": \"" + UUID.randomUUID() + "\"")
                : json;
        return new Samples.Sample(Samples.of(name).topic(), Samples.of(name).type(), own);
    }

    private static void awaitStates(String eventId, Map<String, String> states) {
        await().atMost(SOON).untilAsserted(() -> {
            JsonPath found = deliveries(eventId);
            List<String> channels = found.getList("items.channel");
            assertThat(channels).containsExactlyInAnyOrderElementsOf(states.keySet());
            for (int i = 0; i < channels.size(); i++) {
                assertThat(found.getString("items[" + i + "].state")).isEqualTo(states.get(channels.get(i)));
            }
        });
    }

    /** A later event on each partition of its topic has been heard and told, so the earlier ones have been heard. */
    private void awaitAllHeard() {
        String marker = UUID.randomUUID().toString();
        for (String name : List.of("BackupCompleted", "RestoreCompleted")) {
            String json = Samples.of(name)
                    .json()
                    .replaceAll("\"(backupId|restoreId)\": \"[^\"]*\"", "\"$1\": \"" + marker + "\"")
                    .replace("\"name\": \"portal\"", "\"name\": \"letters\"");
            String id = bus.send(new Samples.Sample(
                    Samples.of(name).topic(), Samples.of(name).type(), json));
            awaitStates(id, Map.of("mail", "DELIVERED"));
        }
    }

    private void awaitOutcomes(String eventId, int count, String type) {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(bus.outcomesOf(eventId))
                        .hasSize(count)
                        .allMatch(outcome -> outcome.startsWith("io.holdfast." + type)));
    }

    private static JsonPath deliveries(String eventId) {
        return get("/api/deliveries?about=" + eventId);
    }

    private static JsonPath get(String path) {
        return Objects.requireNonNull(given().urlEncodingEnabled(false)
                .get(path)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath());
    }
}
