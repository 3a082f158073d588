package io.holdfast.backup;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.holdfast.backup.catalog.BackupRepository;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.VerificationId;
import io.holdfast.eventing.jobs.JobQueue;
import io.holdfast.eventing.runtime.TransactionRunner;
import io.holdfast.vault.format.Proof;
import io.holdfast.vault.format.Tombstone;
import io.holdfast.vault.format.VaultLayout;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sqlite.SQLiteDataSource;

/** Retention as the service does it. Backups are real; their times in the catalog are moved. */
@QuarkusTest
@WithTestResource(BackupServiceStack.class)
class RetentionRunTest extends Service {
    private static final Predicate<Bus.Heard> RETENTION_SUCCEEDS =
            event -> event.type().equals("AlertResolved")
                    && "retention-failed/retained".equals(event.data().getString("alertId"));

    @Inject
    TransactionRunner transactionRunner;

    @Inject
    JobQueue jobQueue;

    @Inject
    MovableClock clock;

    private final Instant noon =
            Instant.parse(Instant.now().minusSeconds(3 * 86_400).toString().substring(0, 10) + "T12:00:00Z");

    @BeforeEach
    void sources() throws SQLException {
        notes("CREATE TABLE IF NOT EXISTS notes (id INTEGER PRIMARY KEY, body TEXT)");
        notes("INSERT INTO notes (body) VALUES ('" + UUID.randomUUID() + "')");
        sql("delete from backup where source_name in ('retained', 'guarded')");
        sql("delete from backup_reader");
        Awaitility.await()
                .atMost(Bus.PATIENCE)
                .until(() -> runs("guarded").getList("items").size() > 0); // at start
    }

    @Test
    void aRunDeletesWhatNoRuleKeepsAndTellsOfIt() {
        String old = proven("retained", daysAgo(10));
        String labelled = proven("retained", daysAgo(11), "before-migration");
        String morning = proven("retained", noon.minusSeconds(3600));
        String evening = proven("retained", noon.plusSeconds(3600));
        String unproven = stored("retained", daysAgo(9));
        String provenInVault = stored("retained", daysAgo(9));
        String held = proven("retained", daysAgo(12));
        given().put("/api/backups/" + held + "/hold").then().statusCode(200);
        String newest = proven("retained", Instant.now().minusSeconds(60));
        signed(provenInVault, Instant.now());
        signed(newest, Instant.now());

        JsonPath plan = run("retained", true);

        assertThat(plan.getList("items.findAll { it.action == 'DELETE' }.backup"))
                .containsExactlyInAnyOrder(old, morning, unproven, provenInVault);
        assertThat(because(plan, newest)).isEqualTo("newest proven backup of the source");
        assertThat(because(plan, labelled)).isEqualTo("label before-migration, younger than 90d");
        assertThat(because(plan, held)).startsWith("held by");
        assertThat(because(plan, evening))
                .contains("newest proven backup of day " + noon.toString().substring(0, 10));
        assertThat(because(plan, morning)).contains("has a newer proven backup");
        assertThat(because(plan, unproven)).isEqualTo("not proven, older than 7d");
        assertThat(List.of(old, morning, unproven))
                .allSatisfy(id -> assertThat(tombstone(id)).isEmpty());
        double before = deletions("retained");

        JsonPath run = run("retained", false);

        assertThat(run.getInt("deleted")).isEqualTo(3);
        assertThat(because(run, provenInVault)).contains("the vault has a proof");
        assertThat(List.of(old, morning, unproven)).allSatisfy(id -> {
            assertThat(tombstone(id).map(Tombstone::by)).contains("retention");
            assertThat(Backups.get(id).getString("state")).isEqualTo("DELETED");
            assertThat(bus.await(tells("BackupDeleted", id)).data().getString("deletedBy"))
                    .isEqualTo("retention");
        });
        assertThat(List.of(labelled, evening, held, newest, provenInVault))
                .allSatisfy(id -> assertThat(tombstone(id)).isEmpty());
        JsonPath told = bus.await(completed("retained", old)).data();
        assertThat(told.getList("backups", String.class)).containsExactlyInAnyOrder(old, morning, unproven);
        assertThat(told.getInt("kept")).isEqualTo(5);
        assertThat(told.getString("requestedBy")).isEqualTo("anonymous");
        JsonPath listed = runs("retained");
        assertThat(listed.getList("items[0].backups", String.class)).isEqualTo(told.getList("backups"));
        assertThat(listed.getLong("items[0].bytes"))
                .isEqualTo(run.getLong("bytes"))
                .isPositive();
        assertThat(deletions("retained")).isEqualTo(before + 3);
    }

