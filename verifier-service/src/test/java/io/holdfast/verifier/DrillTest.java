package io.holdfast.verifier;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasSize;

import io.holdfast.contracts.AlertEvent;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.SourceEvent;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import io.holdfast.contracts.Topic;
import io.holdfast.contracts.VerificationEvent;
import io.holdfast.devstack.DevStackResource;
import io.holdfast.drill.DrillCheck;
import io.holdfast.drill.DrillJson;
import io.holdfast.drill.DrillReport;
import io.holdfast.drill.NegativeControl;
import io.holdfast.drill.evidence.EvidenceResult;
import io.holdfast.drill.evidence.EvidenceVerifier;
import io.holdfast.vault.crypto.EvidenceKey;
import io.holdfast.vault.format.Manifest;
import io.holdfast.verifier.drill.Auditor;
import io.holdfast.verifier.drill.BlindComparison;
import io.holdfast.verifier.drill.Reminded;
import io.holdfast.verifier.drill.TwoReplicas;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@QuarkusTest
@WithTestResource(value = DevStackResource.class, initArgs = @ResourceArg(name = "service", value = "verifier"))
class DrillTest {
    @Inject
    Shop shop;

    @Inject
    Bus bus;

    @Inject
    Scratched scratched;

    @Inject
    Site site;

    @Inject
    TwoReplicas replicas;

    @Inject
    Auditor auditor;

    @Inject
    Reminded reminded;

    @Inject
    DataSource database;

    @TempDir
    Path directory;

    @Test
    void aDrillRestoresChecksAndFindsEveryDamageThatItDoes() throws IOException {
        Manifest manifest = shop.backup(Shop.LIGHT);

        String id = held("{\"source\": \"light\"}");

        DrillReport report = report(id);
        assertThat(report.checks())
                .extracting(DrillCheck::name)
                .contains(
                        "manifest",
                        "download",
                        "schema",
                        "row counts",
                        "rows",
                        "sequences",
                        "foreign keys",
                        "constraints",
                        "times of rows",
                        "physical structure",
                        "age of the backup",
                        "restore time");
        assertThat(report.checks())
                .filteredOn(check -> check.outcome() == DrillCheck.Outcome.FAILED)
                .isEmpty();
        assertThat(report.controls())
                .extracting(NegativeControl::name)
                .containsExactlyInAnyOrder(
                        "one value changed",
                        "one row removed",
                        "one row added",
                        "one sequence set back",
                        "one index dropped",
                        "one chunk byte flipped",
                        "one chunk swapped with another",
                        "one manifest line altered");
        assertThat(report.controls()).allMatch(NegativeControl::found);
        assertThat(report.passed()).isTrue();
        assertThat(report.backup().id()).isEqualTo(manifest.backup().toString());
        assertThat(report.times().restoreMillis())
                .isPositive()
                .isGreaterThanOrEqualTo(
                        report.times().loadMillis() + report.times().indexMillis());
        var completed = completed(id);
        assertThat(completed.passed()).isTrue();
        assertThat(completed.checksFailed()).isZero();
        assertThat(completed.kind()).isEqualTo("restore-test");
        assertThat(shop.vault.quarantined(Shop.LIGHT.id())).isEmpty();
        await().atMost(Bus.PATIENCE).until(() -> scratched.clusters().isEmpty());
        given().get("/api/drills/" + id + "/report")
                .then()
                .statusCode(200)
                .contentType("text/markdown")
                .body(containsString("light"));
        given().get("/api/drills/recovery?source=light").then().statusCode(200).body("bytes", equalTo((int)
                manifest.totals().bytes()));
        resultsJoinTheReportUntilItIsSigned(id);
    }

    @Test
    void aFileIsRestoredAndItsDamagesFound() throws Exception {
        SqliteTest.backup(shop, directory, snapshot -> snapshot);

        DrillReport report = report(held("{\"source\": \"notes\"}"));

        assertThat(report.controls()).hasSize(8).allMatch(NegativeControl::found);
        assertThat(report.checks())
                .filteredOn(check -> check.outcome() == DrillCheck.Outcome.FAILED)
                .isEmpty();
        assertThat(report.passed()).isTrue();
        assertThat(report.engine()).isEqualTo("sqlite");
    }

