package io.holdfast.restore.domain;

import static io.holdfast.restore.saga.Asking.accepted;
import static io.holdfast.restore.saga.Asking.ask;
import static io.holdfast.restore.saga.Asking.ended;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import io.holdfast.contracts.RequestRejected;
import io.holdfast.contracts.RestoreEvent;
import io.holdfast.contracts.RestoreRequest;
import io.holdfast.contracts.RestoreTarget;
import io.holdfast.contracts.Topic;
import io.holdfast.devstack.DevStackResource;
import io.holdfast.restore.saga.Bus;
import io.holdfast.restore.saga.Shop;
import io.holdfast.restore.saga.Site;
import io.holdfast.vault.format.Manifest;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@WithTestResource(value = DevStackResource.class, initArgs = @ResourceArg(name = "service", value = "restore"))
class RestoreTest {
    @Inject
    Shop shop;

    @Inject
    Bus bus;

    @Inject
    Site site;

    @Test
    void theLatestProvenBackupComesBackAsANewDatabaseEqualToItsSource() {
        Manifest proven = shop.proven(Shop.SHOP);
        shop.backup(Shop.SHOP); // newer, not proven

        String id = accepted("shop", "shop_back", "");

        JsonPath restore = ended(id);
        assertThat(restore.getString("state")).isEqualTo("COMPLETED");
        assertThat(restore.getString("backupId")).isEqualTo(proven.backup().toString());
        assertThat(restore.getLong("rows")).isEqualTo(4_600);
        assertThat(shop.portrait("shop_back")).isEqualTo(shop.portrait("shop"));
        assertThat(shop.settledDatabases()).anyMatch(name -> name.startsWith("shop_back "));
        assertThat(restore.getList("steps.name"))
                .isEqualTo(List.of("preflight", "loading", "checking", "handing_over"));
        assertThat(restore.getList("steps.endedAt")).hasSize(4).doesNotContainNull();
    }

    @Test
    void aRestoreTellsThatItStartedAndThatItCompleted() {
        Manifest proven = shop.proven(Shop.SHOP);

        String id = accepted("shop", "told", "");

        var completed = bus.await(
                Topic.RESTORE_EVENTS,
                RestoreEvent.Completed.class,
                event -> event.restoreId().toString().equals(id));
        assertThat(completed.database()).isEqualTo("told");
        assertThat(completed.backupId()).isEqualTo(proven.backup());
        assertThat(completed.snapshotAt()).isEqualTo(proven.contents().snapshotAt());
        assertThat(completed.source()).isEqualTo(Shop.SHOP);
        assertThat(bus.all(
                        Topic.RESTORE_EVENTS,
                        RestoreEvent.Started.class,
                        event -> event.restoreId().toString().equals(id)))
                .singleElement()
                .satisfies(started -> assertThat(started.backupId()).isEqualTo(proven.backup()));
    }

    @Test
    void whatTheCopyIsWithoutIsSaidWhereItWasFound() {
        shop.sql("postgres", "create database unfillable");
        shop.sql(
                "unfillable",
                "create table parts as select 1 as n",
                "create materialized view shares as select 1 / n as share from parts",
                "update parts set n = 0");
        Manifest manifest = shop.backup("unfillable", Shop.SHOP);

        JsonPath restore = ended(accepted("shop", "unfilled", ",\"backup\":\"" + manifest.backup() + "\""));

        assertThat(restore.getString("state")).isEqualTo("COMPLETED");
        assertThat(restore.getString("steps.find { it.name == 'loading' }.detail"))
                .contains("REFRESH MATERIALIZED VIEW \"public\".\"shares\"");
    }

    @Test
    void aRequestOverKafkaIsCarriedOut() {
        shop.proven(Shop.SHOP);

        request("by_kafka", UUID.randomUUID().toString(), Map.of("expirytime", inAMinute()));

        bus.await(
                Topic.RESTORE_EVENTS,
                RestoreEvent.Completed.class,
                event -> event.database().equals("by_kafka"));
        assertThat(shop.portrait("by_kafka")).isEqualTo(shop.portrait("shop"));
    }