    @Test
    void aProofStartsARun() {
        String old = proven("retained", daysAgo(10));
        String fresh = Backups.stored("retained");
        VerificationId verification = signed(fresh, Instant.now());

        bus.verified("VerificationPassed", """
                {"verificationId":"%s","backupId":"%s","source":{"id":"%s","name":"retained"},"level":"PROVEN","tables":1,
                "rows":1,"bytes":1,"durationMillis":1,"restoreMillis":1,"checks":[],"passedAt":"%s"}""".formatted(verification, fresh, source(fresh), Instant.now()));

        Backups.awaitState(old, "DELETED");
        assertThat(bus.await(completed("retained", old)).data().getString("requestedBy"))
                .isEqualTo("retention");
    }

    @Test
    void aBackupThatARestoreReadsIsKeptUntilTheRestoreEnds() {
        String old = proven("retained", daysAgo(10));
        proven("retained", Instant.now().minusSeconds(60));
        UUID restore = UUID.randomUUID();
        String about = "{\"restoreId\":\"%s\",\"source\":{\"id\":\"%s\",\"name\":\"retained\"},"
                .formatted(restore, source(old));

        bus.restored(
                "RestoreStarted",
                about
                        + "\"backupId\":\"%s\",\"database\":\"copy\",\"startedAt\":\"%s\"}"
                                .formatted(old, Instant.now()));
        Awaitility.await()
                .atMost(Bus.PATIENCE)
                .until(() -> because(run("retained", true), old).equals("restore " + restore + " reads it"));
        assertThat(run("retained", false).getInt("deleted")).isZero();
        bus.restored(
                "RestoreCancelled", about + "\"cancelledBy\":\"ops\",\"cancelledAt\":\"%s\"}".formatted(Instant.now()));
        Awaitility.await()
                .atMost(Bus.PATIENCE)
                .until(() -> run("retained", true).getInt("toDelete") == 1);

        assertThat(run("retained", false).getInt("deleted")).isEqualTo(1);
    }

    @Test
    void aBackupThatAVerificationReadsIsKeptUntilTheVerificationEnds() {
        String old = proven("retained", daysAgo(10));
        proven("retained", Instant.now().minusSeconds(60));
        UUID verification = UUID.randomUUID();
        String about =
                "{\"verificationId\":\"%s\",\"backupId\":\"%s\",\"source\":{\"id\":\"%s\",\"name\":\"retained\"},\"level\":\"PROVEN\","
                        .formatted(verification, old, source(old));

        bus.verified("VerificationStarted", about + "\"startedAt\":\"%s\"}".formatted(Instant.now()));
        Awaitility.await()
                .atMost(Bus.PATIENCE)
                .until(() -> because(run("retained", true), old).equals("verification " + verification + " reads it"));
        bus.verified(
                "VerificationInconclusive",
                about
                        + "\"reason\":{\"code\":\"SCRATCH_UNAVAILABLE\",\"message\":\"no server\"},\"endedAt\":\"%s\"}"
                                .formatted(Instant.now()));

        Awaitility.await()
                .atMost(Bus.PATIENCE)
                .until(() -> run("retained", true).getInt("toDelete") == 1);
    }

    @Test
    void aBackupThatIsExportedIsKeptUntilTheExportEnds() throws Exception {
        notes("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)"
                + " INSERT INTO notes (body) SELECT hex(randomblob(50000)) FROM n"); // more than buffers take
        String old = proven("retained", daysAgo(10));
        notes("DELETE FROM notes");
        proven("retained", Instant.now().minusSeconds(60));
        URI export = URI.create("http://127.0.0.1:" + RestAssured.port + "/api/backups/" + old + "/export");

        try (HttpClient client = HttpClient.newHttpClient();
                InputStream script = client.send(
                                HttpRequest.newBuilder(export).build(), HttpResponse.BodyHandlers.ofInputStream())
                        .body()) {
            assertThat(script.readNBytes(10)).hasSize(10);

            assertThat(because(run("retained", true), old))
                    .startsWith("export ")
                    .endsWith(" reads it");

            script.transferTo(OutputStream.nullOutputStream());
        }
        Awaitility.await()
                .atMost(Bus.PATIENCE)
                .until(() -> run("retained", true).getInt("toDelete") == 1);
    }

