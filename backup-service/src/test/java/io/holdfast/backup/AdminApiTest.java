package io.holdfast.backup;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import io.holdfast.devstack.FaultInjectionProxy;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.sqlite.SQLiteDataSource;

/** The endpoints of existing scripts. */
@QuarkusTest
@WithTestResource(BackupServiceStack.class)
@TestProfile(AdminApiTest.WithRetention.class)
class AdminApiTest extends Service {

    public static final class WithRetention implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("holdfast.admin-api.wait", "25s");
        }

        @Override
        public Set<Class<?>> getEnabledAlternatives() {
            return Set.of(RecordedRetention.class);
        }
    }

    @Inject
    RecordedRetention retention;

    @Test
    void aBackupIsTakenListedAndDownloadedByItsKey() {
        JsonPath taken = given().contentType(ContentType.JSON)
                .post("/api/admin/backup?source=shop")
                .then()
                .statusCode(200)
                .contentType("application/json")
                .body("success", equalTo(true))
                .body("backup.tables", equalTo(List.of("clients", "orders", "secrets")))
                .extract()
                .jsonPath();
        String key = taken.getString("backup.key");
        assertThat(key).matches("backups/database-\\d{4}(-\\d\\d){5}\\.sql");
        assertThat(taken.getString("backup.timestamp")).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");

        JsonPath list = given().get("/api/admin/backup?source=shop")
                .then()
                .statusCode(200)
                .body("backups.key", hasItem(key))
                .extract()
                .jsonPath();
        assertThat(list.getInt("total")).isEqualTo(list.getList("backups").size());
        assertThat(list.getLong("backups[0].size")).isEqualTo(taken.getLong("backup.size"));
        assertThat(list.getString("backups[0].metadata.tables-count")).isEqualTo("3");
        assertThat(list.getString("backups[0].metadata.backup-timestamp"))
                .isEqualTo(taken.getString("backup.timestamp"));

        String script = script("/api/admin/" + key + "?source=shop");
        assertThat(script).contains("client 1000").contains("-- end of backup ");
        assertThat(lastLine(script("/api/admin/backup?source=shop&key=" + key))).isEqualTo(lastLine(script));
        assertThat(Backups.list("source=shop&kind=manual&limit=1").getString("items[0].state"))
                .isEqualTo("STORED");
    }

    @Test
    void aSourceThatIsAFileIsBackedUp() throws Exception {
        SQLiteDataSource file = new SQLiteDataSource();
        file.setUrl("jdbc:sqlite:" + bed.notes());
        try (Connection program = file.getConnection();
                Statement sql = program.createStatement()) {
            sql.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT)");
            sql.execute("INSERT INTO notes (body) VALUES ('one')");

            given().contentType(ContentType.JSON)
                    .post("/api/admin/backup?source=notes")
                    .then()
                    .statusCode(200)
                    .body("backup.tables", equalTo(List.of("notes")));
        } finally {
            Files.deleteIfExists(bed.notes());
        }
    }

    @Test
    void aFailedBackupIsAnErrorWithItsReason() {
        given().contentType(ContentType.JSON)
                .post("/api/admin/backup?source=nowhere")
                .then()
                .statusCode(503)
                .contentType("application/json")
                .body("error", containsString("of source \"nowhere\" failed: "))
                .body("size()", equalTo(1));
        given().contentType(ContentType.JSON)
                .post("/api/admin/backup?source=forbidden")
                .then()
                .statusCode(500)
                .body("error", containsString("public.secrets"));
        given().get("/api/admin/backup?source=nowhere").then().statusCode(200).body("total", equalTo(0));
    }

    @Test
    @Tag("slow")
    void aBackupThatIsNotStoredInTimeContinues() {
        bed.faultInjectionProxy.set(FaultInjectionProxy.State.CLOSED);
        String error;
        try {
            error = given().contentType(ContentType.JSON)
                    .post("/api/admin/backup?source=shop")
                    .then()
                    .statusCode(504)
                    .extract()
                    .path("error");
        } finally {
            bed.faultInjectionProxy.set(FaultInjectionProxy.State.OPEN);
        }

        Backups.await(error.replaceFirst("backup (\\S+) of source.*", "$1"), "STORED");
    }

    @Test
    void errorsAreNoProblems() {
        given().contentType(ContentType.JSON)
                .post("/api/admin/backup")
                .then()
                .statusCode(400)
                .body("error", containsString("the sources are changing, "))
                .body("size()", equalTo(1));
        given().get("/api/admin/backup?source=shpo")
                .then()
                .statusCode(404)
                .body("error", containsString("did you mean \"shop\"?"));
        given().get("/api/admin/backup?sorce=shop")
                .then()
                .statusCode(400)
                .body("error", containsString("did you mean \"source\"?"));
        given().get("/api/admin/backups/database-1999-01-01-00-00-00.sql?source=shop")
                .then()
                .statusCode(404)
                .contentType("application/json")
                .body("error", containsString("database-1999-01-01-00-00-00.sql"));
        given().get("/api/admin/backups/dump.sql?source=shop").then().statusCode(400);
    }

    @Test
    void retentionRunsForTheSource() {
        given().delete("/api/admin/backup?source=store")
                .then()
                .statusCode(200)
                .body(equalTo("{\"success\":true,\"deleted_count\":2}"));

        assertThat(retention.runs()).anyMatch(run -> run.startsWith("anonymous "));
    }

    @Test
    void aCronWithTheSecretTakesAScheduledBackupAndCleansUp() {
        given().header("Authorization", "Bearer from-the-cron")
                .get("/api/cron/backup?source=store")
                .then()
                .statusCode(200)
                .body("success", equalTo(true))
                .body("backup.size_kb", containsString("."))
                .body("cleanup.deleted_count", equalTo(2));

        assertThat(Backups.list("source=store&kind=scheduled").getList("items")).isNotEmpty();
        assertThat(retention.runs()).anyMatch(run -> run.startsWith("/api/cron/backup "));
    }

    @Test
    void aCronWithoutTheSecretTakesNothing() throws Exception {
        int before = Backups.list("source=lost").getList("items").size();

        cron("").then().statusCode(401).header("WWW-Authenticate", "Bearer").body("size()", equalTo(1));
        cron("Bearer wrong").then().statusCode(401);
        Path file = bed.cronSecret();
        Path away = Files.move(file, file.resolveSibling("cron-secret-away"));
        try {
            cron("Bearer from-the-cron").then().statusCode(503);
        } finally {
            Files.move(away, file);
        }

        assertThat(Backups.list("source=lost").getList("items")).hasSize(before);
    }

    private static String script(String path) {
        return given().get(path)
                .then()
                .statusCode(200)
                .contentType("application/sql")
                .extract()
                .asString();
    }

    /** It names the backup; pg_restore writes random words into others. */
    private static String lastLine(String script) {
        return script.lines().reduce("", (first, second) -> second);
    }

    private static Response cron(String authorization) {
        return given().header("Authorization", authorization).get("/api/cron/backup?source=lost");
    }
}