    @Test
    void aRequestOverKafkaNeedsATimeAtWhichItExpires() {
        String id = UUID.randomUUID().toString();

        request("never_made", id, Map.of());

        var rejected = bus.await(
                Topic.RESTORE_EVENTS,
                RequestRejected.class,
                it -> it.requestId().equals(id));
        assertThat(rejected.reason().message()).contains("expirytime");
        assertThat(shop.databases()).noneMatch(name -> name.startsWith("never_made"));
    }

    @Test
    void aRepeatedRequestOverKafkaIsOneRestore() {
        shop.proven(Shop.SHOP);
        String id = UUID.randomUUID().toString();

        Map<String, String> expiry = Map.of("expirytime", inAMinute());
        request("once", id, expiry);
        request("once", id, expiry);

        bus.await(
                Topic.RESTORE_EVENTS,
                RestoreEvent.Completed.class,
                event -> event.database().equals("once"));
        String next = UUID.randomUUID().toString();
        request("", next, expiry); // refused, after the duplicate was worked on
        bus.await(
                Topic.RESTORE_EVENTS,
                RequestRejected.class,
                it -> it.requestId().equals(next));
        assertThat(bus.all(
                        Topic.RESTORE_EVENTS,
                        RequestRejected.class,
                        it -> it.requestId().equals(id)))
                .isEmpty();
        assertThat(given().get("/api/restores?limit=200").jsonPath().<String>getList("items.database"))
                .containsOnlyOnce("once");
    }

    @Test
    @Tag("slow")
    void namesThatNeedQuotesAndNamesOf63BytesAreTaken() {
        shop.proven(Shop.SHOP);
        String odd = "Shop \"2\"; drop – 'x'";
        String longest = "ä".repeat(31) + "z";

        String first = accepted("shop", odd, "");
        String second = accepted("shop", longest, "");

        assertThat(ended(first).getString("state")).isEqualTo("COMPLETED");
        assertThat(ended(second).getString("state")).isEqualTo("COMPLETED");
        assertThat(shop.portrait(odd)).isEqualTo(shop.portrait("shop"));
        assertThat(shop.portrait(longest)).isEqualTo(shop.portrait("shop"));
        ask("shop", "z".repeat(64), "").statusCode(400).body("detail", containsString("63 bytes"));
    }

    @Test
    @Tag("slow")
    void aRepeatedPostIsAnsweredWithTheSameRestore() {
        shop.proven(Shop.SHOP);
        String key = UUID.randomUUID().toString();

        String first = post("by_key", key).extract().path("id");
        String second = post("by_key", key).extract().path("id");

        assertThat(second).isEqualTo(first);
        assertThat(ended(first).getString("state")).isEqualTo("COMPLETED");
    }

    @Test
    void restoresAreListedPageByPageWithTheirSteps() {
        shop.proven(Shop.SHOP);
        ended(accepted("shop", "listed_1", ""));
        ended(accepted("shop", "listed_2", ""));

        JsonPath first = given().get("/api/restores?source=shop&limit=1").jsonPath();
        JsonPath second = given().get("/api/restores?limit=1&cursor=" + first.getString("next"))
                .jsonPath();

        assertThat(first.getString("items[0].database")).isEqualTo("listed_2");
        assertThat(first.getList("items[0].steps")).hasSize(4);
        assertThat(second.getString("items[0].database")).isEqualTo("listed_1");
        for (String query : new String[] {"cursor=bm90IG9uZQ", "limit=0", "limit=x", "state=DONE", "soruce=shop"}) {
            given().get("/api/restores?" + query).then().statusCode(400);
        }
        assertThat(given().get("/api/restores?source=shpo").statusCode()).isEqualTo(404);
    }

    @Test
    void anUnknownRestoreIsNotFound() {
        given().get("/api/restores/" + UUID.randomUUID()).then().statusCode(404);
        given().contentType(ContentType.JSON)
                .post("/api/restores/" + UUID.randomUUID() + "/cancellation")
                .then()
                .statusCode(404)
                .body("detail", containsString("there is no restore"));
    }