    @Test
    void anotherProcessRestoresWithTheVaultAndItsKeyFileAlone() {
        shop.backup(Shop.LIGHT);

        String id = held("{\"source\": \"light\", \"kind\": \"total-loss\"}");

        DrillReport report = report(id);
        assertThat(report.failure()).isNull();
        assertThat(report.passed()).isTrue();
        assertThat(report.kind()).isEqualTo("total-loss");
        assertThat(report.checks()).extracting(DrillCheck::name).contains("rows", "schema", "restore time");
        assertThat(report.controls()).allMatch(NegativeControl::found);
        assertThat(report.times().restoreMillis()).as("a process was started").isGreaterThan(500);
        assertThat(completed(id).kind()).isEqualTo("total-loss");
    }

    @Test
    @Tag("slow")
    void aTotalLossOfWhichTheVaultLacksChunksIsAFailedDrill() {
        SourceRef source = new SourceRef(SourceId.next(InstantSource.system()), "hollow");
        shop.backup(source);
        String key = "sources/" + source.id() + "/chunks/";
        shop.store.list(key).forEach(object -> shop.store.delete(object.key()));

        String id = held("{\"source\": \"hollow\", \"kind\": \"total-loss\"}");

        given().get("/api/drills/" + id)
                .then()
                .body("state", equalTo("FAILED"))
                .body("reason.code", equalTo("CHUNK_MISSING"));
    }

    @Test
    void aCheckThatFailsFailsTheDrillAndNotTheBackup() {
        Manifest manifest = shop.backup(Shop.SHOP);

        String id = held("{\"source\": \"shop\", \"backup\": \"" + manifest.backup() + "\"}");

        given().get("/api/drills/" + id)
                .then()
                .body("state", equalTo("FAILED"))
                .body("reason.code", equalTo("CHECKS_FAILED"))
                .body("reason.message", containsString("nobody is new"))
                .body("checksFailed", equalTo(1));
        DrillReport report = report(id);
        assertThat(report.checks())
                .filteredOn(check -> check.name().equals("nobody is new"))
                .singleElement()
                .satisfies(check -> {
                    assertThat(check.expected()).isEqualTo("0");
                    assertThat(check.actual()).contains("500");
                });
        assertThat(completed(id).passed()).isFalse();
        given().get("/api/verifications?backup=" + manifest.backup()).then().body("items", hasSize(0));
    }

    @Test
    @Tag("slow")
    void aDamageThatItsCheckDoesNotFindFailsTheDrill() {
        BlindComparison.install();
        shop.backup(Shop.LIGHT);

        String id = held("{\"source\": \"light\"}");

        given().get("/api/drills/" + id)
                .then()
                .body("state", equalTo("FAILED"))
                .body("reason.code", equalTo("CONTROL_NOT_FOUND"))
                .body("reason.message", containsString("one sequence set back"));
    }

    @Test
    void aBackupThatCannotBeRestoredFailsTheDrillAndIsVerified() {
        SourceRef source = new SourceRef(SourceId.next(InstantSource.system()), "rotten");
        Manifest manifest = shop.backup(source);
        String key = "sources/" + source.id() + "/chunks/";
        shop.store.list(key).forEach(object -> shop.store.delete(object.key()));

        String id = held("{\"source\": \"rotten\"}");

        given().get("/api/drills/" + id)
                .then()
                .body("state", equalTo("FAILED"))
                .body("reason.code", equalTo("CHUNK_MISSING"));
        assertThat(report(id).passed()).isFalse();
        var failed = bus.await(
                Topic.VERIFICATION_EVENTS,
                VerificationEvent.Failed.class,
                event -> event.backupId().equals(manifest.backup()));
        assertThat(failed.source()).isEqualTo(source);
    }

