package io.holdfast.backup;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.VerificationId;
import io.holdfast.vault.Vault;
import io.holdfast.vault.check.BackupCheckReport;
import io.holdfast.vault.check.CheckLevel;
import io.holdfast.vault.check.ProgressListener;
import io.holdfast.vault.crypto.KeyFile;
import io.holdfast.vault.format.Proof;
import io.holdfast.vault.format.StoredChunk;
import io.holdfast.vault.store.StoredObject;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The catalog is an index of the vault: it comes back from there, and learns from there what became of backups. */
@QuarkusTest
@WithTestResource(BackupServiceStack.class)
class VaultTruthTest extends Service {
    private final String label = "label-" + UUID.randomUUID();

    @SuppressWarnings("NullAway.Init")
    private Vault vault;

    @BeforeEach
    void openVault() {
        if (bed.objects.get("vault.json").isPresent()) {
            vault = bed.vault();
        }
    }

    @Test
    void aLostCatalogComesBackFromTheVault() throws SQLException {
        String proven = stored("shop");
        String held = stored("shop");
        String deleted = stored("shop");
        prove(proven, List.of());
        hold(held).then().statusCode(200);
        delete(deleted, "").then().statusCode(200);
        JsonPath before = Backups.get(held);

        sql("delete from backup");
        assertThat(Backups.list("label=" + label).getList("items")).isEmpty();
        reconcile();

        Awaitility.await()
                .atMost(Bus.PATIENCE)
                .until(() -> Backups.list("label=" + label).getList("items").size() == 2);
        assertThat(Backups.get(held).getString("state")).isEqualTo("STORED");
        assertThat(Backups.get(proven).getString("state")).isEqualTo("PROVEN");
        assertThat(Backups.list("source=shop&label=" + label).getList("items.id"))
                .containsExactly(held, proven);
        JsonPath after = Backups.get(held);
        assertThat(after.getString("held.reason")).isEqualTo("audit");
        for (String same : List.of("source", "kind", "labels", "snapshotAt", "serverVersion", "totals", "findings")) {
            assertThat(after.<Object>get(same)).as(same).isEqualTo(before.get(same));
        }
        given().get("/api/backups/" + proven + "/tables").then().statusCode(200);
        given().get("/api/sources/shop").then().body("lastProven.id", equalTo(proven));
        release(held).then().statusCode(200);
        assertThat(bus.await(tells("BackupReleased", held)).id()).isNotEmpty();
    }

    @Test
    void aCatalogThatIsOlderThanTheVaultLearnsWhatItMissed() throws SQLException {
        String deleted = stored("shop");
        String failed = stored("shop");
        String lost = stored("shop");
        vault.delete(source(deleted), id(deleted), "ops", "old");
        sql("update backup set state = 'FAILED', failure_code = 'INTERNAL', failure_message = 'x' where id = '" + failed
                + "'");
        byte[] manifest = bed.objects.get(manifest(lost)).orElseThrow();
        bed.objects.delete(manifest(lost));
        reconcile();

        Backups.awaitState(deleted, "DELETED");
        Backups.awaitState(failed, "STORED");
        Backups.awaitState(lost, "UNPROVEN");
        assertThat(Backups.get(lost).getString("reason.code")).isEqualTo("MANIFEST_MISSING");
        assertThat(Backups.get(failed).getString("reason")).isNull();
        assertThat(bus.await(tells("BackupDeleted", deleted)).data().getString("deletedBy"))
                .isEqualTo("ops");
        bed.objects.put(manifest(lost), manifest);
        reconcile();
        Backups.awaitState(lost, "STORED");
    }