    @Test
    void tablesDoNotGoIntoANewDatabase() {
        ask("shop", "x", ",\"tables\":[\"app.tickets\"]").statusCode(400).body("code", equalTo("REQUEST_INVALID"));
        given().contentType(ContentType.JSON).post("/api/restores").then().statusCode(400);
    }

    @Test
    @Tag("slow")
    void aUrlNamesTheServerOfAnotherSourceAndTheDatabaseThatIsMadeThere() {
        shop.proven(Shop.SHOP);

        String id = to("postgresql://127.0.0.1:" + site.postgres + "/by%20url")
                .statusCode(202)
                .extract()
                .path("id");

        JsonPath restore = ended(id);
        assertThat(restore.getString("state")).isEqualTo("COMPLETED");
        assertThat(restore.getString("database")).isEqualTo("by url");
        assertThat(shop.portrait("by url")).isEqualTo(shop.portrait("shop"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "postgresql://me:hush@127.0.0.1:{port}/x | 400 | REQUEST_INVALID | holds a password",
                "postgresql://nobody@127.0.0.1:{port}/x | 400 | CONFIG_INVALID | of user nobody",
                "postgresql://shop_db:5433/x | 400 | CONFIG_INVALID | postgresql://USER@shop_db:5433/DATABASE",
                "postgresql://127.0.0.1:{port}/x/ | 400 | REQUEST_INVALID | postgresql://user@host:5432/database",
                "postgresql://db2.example.org/x | 400 | CONFIG_INVALID | postgresql://USER@db2.example.org:5432/DATABASE",
                "postgresql://127.0.0.1:{port}/ | 400 | REQUEST_INVALID | names no database",
                "postgresql://127.0.0.1:{port}/x?sslmode=disable | 400 | REQUEST_INVALID | leave them out",
                "postgresql://127.0.0.1:{port}/postgres | 400 | REQUEST_INVALID | system databases",
                "postgresql://127.0.0.1:{port}/elsewhere | 409 | TARGET_EXISTS | --replace",
                "postgresql://127.0.0.1:{door}/x | 400 | REQUEST_INVALID | powerless",
                "sqlite:/no/such/folder/x.db | 400 | CONFIG_INVALID | sqlite:/no/such/folder/NAME.db",
                "sqlite:/no/such/%231%3F%25/x.db | 400 | CONFIG_INVALID | sqlite:/no/such/%231%3F%25/NAME.db",
                "sqlite:/no/such/#1/x.db | 400 | REQUEST_INVALID | write ? as %3F and # as %23",
                "mysql://127.0.0.1/x | 400 | REQUEST_INVALID | postgresql://user@host:5432/database",
            })
    void aUrlThatHoldfastHasNoCredentialsForIsRefusedWithWhatToDo(String url, int status, String code, String said) {
        to(url.replace("{port}", "" + site.postgres).replace("{door}", "" + site.target.port()), "elsewhere")
                .statusCode(status)
                .body("code", equalTo(code))
                .body("detail", containsString(said))
                .body("detail", not(containsString("hush")));
    }

    private static ValidatableResponse to(String url) {
        return to(url, "shop");
    }

    private static ValidatableResponse to(String url, String source) {
        return given().contentType(ContentType.JSON)
                .body("{\"source\":\"" + source + "\",\"target\":{\"kind\":\"url\",\"url\":\"" + url + "\"}}")
                .post("/api/restores")
                .then();
    }

    private void request(String database, String id, Map<String, String> attributes) {
        var request = new RestoreRequest.Requested(
                "shop",
                null,
                null,
                null,
                new RestoreTarget.New(database.isEmpty() ? "postgres" : database, null),
                List.of(),
                List.of(),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
        bus.sendSigned(site.recovery, Topic.RESTORE_REQUESTS, request, id, attributes);
    }

    private static String inAMinute() {
        return Instant.now().plus(Duration.ofMinutes(1)).toString();
    }

    private static ValidatableResponse post(String database, String key) {
        return given().contentType(ContentType.JSON)
                .header("Idempotency-Key", key)
                .body("{\"source\":\"shop\",\"target\":{\"kind\":\"new\",\"database\":\"" + database + "\"}}")
                .post("/api/restores")
                .then()
                .statusCode(202);
    }
}
