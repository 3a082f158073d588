package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueriesTest {
    private static final String ID = "0197f0c4-6a2e-7b1c-9d55-0b6d4d2f1a77";
    private static final String SOURCE = "{\"id\":\"0197f0c4-6a2e-7b1c-9d55-000000000001\",\"name\":\"portal\"}";
    private static final String BACKUP = "{\"id\":\"" + ID + "\",\"source\":" + SOURCE
            + ",\"state\":\"PROVEN\",\"requestedAt\":\"2026-01-15T14:30:00Z\",\"partial\":false,\"labels\":[\"nightly\"]}";
    private static final String RESTORE = "{\"id\":\"" + ID + "\",\"source\":" + SOURCE
            + ",\"database\":\"copy\",\"state\":\"%s\",\"requestedAt\":\"2026-01-15T14:30:00Z\"%s}";
    private FakeServices services;

    @BeforeEach
    void start() throws Exception {
        services = new FakeServices();
    }

    @AfterEach
    void stop() {
        services.close();
    }

    @Test
    void backupsFollowsPagesAndHandsFiltersOn() {
        services.on("GET /api/backups", "{\"items\":[" + BACKUP + "],\"next\":\"page 2\"}")
                .on("GET /api/backups", "{\"items\":[" + BACKUP + "]}");

        Shell.Result result =
                run("backups portal --state proven --state stored --label nightly --label weekly --kind manual"
                        .concat(" --from 2026-01-15T14:30:00+01:00 --to 2026-02-01T00:00:00Z")
                        .split(" ", -1));

        assertThat(result.out().lines().filter(line -> line.startsWith("0197f0c4-6a2e  portal  PROVEN")))
                .hasSize(2);
        assertThat(services.requests("GET", "/api/backups").get(0).query())
                .contains("source=portal", "state=proven&state=stored", "label=nightly&label=weekly", "kind=manual")
                .contains("from=2026-01-15T14:30:00+01:00", "to=2026-02-01T00:00:00Z");
        assertThat(services.requests("GET", "/api/backups").get(1).query()).contains("cursor=page+2");
    }

    @Test
    void showFindsWhatKindOfThingAnIdIs() {
        services.on("GET /api/restores/" + ID, RESTORE.formatted("COMPLETED", ",\"rows\":5,\"tables\":1"));

        Shell.Result result = run("show", ID);

        assertThat(result.exit()).isZero();
        assertThat(result.out())
                .contains("restore    " + ID + " of portal into copy: COMPLETED", "restored   5 rows of 1 tables");
    }

    @Test
    void showOfABackupListsItsTables() {
        services.on("GET /api/backups/" + ID, BACKUP)
                .on(
                        "GET /api/backups/" + ID + "/tables",
                        "{\"items\":[{\"name\":\"public.tickets\",\"rows\":30000,\"bytes\":12000000,\"fingerprint\":\"ab12\"}]}");

        assertThat(run("show", ID).out()).contains("public.tickets  30,000  12.0 MB  ab12");
    }

    @Test
    void anIdThatNobodyKnowsExitsWith3() {
        Shell.Result result = run("show", ID);

        assertThat(result.exit()).isEqualTo(3);
        assertThat(result.err()).contains("no backup, restore or verification " + ID);
    }

    @Test
    void restoreSendsWhatWasChosenAndWaits() {
        services.on("POST /api/restores", 202, RESTORE.formatted("REQUESTED", ""))
                .on("GET /api/restores/" + ID, RESTORE.formatted("LOADING", ""))
                .on("GET /api/restores/" + ID, RESTORE.formatted("COMPLETED", ""));

        Shell.Result result = run("restore", "portal", "--at", "2026-01-15T14:30:00+01:00", "--into", "copy", "--yes");

        assertThat(result.exit()).isZero();
        assertThat(services.requests("POST", "/api/restores").getFirst().body())
                .contains("\"at\":\"2026-01-15T13:30:00Z\"", "\"kind\":\"new\"", "\"database\":\"copy\"")
                .doesNotContain("label", "backup");
    }

    @Test
    void aTransactionIsAPointInTimeAndChoosesNoBackup() {
        services.on("POST /api/restores", 202, RESTORE.formatted("REQUESTED", ""))
                .on("GET /api/restores/" + ID, RESTORE.formatted("COMPLETED", ""));

        Shell.Result refused = run("restore", "portal", "--at-xid", "48213", "--into", "copy");
        Shell.Result sent = run("restore", "portal", "--at-xid", "48213", "--point-in-time", "--into", "copy");

        assertThat(refused.exit()).isEqualTo(2);
        assertThat(refused.err()).contains("--point-in-time");
        assertThat(sent.exit()).isZero();
        assertThat(services.requests("POST", "/api/restores").getFirst().body())
                .contains("\"atXid\":48213", "\"pointInTime\":true")
                .doesNotContain("\"at\":");
    }

    @Test
    void theProjectThatGoesBackIsRepeatedInTheRequest() {
        services.on("POST /api/restores", 202, RESTORE.formatted("REQUESTED", ""))
                .on("GET /api/restores/" + ID, RESTORE.formatted("COMPLETED", ""));

        Shell.Result sent = run(
                "restore",
                "portal",
                "--replace",
                "--at",
                "2026-01-15T14:30:00Z",
                "--point-in-time",
                "--confirm-project",
                "abcdefghijklmnopqrst",
                "--yes");

        assertThat(sent.exit()).isZero();
        assertThat(services.requests("POST", "/api/restores").getFirst().body())
                .contains("\"confirmProject\":\"abcdefghijklmnopqrst\"");
    }

    @Test
    void aRestoreToAnotherServerNamesItByItsUrl() {
        services.on("POST /api/restores", 202, RESTORE.formatted("REQUESTED", ""))
                .on("GET /api/restores/" + ID, RESTORE.formatted("COMPLETED", ""));

        Shell.Result result = run("restore", "portal", "--to", "postgresql://me@db2:5433/copy");

        assertThat(result.exit()).isZero();
        assertThat(services.requests("POST", "/api/restores").getFirst().body())
                .contains("\"kind\":\"url\"", "\"url\":\"postgresql://me@db2:5433/copy\"");
    }

    @Test
    void aFailedRestoreExitsWith1() {
        services.on("POST /api/restores", 202, RESTORE.formatted("REQUESTED", ""))
                .on(
                        "GET /api/restores/" + ID,
                        RESTORE.formatted(
                                "FAILED",
                                ",\"reason\":{\"code\":\"TARGET_DISK_FULL\",\"message\":\"no room is left\"}"));

        Shell.Result result = run("restore", "portal", "--into", "copy");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err()).contains("is FAILED: no room is left");
    }

    @ParameterizedTest
    @ValueSource(strings = {"BACKUP_NOT_USABLE", "POINT_NOT_COVERED"})
    void aRestoreOfWhatIsNotThereIsRefused(String code) {
        services.on("POST /api/restores", 202, RESTORE.formatted("REQUESTED", ""))
                .on(
                        "GET /api/restores/" + ID,
                        RESTORE.formatted(
                                "FAILED", ",\"reason\":{\"code\":\"" + code + "\",\"message\":\"no backup has it\"}"));

        Shell.Result result = run("restore", "portal", "--label", "gone", "--into", "copy");

        assertThat(result.exit()).isEqualTo(3);
        assertThat(result.err()).contains("no backup has it");
    }

    @Test
    void verifyExitsWith1OnABadBackupAndSaysSo() {
        String failed = "{\"id\":\"" + ID + "\",\"backupId\":\"" + ID + "\",\"level\":\"PROVEN\",\"state\":\"FAILED\","
                + "\"reason\":{\"code\":\"CHUNK_CORRUPT\",\"message\":\"chunk ab is corrupt\"}}";
        services.on("POST /api/verifications", 202, failed).on("GET /api/verifications/" + ID, failed);

        Shell.Result result = run("verify", ID);

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err()).contains("is BAD: chunk ab is corrupt");
    }

    @Test
    void statusExitsWith1IfAServiceIsNotReady() {
        services.on(
                "GET /q/health/ready",
                503,
                "{\"status\":\"DOWN\",\"checks\":[{\"name\":\"vault\",\"status\":\"DOWN\"}]}");

        Shell.Result result = run("status");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.out()).contains("not ready (503): vault");
        assertThat(result.err()).contains("not ready: backup-service, restore-service");
    }

    @Test
    void statusExitsWith1AndNamesAVaultThatDoesNotAnswer() {
        services.on("GET /q/health/ready", "{\"status\":\"UP\"}")
                .on("GET /api/sources", "{\"items\":[]}")
                .on("GET /api/backups", "{\"items\":[]}")
                .on("GET /api/restores", "{\"items\":[]}")
                .on(
                        "GET /api/vault",
                        503,
                        "{\"status\":503,\"detail\":\"vault s3://prod/holdfast: LIST got no answer\","
                                + "\"code\":\"VAULT_UNREACHABLE\"}");

        Shell.Result result = run("status");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err()).contains("vault s3://prod/holdfast");
        assertThat(result.out()).contains("audit-service", "nothing runs now");
    }

    @Test
    void statusShowsSourcesAndWhatRuns() {
        services.on("GET /q/health/ready", "{\"status\":\"UP\"}")
                .on(
                        "GET /api/sources",
                        "{\"items\":[{\"id\":\"1\",\"name\":\"portal\",\"engine\":\"postgres\",\"lastBackup\":" + BACKUP
                                + "}]}")
                .on("GET /api/backups", "{\"items\":[" + BACKUP.replace("PROVEN", "RUNNING") + "]}")
                .on("GET /api/vault", "{\"id\":\"1\",\"keyId\":\"ab12\",\"escrow\":{\"where\":\"safe\"}}")
                .on("GET /api/restores", "{\"items\":[]}");

        Shell.Result result = run("status");

        assertThat(result.exit()).isZero();
        assertThat(result.out()).contains("audit-service", "ready", "portal", "never", "RUNNING");
    }

    @Test
    void sourcesShowWhichCannotBeRestoredAndWhy() throws Exception {
        String listed = "{\"items\":[{\"id\":\"1\",\"name\":\"portal\"},{\"id\":\"2\",\"name\":\"ledger\"},"
                + "{\"id\":\"3\",\"name\":\"fresh\"}]}";
        String checked = """
                {"items":[{"source":"portal","restorable":true,"problems":[],"checkedAt":"2026-01-15T12:00:00Z"},
                {"source":"ledger","restorable":false,"problems":["run ALTER ROLE a CREATEDB","run GRANT b TO a"],
                 "checkedAt":"2026-01-15T12:00:00Z"}]}""";
        services.on("GET /api/sources", listed)
                .on("GET /api/sources", checked)
                .on("GET /api/sources", listed)
                .on("GET /api/sources", checked);

        String shown = run("sources").out();
        JsonNode items =
                new ObjectMapper().readTree(run("sources", "--json").out()).path("items");

        assertThat(shown)
                .containsPattern("portal .* yes")
                .containsPattern("ledger .* no")
                .containsPattern("fresh .* unknown")
                .contains("ledger: restorable: no, because run ALTER ROLE a CREATEDB\n    and run GRANT b TO a");
        assertThat(items.at("/1/restorable/yes").asBoolean()).isFalse();
        assertThat(items.at("/1/restorable/because/1").asText()).isEqualTo("run GRANT b TO a");
    }

    @Test
    void retiredSourcesAreMarked() {
        services.on(
                "GET /api/sources",
                "{\"items\":[{\"id\":\"1\",\"name\":\"portal\"},"
                        + "{\"id\":\"2\",\"name\":\"ledger\",\"retired\":\"2026-01-15T12:00:00Z\"}]}");

        assertThat(run("sources").out()).containsPattern("ledger .*retired").doesNotContainPattern("portal .*retired");
    }

    @Test
    void statusNamesServicesThatRefusedAFileOrHaveAnother() {
        services.on("GET /q/health/ready", "{\"status\":\"UP\"}")
                .on("GET /api/sources", "{\"items\":[]}")
                .on("GET /api/backups", "{\"items\":[]}")
                .on("GET /api/restores", "{\"items\":[]}")
                .on("GET /api/vault", "{\"id\":\"1\",\"keyId\":\"ab12\",\"escrow\":{\"where\":\"safe\"}}")
                .on("GET /api/configuration", """
                        {"digest":"1111111111111111","problems":["holdfast.yaml:3:5: holdfast.sources.x: unknown key"]}""")
                .on("GET /api/configuration", "{\"digest\":\"2222222222222222\",\"problems\":[]}");

        Shell.Result result = run("status");

        assertThat(result.exit()).isZero();
        assertThat(result.err())
                .contains("backup-service refused the changed holdfast.yaml", "holdfast.yaml:3:5: holdfast.sources.x")
                .contains("different configurations: 111111111111 in backup-service; 222222222222 in restore-service");
    }

    @Test
    void reloadShowsWhatEachServiceDidAndExitsWith3IfOneRefusedTheFile() {
        services.on("POST /api/configuration/reload", """
                        {"result":"APPLIED","digest":"1111111111111111","problems":[]}""")
                .on("POST /api/configuration/reload", """
                        {"result":"REFUSED","digest":"2222222222222222",
                        "problems":["holdfast.yaml:3:5: holdfast.sources.x: unknown key"]}""")
                .on("POST /api/configuration/reload", """
                        {"result":"UNCHANGED","digest":"1111111111111111","problems":[]}""");

        Shell.Result result = run("config", "reload");

        assertThat(result.exit()).isEqualTo(3);
        assertThat(result.out())
                .containsPattern("backup-service +applied +111111111111")
                .containsPattern("restore-service +refused +222222222222")
                .containsPattern("audit-service +unchanged");
        assertThat(result.err()).contains("holdfast.yaml:3:5: holdfast.sources.x", "in restore-service");
    }

    @Test
    void reloadExitsWith1IfAServiceDoesNotAnswer() {
        services.refuse("POST /api/configuration/reload", 503, "INTERNAL", "starting");

        Shell.Result result = run("config", "reload");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err()).contains("starting", "the file is not applied in backup-service");
    }

    @Test
    void statusShowsObjectivesAndExitsWith1IfOneIsBroken() {
        String source = "{\"source\":{\"id\":\"" + ID + "\",\"name\":\"%s\"},\"state\":\"%s\","
                + "\"lastBackup\":\"2026-01-15T02:00:00Z\",\"rpoSeconds\":%d,\"rpoObjectiveSeconds\":86400,"
                + "\"rpoMet\":%s,\"nextRun\":\"2026-01-16T02:00:00Z\"}";
        services.on("GET /q/health/ready", "{\"status\":\"UP\"}")
                .on("GET /api/sources", "{\"items\":[]}")
                .on("GET /api/vault", "{\"keyEscrow\":true}")
                .on("GET /api/backups", "{\"items\":[]}")
                .on("GET /api/restores", "{\"items\":[]}")
                .on(
                        "GET /api/status",
                        "{\"sources\":[" + source.formatted("portal", "OK", 3600, true) + ","
                                + source.formatted("shop", "RPO_BROKEN", 190800, false)
                                + "],\"alerts\":[{\"severity\":\"CRITICAL\",\"summary\":\"source shop is down\"}]}");

        Shell.Result result = run("status");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.out())
                .contains("portal", "1h 00m", "shop", "RPO_BROKEN", "53h 00m", "24h 00m", "01-16 02:00");
        assertThat(result.out()).contains("critical: source shop is down");
        assertThat(result.err()).contains("objective is broken: shop", "./holdfast backup shop");
    }

    @Test
    void statusWarnsUntilACopyOfTheVaultsKeyIsConfirmed() {
        services.on("GET /q/health/ready", "{\"status\":\"UP\"}")
                .on("GET /api/sources", "{\"items\":[]}")
                .on("GET /api/backups", "{\"items\":[]}")
                .on("GET /api/restores", "{\"items\":[]}")
                .on("GET /api/vault", """
                        {"id":"1","keyId":"ab12","lacks":["the bucket has no object lock"],
                        "sweeps":[{"source":"s","obstacles":["a manifest does not open"]}]}""")
                .on("GET /api/vault", "{\"id\":\"1\",\"keyId\":\"ab12\",\"escrow\":{\"where\":\"safe\"}}");

        assertThat(run("status").err())
                .contains("no copy of the vault's key is confirmed: key ab12", "no object lock", "is not swept");
        Shell.Result confirmed = run("status");
        assertThat(confirmed.exit()).isZero();
        assertThat(confirmed.err()).isEmpty();
    }

    @Test
    void aBackupIsHeldReleasedAndDeleted() {
        services.on("PUT /api/backups/" + ID + "/hold", BACKUP)
                .on("DELETE /api/backups/" + ID + "/hold", BACKUP)
                .on("DELETE /api/backups/" + ID, BACKUP);

        assertThat(run("hold", ID, "--reason", "audit").out()).contains("is held");
        assertThat(run("release", ID).out()).contains("is not held");
        assertThat(run("delete", ID, "--newest-proven").out()).contains("of portal is deleted");

        assertThat(services.requests("PUT", "/api/backups/" + ID + "/hold")
                        .getFirst()
                        .query())
                .isEqualTo("reason=audit");
        assertThat(services.requests("DELETE", "/api/backups/" + ID).getFirst().query())
                .isEqualTo("newestProven=true");
    }

    @Test
    void aRefusedDeletionExitsWith3() {
        services.refuse("DELETE /api/backups/" + ID, 409, "REQUEST_CONFLICT", "backup is held; release it first");

        Shell.Result result = run("delete", ID);

        assertThat(result.exit()).isEqualTo(3);
        assertThat(result.err()).contains("release it first");
    }

    @Test
    void aRefusedDeletionOfTheNewestProvenBackupNamesTheOption() {
        services.refuse(
                "DELETE /api/backups/" + ID,
                409,
                "REQUEST_CONFLICT",
                "backup is the newest proven backup; prove a newer one first, or send newestProven=true");

        Shell.Result result = run("delete", ID);

        assertThat(result.exit()).isEqualTo(3);
        assertThat(result.err()).contains("--newest-proven").doesNotContain("newestProven");
    }

    @Test
    void aFilterByAnUnknownSourceExitsWith3AndNamesTheNearest() {
        services.refuse("GET /api/backups", 404, "SOURCE_UNKNOWN", "source prtal is unknown; did you mean portal?");

        Shell.Result result = run("backups", "prtal");

        assertThat(result.exit()).isEqualTo(3);
        assertThat(result.err()).contains("did you mean portal?");
    }

    @Test
    void coverageNamesWhatIsMissing() {
        services.on(
                "GET /api/activity/coverage",
                "{\"items\":[{\"topic\":\"t\",\"partition\":1,\"first\":0,\"last\":9,\"recorded\":8,\"gaps\":[{\"from\":3,\"to\":4}]}]}");

        assertThat(run("activity", "--coverage").out()).contains("3-4");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sources", "backups", "activity", "activity --coverage", "status", "show " + ID})
    void jsonIsAllThereIsOnStandardOutput(String line) throws Exception {
        String items = "{\"items\":[]}";
        services.on("GET /q/health/ready", "{\"status\":\"UP\"}")
                .on("GET /api/sources", items)
                .on("GET /api/backups", items)
                .on("GET /api/restores", items)
                .on("GET /api/activity", items)
                .on("GET /api/activity/coverage", items)
                .on("GET /api/vault", "{\"id\":\"1\",\"keyId\":\"ab12\",\"escrow\":{\"where\":\"safe\"}}")
                .on("GET /api/backups/" + ID, BACKUP)
                .on("GET /api/backups/" + ID + "/tables", items);

        String[] words = (line + " --json").split(" ", -1);
        Shell.Result result =
                new Shell().with("HOLDFAST_URL", services.url()).onTerminal().run(words);

        assertThat(result.exit()).isZero();
        assertThat(new ObjectMapper().readTree(result.out()).isObject()).isTrue();
        assertThat(result.out()).startsWith("{").endsWith("}\n");
    }

    private Shell.Result run(String... args) {
        return new Shell().with("HOLDFAST_URL", services.url()).run(args);
    }
}