    @Test
    void aChunkThatRottedUnprovesEveryBackupUntilTheyAreProvenAgain() throws SQLException {
        String older = stored("store");
        prove(older, List.of());
        reconcile();
        Backups.awaitState(older, "PROVEN");
        rot(older);
        reconcile();

        Backups.awaitState(older, "UNPROVEN");
        assertThat(Backups.get(older).getString("reason.code")).isEqualTo("CHUNK_CORRUPT");
        assertThat(bus.await(tells("BackupUnproven", older)).data().getString("verificationId"))
                .isNull();
        given().get("/api/sources/store").then().body("lastProven", equalTo(null));

        String newer = stored("store");
        BackupCheckReport report = vault.check(source(older), id(older), CheckLevel.LISTED, ProgressListener.NONE);
        assertThat(report.replaced()).hasSize(1);
        prove(newer, List.of());
        prove(older, report.replaced());
        reconcile();
        Backups.awaitState(newer, "PROVEN");
        Backups.awaitState(older, "PROVEN");
    }

    @Test
    void aHeldBackupIsNotDeletedUntilItIsReleased() {
        String id = stored("shop");

        hold(id).then().statusCode(200).body("held.reason", equalTo("audit"));
        hold(id).then().statusCode(200);
        delete(id, "")
                .then()
                .statusCode(409)
                .body("code", equalTo("REQUEST_CONFLICT"))
                .body("detail", containsString("is held"));
        release(id).then().statusCode(200).body("held", equalTo(null));
        release(id).then().statusCode(200);
        delete(id, "").then().statusCode(200).body("state", equalTo("DELETED"));
        delete(id, "").then().statusCode(200);

        bus.await(tells("BackupDeleted", id));
        assertThat(bus.about(id))
                .extracting(Bus.Heard::type)
                .containsExactly("BackupStarted", "BackupCompleted", "BackupHeld", "BackupReleased", "BackupDeleted");
        assertThat(Backups.list("label=" + label).getList("items")).isEmpty();
        assertThat(Backups.list("state=deleted&label=" + label).getList("items.id"))
                .containsExactly(id);
        assertThat(vault.tombstone(source(id), id(id))).isPresent();
        hold(id).then().statusCode(409);
    }

    @Test
    void theNewestProvenBackupIsDeletedOnlyIfItIsMeant() {
        String older = stored("shop");
        String newest = stored("shop");
        prove(older, List.of());
        prove(newest, List.of());

        delete(newest, "")
                .then()
                .statusCode(409)
                .body("code", equalTo("REQUEST_CONFLICT"))
                .body("detail", containsString("newest proven"));
        delete(older, "").then().statusCode(200);
        delete(newest, "?newestProven=true").then().statusCode(200);
    }

    @Test
    void theDeletionOfTheNewestProvenBackupWaitsForASecondPerson() {
        String approver = Callers.token("approver");
        String admin = Callers.token("admin");
        String backup = Backups.stored("two-keys");
        prove(backup, List.of());
        String delete = "/api/backups/" + backup + "?newestProven=true";

        String approval = ApprovalTest.refused(Callers.as(admin).delete(delete));
        assertThat(given().get("/api/approvals").jsonPath().getList("items.id", String.class))
                .contains(approval);
        assertThat(Backups.get(backup).getString("state")).isNotEqualTo("DELETED");
        bus.await(event -> event.type().equals("AlertRaised")
                && event.data().getString("alertId").equals("approval-waiting/" + approval));

        Callers.as(approver).post("/api/approvals/" + approval).then().statusCode(200);
        Callers.as(admin).delete(delete).then().statusCode(200);
        assertThat(Backups.get(backup).getString("state")).isEqualTo("DELETED");
    }

    @Test
    void whatIsNotStoredIsNeitherDeletedNorHeld() {
        String failed = Backups.failed("nowhere");

        delete(failed, "").then().statusCode(409).body("code", equalTo("REQUEST_CONFLICT"));
        hold(failed).then().statusCode(409);
        delete("01890000-0000-7000-8000-000000000001", "")
                .then()
                .statusCode(404)
                .body("code", equalTo("BACKUP_UNKNOWN"));
    }