    @Test
    void aFailedDeletionStopsNoOtherAndEndsItsAlertOnceItSucceeds() {
        int ended = bus.heard(RETENTION_SUCCEEDS).size();
        String broken = proven("retained", daysAgo(20));
        String old = proven("retained", daysAgo(10));
        proven("retained", Instant.now().minusSeconds(60));
        String key = VaultLayout.tombstone(source(broken), BackupId.parse(broken));
        bed.objects.put(key, "no tombstone".getBytes(StandardCharsets.UTF_8));

        JsonPath run = run("retained", false);

        assertThat(run.getInt("failed")).isEqualTo(1);
        assertThat(run.getInt("deleted")).isEqualTo(1);
        assertThat(tombstone(old)).isPresent();
        bus.await(retentionFailed(broken));
        assertThat(runs("retained").getList("items.findAll { it.failures.size() == 1 }"))
                .isNotEmpty();
        bed.objects.delete(key);
        assertThat(run("retained", false).getInt("deleted")).isEqualTo(1);
        assertThat(tombstone(broken)).isPresent();
        bus.awaitMany(ended + 1, RETENTION_SUCCEEDS);
    }

    @Test
    void nothingIsDeletedWithoutARecentProof() {
        String old = proven("retained", daysAgo(10));
        proven("retained", daysAgo(3));

        JsonPath run = run("retained", false);

        assertThat(run.getString("suspended")).contains("no backup of the last 2d (2 × rpo) is proven");
        assertThat(run.getInt("deleted")).isZero();
        assertThat(because(run, old)).contains("retention is suspended; later: delete because older than all: 1d");
        assertThat(bus.await(event -> event.type().equals("RetentionCompleted")
                                && event.data().getString("source.name").equals("retained")
                                && event.data().getString("suspended") != null)
                        .data()
                        .getInt("kept"))
                .isEqualTo(2);
    }

    @Test
    void runsAtTheSameTimeDeleteEachBackupOnce() {
        List<String> old = List.of(
                proven("retained", daysAgo(20)), proven("retained", daysAgo(19)), proven("retained", daysAgo(18)));
        proven("retained", Instant.now().minusSeconds(60));

        List<CompletableFuture<Response>> runs = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            runs.add(CompletableFuture.supplyAsync(() -> post("runs", "{\"source\":\"retained\"}")));
        }
        List<Response> answers = runs.stream().map(CompletableFuture::join).toList();

