package io.holdfast.backup;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(BackupServiceStack.class)
class RequestsTest extends Service {
    private final String id = "deploy-" + UUID.randomUUID();

    @Test
    void aRequestOverKafkaBecomesAStoredBackupAndItsOutcomeIsTold() {
        bus.ask(id, "BackupRequested", "{\"source\":\"shop\",\"labels\":[\"before-migration\"]}");

        Bus.Heard completed = bus.await(Bus.is("BackupCompleted").and(Bus.answering(id)));

        JsonPath backup = Backups.get(completed.data().getString("backupId"));
        assertThat(backup.getString("state")).isEqualTo("STORED");
        assertThat(backup.getString("kind")).isEqualTo("MANUAL");
        assertThat(backup.getString("environment")).isEqualTo("production");
        assertThat(backup.getString("correlationId")).isEqualTo(id);
        assertThat(backup.getList("labels", String.class)).containsExactly("before-migration");
        assertThat(backup.getInt("totals.tables")).isEqualTo(3);
        assertThat(backup.getLong("totals.rows")).isEqualTo(4000);
        assertThat(completed.data().getLong("totals.rows")).isEqualTo(4000);
        assertThat(bus.about(backup.getString("id")))
                .extracting(Bus.Heard::type)
                .containsExactly("BackupStarted", "BackupCompleted");
    }

    @Test
    void aRedeliveredRequestStartsOneBackupAndHearsItsOutcomeAgain() {
        String request = "{\"source\":\"shop\"}";
        bus.ask(id, "BackupRequested", request);
        Bus.Heard first = bus.await(Bus.is("BackupCompleted").and(Bus.answering(id)));

        bus.ask(id, "BackupRequested", request);

        List<Bus.Heard> both = bus.awaitMany(2, Bus.is("BackupCompleted").and(Bus.answering(id)));
        assertThat(both).extracting(Bus.Heard::id).containsOnly(first.id());
        assertThat(Backups.list("correlation=" + id).getList("items")).hasSize(1);
    }

    @Test
    void theSameIdentityWithAnotherBodyIsRejected() {
        bus.ask(id, "BackupRequested", "{\"source\":\"shop\"}");
        bus.await(Bus.is("BackupCompleted").and(Bus.answering(id)));

        bus.ask(id, "BackupRequested", "{\"source\":\"store\"}");

        Bus.Heard rejected = bus.await(Bus.is("RequestRejected").and(Bus.answering(id)));
        assertThat(rejected.data().getString("reason.code")).isEqualTo("IDENTITY_REUSED");
        assertThat(Backups.list("correlation=" + id).getList("items.source.name"))
                .containsExactly("shop");
    }

    @Test
    void whoAsksAgainAndAgainGetsOneBackupThatWaits() {
        String request = "{\"source\":\"slow\"}";
        List<String> accepted = new ArrayList<>();
        Response answer = Backups.post(request);
        while (answer.statusCode() == 202 && accepted.size() < 20) {
            accepted.add(answer.path("id"));
            answer = Backups.post(request);
        }

        answer.then().statusCode(409).body("code", equalTo("REQUEST_CONFLICT"), "object", equalTo(accepted.getLast()));
        accepted.add(Backups.request("slow", "before-migration"));
        accepted.forEach(Backups::cancel);
        accepted.forEach(id -> Backups.await(id, "CANCELLED"));
    }

    @Test
    void aTextWithTheCharacterU0000IsRefused() {
        given().contentType(ContentType.JSON)
                .body("{\"source\":\"shop\",\"labels\":[\"a\\u0000b\"]}")
                .post("/api/backups")
                .then()
                .statusCode(400)
                .body("code", equalTo("REQUEST_INVALID"), "detail", containsString("U+0000"));
    }

    @Test
    void anUnknownSourceIsRejectedOverKafkaAndTheNearestIsNamed() {
        bus.ask(id, "BackupRequested", "{\"source\":\"shpo\"}");

        Bus.Heard rejected = bus.await(Bus.is("RequestRejected").and(Bus.answering(id)));

        assertThat(rejected.data().getString("reason.code")).isEqualTo("SOURCE_UNKNOWN");
        assertThat(rejected.data().getString("reason.message")).contains("\"shpo\"", "did you mean \"shop\"?");
        assertThat(Backups.list("correlation=" + id).getList("items")).isEmpty();
    }