    @Test
    void theVaultIsSweptAndTellsOfItsKey() throws SQLException {
        String id = stored("shop");
        sql("delete from sweep");
        due("sweep");

        Awaitility.await()
                .atMost(Bus.PATIENCE)
                .untilAsserted(() -> assertThat(vault().getList("sweeps.source", String.class))
                        .contains(source(id).toString()));
        Awaitility.await()
                .atMost(Bus.PATIENCE)
                .until(() -> one("select count(*) from job where kind = 'sweep' and state = 'WAITING'"
                                + " and run_after > clock_timestamp() + interval '23 hours'")
                        == 1);
        assertThat(vault().getLong("sweeps.find { it.source == '" + source(id) + "' }.vaultObjects"))
                .isEqualTo(bed.objects.list("sources/" + source(id) + "/").count());
        assertThat(vault().getString("id")).isEqualTo(vault.id().toString());
        assertThat(vault().getList("lacks", String.class)).anyMatch(lack -> lack.contains("no object lock"));
        assertThat(vault().getString("escrow")).isNull();
        vault.keys().confirm(KeyFile.read(bed.keyFile), "the safe");
        assertThat(vault().getString("escrow.where")).isEqualTo("the safe");
    }

    private String stored(String source) {
        String id = Backups.stored(source, label);
        vault = bed.vault();
        return id;
    }

    private void rot(String backup) {
        StoredChunk chunk = vault.manifest(source(backup), id(backup)).chunks().getLast();
        String key = bed.objects.list("sources/" + source(backup) + "/chunks/").map(StoredObject::key).toList().stream()
                .filter(name -> name.endsWith(chunk.id() + "." + chunk.generation()))
                .findFirst()
                .orElseThrow();
        byte[] bad = bed.objects.get(key).orElseThrow();
        bad[bad.length / 2] ^= 1;
        bed.objects.put(key, bad);
        assertThat(vault.check(source(backup), id(backup), CheckLevel.READ, ProgressListener.NONE)
                        .intact())
                .isFalse();
    }

    private void prove(String backup, List<String> replaced) {
        Instant now = Instant.now();
        vault.putProof(new Proof(
                VerificationId.parse(UUID.randomUUID().toString()),
                id(backup),
                source(backup),
                Proof.Outcome.PROVEN,
                now,
                now,
                "as the test wants",
                null,
                replaced));
    }

    private static BackupId id(String backup) {
        return BackupId.parse(backup);
    }

    private static SourceId source(String backup) {
        return SourceId.parse(Backups.get(backup).getString("source.id"));
    }

    private static String manifest(String backup) {
        return "sources/" + source(backup) + "/backups/" + backup + ".json";
    }

    private static Response hold(String backup) {
        return given().put("/api/backups/" + backup + "/hold?reason=audit");
    }

    private static Response release(String backup) {
        return given().delete("/api/backups/" + backup + "/hold");
    }

    private static Response delete(String backup, String query) {
        return given().delete("/api/backups/" + backup + query);
    }

    private static JsonPath vault() {
        return given().get("/api/vault").then().statusCode(200).extract().jsonPath();
    }

    private static Predicate<Bus.Heard> tells(String type, String backup) {
        return event -> event.type().equals(type) && backup.equals(event.data().getString("backupId"));
    }

    private void reconcile() throws SQLException {
        due("reconciliation");
    }

    /** As if its time had come: a waiting job is claimed at the workers' next look. */
    private void due(String kind) throws SQLException {
        Awaitility.await()
                .atMost(Bus.PATIENCE)
                .until(() -> one("select count(*) from job where kind = '" + kind + "' and state = 'WAITING'") == 1);
        sql("update job set run_after = clock_timestamp() where kind = '" + kind + "'");
    }

    private int one(String query) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement sql = connection.createStatement();
                ResultSet row = sql.executeQuery(query)) {
            row.next();
            return row.getInt(1);
        }
    }
}