    @Test
    void twoReplicasHoldOneDrillForEachSlot() throws Exception {
        replicas.look("hourly", 1);
        serviceDatabase("update drill_schedule set since = since - interval '90 minutes',"
                + " decided_until = decided_until - interval '90 minutes' where source_name = 'hourly'");

        replicas.look("hourly", 3);

        List<String> slots = given().get("/api/drills?source=hourly")
                .then()
                .statusCode(200)
                .extract()
                .path("items.fireAt");
        assertThat(slots).doesNotContainNull().doesNotHaveDuplicates().hasSizeBetween(1, 2);
        given().get("/api/drills/summary?year="
                        + Instant.now().atZone(ZoneOffset.UTC).getYear() + "&format=csv")
                .then()
                .statusCode(200)
                .body(containsString("\"hourly\""));
    }

    @Test
    void aSlotInAPauseStartsNoDrill() throws Exception {
        SourceRef source = new SourceRef(SourceId.next(InstantSource.system()), "paused");
        Instant now = Instant.now();
        bus.send(
                Topic.BACKUP_EVENTS,
                new SourceEvent.Paused(
                        source, now.plus(Duration.ofDays(1)), "moving", "ada", now.minus(Duration.ofHours(4))),
                UUID.randomUUID().toString(),
                Map.of());
        await().atMost(Bus.PATIENCE).until(() -> count("select count(*) from source_pause") == 1);
        replicas.look("paused", 1);
        serviceDatabase("update drill_schedule set since = since - interval '90 minutes',"
                + " decided_until = decided_until - interval '90 minutes' where source_name = 'paused'");

        replicas.look("paused", 1);

        assertThat(count("select count(*) from drill_schedule where source_name = 'paused'"
                        + " and decided_until > now() - interval '61 minutes'"))
                .as("the slot is decided")
                .isEqualTo(1);
        given().get("/api/drills?source=paused").then().body("items", hasSize(0));
    }

    @Test
    void aRestoreTimeThatWillMissTheObjectiveIsAnAlertUntilItDoesNot() throws Exception {
        for (int drill = 0; drill < 3; drill++) {
            serviceDatabase(
                    ("insert into drill (id, version, sequence, source_name, source_id, kind, state, requested_by,"
                                    + " requested_at, ended_at, restore_millis) select gen_random_uuid(), 0, 1, 'slow',"
                                    + " gen_random_uuid(), 'restore-test', 'PASSED', 'ada', at, at, %d from (select now() -"
                                    + " interval '%d days') t (at)")
                            .formatted(60_000 * (19 + 3 * drill), 20 - 10 * drill));
        }

        reminded.round();
        reminded.round();

        AlertEvent.Raised raised = bus.await(
                Topic.ALERTS, AlertEvent.Raised.class, event -> event.alertId().equals("rto-at-risk/slow"));
        assertThat(raised.summary()).contains("3 drills", "objectives.rto");
        assertThat(count("select count(*) from drill_alert where id = 'rto-at-risk/slow'"))
                .isEqualTo(1);
        serviceDatabase("delete from drill where source_name = 'slow'");
        reminded.round();
        bus.await(
                Topic.ALERTS,
                AlertEvent.Resolved.class,
                event -> event.alertId().equals("rto-at-risk/slow"));
    }

    @Test
    void refusalsSayWhy() {
        Manifest manifest = shop.backup(Shop.LIGHT);
        post("/api/drills", "{\"source\": \"nowhere\"}").statusCode(404).body("code", equalTo("SOURCE_UNKNOWN"));
        post("/api/drills", "{\"source\": \"light\", \"kind\": \"staging\"}")
                .statusCode(400)
                .body("code", equalTo("CONFIG_INVALID"))
                .body("detail", containsString("drill.staging"));
        post("/api/drills", "{\"source\": \"light\", \"keep\": \"4h\"}")
                .statusCode(409)
                .body("detail", containsString("scratch.postgres"));
        post("/api/drills", "{\"source\": \"light\", \"kind\": \"party\"}").statusCode(400);
        post("/api/drills", "{\"source\": \"shop\", \"backup\": \"" + manifest.backup() + "\"}")
                .statusCode(404)
                .body("code", equalTo("BACKUP_UNKNOWN"));
        post("/api/drills", "{\"source\": \"light\", \"backup\": \"" + BackupId.next(InstantSource.system()) + "\"}")
                .statusCode(404);
        given().get("/api/drills/" + UUID.randomUUID()).then().statusCode(404);
        given().get("/api/drills/recovery").then().statusCode(400);
        given().get("/api/drills?state=DONE").then().statusCode(400);
    }