    @Test
    void anUnknownSourceIsNotFoundOverRest() {
        Backups.post("{\"source\":\"shpo\"}")
                .then()
                .statusCode(404)
                .contentType("application/problem+json")
                .body("code", equalTo("SOURCE_UNKNOWN"))
                .body("object", equalTo("shpo"))
                .body("detail", containsString("did you mean \"shop\"?"));
    }

    @Test
    void aRepeatedPostAnswersTheSameBackup() {
        String first = post(id, "shop");
        String second = post(id, "shop");

        assertThat(second).isEqualTo(first);
        Backups.await(first, "STORED");
    }

    @Test
    void anAnswerSaysWhereTheBackupIs() {
        given().contentType(ContentType.JSON)
                .header("Idempotency-Key", id)
                .body("{\"source\":\"shop\"}")
                .post("/api/backups")
                .then()
                .statusCode(202)
                .header("Location", containsString("/api/backups/" + post(id, "shop")));
    }

    @Test
    void aSafetyBackupIsOfTheTablesThatAreAskedForAndIsNotTheSourcesLatest() {
        String whole = Backups.stored("shop");

        bus.ask(id, "BackupRequested", "{\"source\":\"shop\",\"kind\":\"SAFETY\",\"tables\":[\"public.clients\"]}");

        Bus.Heard completed = bus.await(Bus.is("BackupCompleted").and(Bus.answering(id)));
        assertThat(completed.data().getInt("totals.tables")).isEqualTo(1);
        assertThat(completed.data().getLong("totals.rows")).isEqualTo(1000);
        assertThat(completed.data().getBoolean("partial")).isFalse();
        assertThat(given().get("/api/sources/shop").jsonPath().getString("lastBackup.id"))
                .isEqualTo(whole);
    }

    @Test
    void whereTablesCannotBeWithoutTheRestTheBackupIsOfEverything() {
        bed.sql("shop", "create table public.\"of clients\" (c clients)");
        try {
            bus.ask(
                    id,
                    "BackupRequested",
                    "{\"source\":\"shop\",\"kind\":\"SAFETY\",\"tables\":[\"public.\\\"of clients\\\"\"]}");

            Bus.Heard completed = bus.await(Bus.is("BackupCompleted").and(Bus.answering(id)));
            assertThat(completed.data().getInt("totals.tables")).isEqualTo(4);
        } finally {
            bed.sql("shop", "drop table public.\"of clients\"");
        }
    }

    @Test
    void aPartOfASourceIsBackedUpForNothingElse() {
        String tables = ",\"tables\":[\"public.clients\"]}";
        for (String body : List.of(
                "{\"source\":\"shop\"" + tables,
                "{\"source\":\"shop\",\"kind\":\"SAFETY\",\"tables\":[]}",
                "{\"source\":\"shop\",\"kind\":\"SAFETY\",\"tables\":[\"a.b.c\"]}",
                "{\"source\":\"shop\",\"kind\":\"SAFETY\",\"database\":\"holdfast_kept_" + "0".repeat(32) + "\""
                        + tables)) {
            String asked = id + body.hashCode();
            bus.ask(asked, "BackupRequested", body);
            Bus.Heard rejected = bus.await(Bus.is("RequestRejected").and(Bus.answering(asked)));
            assertThat(rejected.data().getString("reason.code")).isEqualTo("REQUEST_INVALID");
        }
    }

    @Test
    void aBodyThatIsMissingEmptyOrNotUnderstoodIsABadRequest() {
        String longLabel = "{\"source\":\"shop\",\"labels\":[\"" + "x".repeat(3000) + "\"]}";
        for (String body : List.of("", "{}", "{\"source\":\"shop\",\"lables\":[]}", "not json", "null", longLabel)) {
            Backups.post(body)
                    .then()
                    .statusCode(400)
                    .contentType("application/problem+json")
                    .body("code", equalTo("REQUEST_INVALID"));
        }
    }

    private static String post(String key, String source) {
        return given().contentType(ContentType.JSON)
                .header("Idempotency-Key", key)
                .body("{\"source\":\"" + source + "\"}")
                .post("/api/backups")
                .then()
                .statusCode(202)
                .extract()
                .path("id");
    }
}