        assertThat(answers).extracting(Response::statusCode).isSubsetOf(200, 409);
        assertThat(answers.stream()
                        .filter(answer -> answer.statusCode() == 200)
                        .mapToInt(answer -> answer.jsonPath().getInt("deleted"))
                        .sum())
                .isEqualTo(3);
        String last = proven("retained", daysAgo(17));
        assertThat(run("retained", false).getInt("deleted")).isEqualTo(1);
        bus.await(tells("BackupDeleted", last));
        assertThat(old)
                .allSatisfy(
                        id -> assertThat(bus.heard(tells("BackupDeleted", id))).hasSize(1));
    }

    @Test
    void aQueuedRunThatCannotStartRaisesAnAlertThatTheNextRunEnds() {
        int ended = bus.heard(RETENTION_SUCCEEDS).size();
        String old = proven("retained", daysAgo(10));
        proven("retained", Instant.now().minusSeconds(60));
        String subject =
                source(old).toString(); // over REST, which the event loop of the transaction may have to answer
        sql("create table vault_before as select * from known_vault");
        sql("update known_vault set id = gen_random_uuid()");

        try {
            transactionRunner
                    .run(session -> jobQueue.enqueueOnce(session, BackupRepository.RETENTION_JOB_KIND, subject))
                    .await()
                    .atMost(Bus.PATIENCE);
            bus.await(retentionFailed("retention could not run: the vault at"));
            assertThat(tombstone(old)).isEmpty();
        } finally {
            sql("update known_vault set id = (select id from vault_before)");
            sql("drop table vault_before");
        }

        assertThat(run("retained", false).getInt("deleted")).isEqualTo(1);
        bus.awaitMany(ended + 1, RETENTION_SUCCEEDS);
    }

    @Test
    void nothingIsDeletedWhileAChangedFileIsRefusedOrANewerOneIsInEffectElsewhere() {
        String old = proven("retained", daysAgo(10));
        proven("retained", Instant.now().minusSeconds(60));

        sql("update configuration set refused = 'unreadable'");
        JsonPath refused = run("retained", false);
        sql("update configuration set refused = null, former = array_append(former, digest), digest = 'newer'");
        JsonPath replaced = run("retained", false);
        sql("update configuration set digest = former[cardinality(former)], former = trim_array(former, 1)");

        assertThat(refused.getString("suspended")).contains("holdfast.yaml was changed and is refused");
        assertThat(replaced.getString("suspended")).contains("a newer holdfast.yaml is in effect in another replica");
        assertThat(tombstone(old)).isEmpty();
        assertThat(run("retained", false).getInt("deleted")).isEqualTo(1);
    }

    @Test
    void nothingIsDeletedWhileTheClockIsAheadOfTheDatabase() {
        String old = proven("retained", daysAgo(10));
        proven("retained", Instant.now().minusSeconds(60));
        JsonPath run;

        clock.moveTo(Instant.now().plusSeconds(2 * 3600));
        try {
            run = run("retained", false);
        } finally {
            clock.reset();
        }

        assertThat(run.getString("suspended")).contains("is ahead of the clock of the database server");
        assertThat(tombstone(old)).isEmpty();
    }

    @Test
    void theDeletionOfExistingScriptsFollowsTheSameRules() {
        String old = proven("retained", daysAgo(10));
        proven("retained", daysAgo(3));
        String deletion = "/api/admin/backup?source=retained";

        given().delete(deletion).then().statusCode(200).body("deleted_count", equalTo(0));
        assertThat(tombstone(old)).isEmpty();
        proven("retained", Instant.now().minusSeconds(60));

        given().delete(deletion).then().statusCode(200).body("deleted_count", equalTo(1));
        assertThat(tombstone(old)).isPresent();
    }

    @Test
    void aChangedPolicyThatDeletesTooMuchWaitsForItsAcceptance() {
        String first = proven("guarded", daysAgo(3));
        String second = proven("guarded", daysAgo(2));
        proven("guarded", Instant.now().minusSeconds(60));
        sql("update retention_policy set accepted = 'another', waiting = null where source_id = '" + source(first)
                + "'");

        JsonPath run = run("guarded", false);

        assertThat(run.getBoolean("waiting")).isTrue();
        assertThat(run.getInt("deleted")).isZero();
        assertThat(run.getString("suspended")).contains("2 of 3 proven backups", "--accept");
        assertThat(alert("AlertRaised", "retention-guard/guarded").data().getString("summary"))
                .contains(first, second, "holdfast retention guarded --accept");
        JsonPath accepted = accept("guarded").then().statusCode(200).extract().jsonPath();
        assertThat(accepted.getList("backups", String.class)).containsExactlyInAnyOrder(first, second);
        alert("AlertResolved", "retention-guard/guarded");
        Backups.awaitState(first, "DELETED");
        Backups.awaitState(second, "DELETED");
        accept("guarded").then().statusCode(409).body("code", equalTo("REQUEST_CONFLICT"));
    }

    @Test
    void aPreviewListsWhatAPolicyWouldDeleteAndDeletesNothing() {
        String old = proven("retained", daysAgo(3));
        proven("retained", Instant.now().minusSeconds(60));

        JsonPath preview = post("preview", """
                {"sources":{"retained":{"all":"1d","guard":"25%","timezone":"Europe/Berlin"},"unknown":{"all":"1d"}}}""").then().statusCode(200).extract().jsonPath();

        assertThat(preview.getList("items[0].deletes.backup")).containsExactly(old);
        assertThat(preview.getBoolean("items[0].waits")).isTrue();
        assertThat(preview.getBoolean("items[1].known")).isFalse();
        assertThat(run("retained", true).getInt("toDelete")).isZero(); // the policy in effect has a daily tier
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "runs       | {\"source\":\"retaned\"}                          | 404 | SOURCE_UNKNOWN  | did you mean \"retained\"?",
                "runs       | {}                                                | 400 | REQUEST_INVALID | source is missing",
                "acceptance | {\"source\":\"retaned\"}                          | 404 | SOURCE_UNKNOWN  | did you mean \"retained\"?",
                "acceptance | {\"source\":\"retained\"}                         | 409 | REQUEST_CONFLICT | no changed retention policy waits",
                "preview    | {}                                                | 400 | REQUEST_INVALID | policies are missing",
                "preview    | {\"sources\":{\"retained\":{\"all\":\"soon\"}}}   | 400 | REQUEST_INVALID | \"soon\" is not a duration",
                "preview    | {\"sources\":{\"retained\":{\"atLeast\":0}}}      | 400 | REQUEST_INVALID | at least 1 backup",
            })
    void badInputIsAProblemThatSaysWhatToDo(String operation, String body, int status, String code, String detail) {
        post(operation, body)
                .then()
                .statusCode(status)
                .body("code", equalTo(code))
                .body("detail", containsString(detail));
    }

    private void notes(String statement) throws SQLException {
        SQLiteDataSource file = new SQLiteDataSource();
        file.setUrl("jdbc:sqlite:" + bed.retained());
        try (Connection program = file.getConnection();
                Statement sql = program.createStatement()) {
            sql.execute(statement);
        }
    }

    private String stored(String source, Instant at, String... labels) {
        String id = Backups.stored(source, labels);
        sql("update backup set snapshot_at = '" + at + "' where id = '" + id + "'");
        return id;
    }

    /** Proven by the catalog only: the vault has no proof that makes this one its newest. */
    private String proven(String source, Instant at, String... labels) {
        String id = stored(source, at, labels);
        sql("update backup set state = 'PROVEN', verified_at = now(), verification_id = gen_random_uuid() where id = '"
                + id + "'");
        return id;
    }

    private VerificationId signed(String backup, Instant at) {
        VerificationId verification = VerificationId.parse(UUID.randomUUID().toString());
        bed.vault()
                .putProof(new Proof(
                        verification,
                        BackupId.parse(backup),
                        source(backup),
                        Proof.Outcome.PROVEN,
                        at,
                        at,
                        "equal",
                        null));
        return verification;
    }

    private static Instant daysAgo(int days) {
        return Instant.now().minusSeconds(days * 86_400L);
    }

    private Optional<Tombstone> tombstone(String backup) {
        return bed.vault().tombstone(source(backup), BackupId.parse(backup));
    }

    private static SourceId source(String backup) {
        return SourceId.parse(Backups.get(backup).getString("source.id"));
    }

    private static Response post(String operation, String body) {
        return given().contentType(ContentType.JSON).body(body).post("/api/retention/" + operation);
    }

    private static JsonPath run(String source, boolean dryRun) {
        return post("runs", "{\"source\":\"%s\",\"dryRun\":%s}".formatted(source, dryRun))
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    private static Response accept(String source) {
        return post("acceptance", "{\"source\":\"" + source + "\"}");
    }

    private static JsonPath runs(String source) {
        return given().get("/api/retention/runs?source=" + source)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    private static String because(JsonPath plan, String backup) {
        return plan.getString("items.find { it.backup == '" + backup + "' }.because");
    }

    private Bus.Heard alert(String type, String id) {
        return bus.await(
                event -> event.type().equals(type) && id.equals(event.data().getString("alertId")));
    }

    private static Predicate<Bus.Heard> retentionFailed(String what) {
        return event -> event.type().equals("AlertRaised")
                && "retention-failed/retained".equals(event.data().getString("alertId"))
                && event.data().getString("summary").contains(what);
    }

    private static Predicate<Bus.Heard> tells(String type, String backup) {
        return event -> event.type().equals(type) && backup.equals(event.data().getString("backupId"));
    }

    private static Predicate<Bus.Heard> completed(String source, String backup) {
        return event -> event.type().equals("RetentionCompleted")
                && source.equals(event.data().getString("source.name"))
                && event.data().getList("backups", String.class).contains(backup);
    }

    private static double deletions(String source) {
        String prefix = "holdfast_retention_deletions_total{source=\"" + source + "\"}";
        return given().get("/q/metrics")
                .asString()
                .lines()
                .filter(line -> line.startsWith(prefix))
                .mapToDouble(line -> Double.parseDouble(line.substring(prefix.length())))
                .findFirst()
                .orElseThrow();
    }
}