    /** A source without a backup: the drill is inconclusive, and has no report. */
    @Test
    void aSourceWithoutABackupIsToldAndTheReportOfItsDrillIsNotThere() {
        String id = held("{\"source\": \"empty\"}");

        given().get("/api/drills/" + id)
                .then()
                .body("state", equalTo("INCONCLUSIVE"))
                .body("reason.code", equalTo("BACKUP_UNKNOWN"));
        given().get("/api/drills/" + id + "/report")
                .then()
                .statusCode(404)
                .body("detail", containsString("INCONCLUSIVE"));
        bus.await(
                Topic.ALERTS,
                AlertEvent.Raised.class,
                raised -> raised.alertId().equals("drill-inconclusive/empty"));
        given().get("/api/drills?source=empty&state=INCONCLUSIVE").then().body("items.id", everyItem(equalTo(id)));
    }

    private void resultsJoinTheReportUntilItIsSigned(String id) throws IOException {
        post("/api/drills/" + id + "/result", "{\"passed\": false, \"note\": \"log-in fails\"}")
                .statusCode(200)
                .body("passed", equalTo(false));
        assertThat(bus.await(
                                Topic.VERIFICATION_EVENTS,
                                VerificationEvent.DrillCompleted.class,
                                event -> event.verificationId().toString().equals(id) && !event.passed())
                        .checksFailed())
                .isZero();
        post("/api/drills/" + id + "/signature", "{}").statusCode(403).body("code", equalTo("REQUEST_FORBIDDEN"));
        auditor.sign(id);
        post("/api/drills/" + id + "/result", "{\"passed\": true}").statusCode(409);

        DrillReport signed = report(id);
        assertThat(signed.passed()).isFalse();
        assertThat(signed.failure()).contains("log-in fails");
        assertThat(signed.verdicts()).hasSize(1);
        assertThat(signed.signOff()).isNotNull();
        shop.store.list("sources/" + Shop.LIGHT.id() + "/backups/").forEach(object -> shop.store.delete(object.key()));
        byte[] archive = given().get("/api/drills/" + id + "/evidence")
                .then()
                .statusCode(200)
                .contentType("application/zip")
                .extract()
                .asByteArray();
        EvidenceResult evidence = EvidenceVerifier.verify(
                new ByteArrayInputStream(archive),
                EvidenceKey.derive(site.keyFile).getPublic());
        assertThat(evidence.valid()).isTrue();
    }

    private void serviceDatabase(String statement) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement sql = connection.createStatement()) {
            sql.execute(statement);
        }
    }

    private long count(String query) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement sql = connection.createStatement();
                ResultSet row = sql.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    private static String held(String body) {
        String id = post("/api/drills", body).statusCode(202).extract().path("id");
        await().atMost(Bus.PATIENCE.multipliedBy(4))
                .until(() -> List.of("PASSED", "FAILED", "INCONCLUSIVE")
                        .contains(given().get("/api/drills/" + id)
                                .then()
                                .extract()
                                .<String>path("state")));
        return id;
    }

    private static DrillReport report(String id) {
        return DrillJson.read(given().get("/api/drills/" + id + "/report?format=json")
                .then()
                .statusCode(200)
                .extract()
                .asString());
    }

    private VerificationEvent.DrillCompleted completed(String id) {
        return bus.await(
                Topic.VERIFICATION_EVENTS,
                VerificationEvent.DrillCompleted.class,
                event -> event.verificationId().toString().equals(id));
    }

    private static ValidatableResponse post(String path, String body) {
        return given().contentType(ContentType.JSON).body(body).post(path).then();
    }
}
