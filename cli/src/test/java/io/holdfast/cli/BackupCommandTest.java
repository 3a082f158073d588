package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BackupCommandTest {
    private static final String ID = "0197f0c4-6a2e-7b1c-9d55-0b6d4d2f1a77";
    private static final String GET = "GET /api/backups/" + ID;
    private FakeServices services;

    @BeforeEach
    void start() throws Exception {
        services = new FakeServices().on("POST /api/backups", 202, backup("REQUESTED", ""));
    }

    @AfterEach
    void stop() {
        services.close();
    }

    @Test
    void itWaitsUntilTheBackupIsStored() {
        services.on(GET, backup("RUNNING", PROGRESS)).on(GET, backup("STORED", TOTALS));

        Shell.Result result = run("backup", "portal", "--label", "before-migration", "-l", "b");

        assertThat(result.exit()).isZero();
        assertThat(result.out())
                .contains("reading, 32.0 MB of 64.0 MB, 150,000 rows", "is STORED", "308,022 rows of 20 tables");
        FakeServices.Request request = services.requests("POST", "/api/backups").getFirst();
        assertThat(request.body()).contains("\"source\":\"portal\"", "\"labels\":[\"before-migration\",\"b\"]");
        assertThat(request.headers().get("Idempotency-key")).hasSize(36);
    }

    @Test
    void aTerminalGetsABarWithShareAndRate() {
        services.on(GET, backup("RUNNING", PROGRESS)).on(GET, backup("STORED", TOTALS));

        Shell.Result result = onGateway().onTerminal().columns(120).run("backup", "portal");

        assertThat(result.out()).contains(" 50% reading  32.0 MB of 64.0 MB").contains("\r\u001b[K");
    }

    @Test
    void waitProvenFollowsTheVerificationAndExitsWith0OnlyWhenProven() {
        services.on(GET, backup("STORED", TOTALS))
                .on(GET, backup("STORED", TOTALS))
                .on(GET, backup("PROVEN", TOTALS));
        services.on("GET /api/verifications", "{\"items\":[" + verification("RUNNING", "PROVEN", "") + "]}");

        Shell.Result result = run("backup", "portal", "--wait", "proven");

        assertThat(result.exit()).isZero();
        assertThat(result.out()).contains("proving", "is PROVEN");
    }

    @Test
    void waitProvenExitsWith1WhenTheBackupTurnsOutBad() {
        services.on(GET, backup("UNPROVEN", TOTALS + REASON));

        Shell.Result result = run("backup", "portal", "--wait", "proven");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err()).contains("is UNPROVEN: table public.tickets differs");
    }

    @Test
    void waitProvenExitsWith1WhenTheVerificationSaysNothingOfTheBackup() {
        services.on(GET, backup("STORED", TOTALS));
        services.on("GET /api/verifications", "{\"items\":[" + verification("INCONCLUSIVE", "PROVEN", REASON) + "]}");

        Shell.Result result = run("backup", "portal", "--wait", "proven");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err())
                .contains("is stored but could not be proven: table public.tickets differs", "./holdfast verify " + ID);
    }

    @Test
    void waitProvenIsNotContentWithAVerificationThatIsOnlyIntact() {
        services.on(GET, backup("STORED", TOTALS));
        services.on("GET /api/verifications", "{\"items\":[" + verification("PASSED", "INTACT", "") + "]}");

        Shell.Result result = run("backup", "portal", "--wait", "proven");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err()).contains("only checked to be INTACT");
    }

    @Test
    void aFailedBackupExitsWith1AndItsReason() {
        services.on(GET, backup("FAILED", REASON));

        Shell.Result result = run("backup", "portal");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err())
                .isEqualTo("holdfast: backup " + ID + " is FAILED: table public.tickets differs [ROWS_DIFFER]\n");
    }

    @Test
    void waitingTooLongExitsWith4AndSaysThatItGoesOn() {
        services.on(GET, backup("RUNNING", PROGRESS));

        Shell.Result result = run("backup", "portal", "--timeout", "50ms");

        assertThat(result.exit()).isEqualTo(4);
        assertThat(result.err()).contains("is still RUNNING", "it goes on", "./holdfast cancel " + ID);
    }

    @Test
    void anUnknownSourceExitsWith3AndTheNearestName() throws Exception {
        services.close();
        services = new FakeServices()
                .refuse("POST /api/backups", 404, "SOURCE_UNKNOWN", "no such source")
                .on(
                        "GET /api/sources",
                        "{\"items\":[{\"id\":\"1\",\"name\":\"portal\"},{\"id\":\"2\",\"name\":\"shop\"}]}");

        Shell.Result result = run("backup", "protal");

        assertThat(result.exit()).isEqualTo(3);
        assertThat(result.err())
                .isEqualTo("holdfast: there is no source \"protal\"; did you mean \"portal\"? [SOURCE_UNKNOWN]\n");
    }

    @Test
    void aRequestBeyondALimitIsSentAgainAfterTheTimeThatTheServiceNames() throws Exception {
        services.close();
        services = new FakeServices()
                .refuse("POST /api/backups", 429, "REQUEST_RATE_LIMITED", "too many requests")
                .refuse("POST /api/backups", 429, "REQUEST_RATE_LIMITED", "too many requests")
                .refuse("POST /api/backups", 409, "REQUEST_CONFLICT", "one is running already");

        Shell.Result result = run("backup", "portal");

        assertThat(result.err()).contains("one is running already");
        assertThat(services.requests("POST", "/api/backups")).hasSize(3);
        assertThat(services.requests("POST", "/api/backups"))
                .extracting(request -> request.headers().get("Idempotency-key"))
                .doesNotContainNull()
                .containsOnly(services.requests("POST", "/api/backups")
                        .getFirst()
                        .headers()
                        .get("Idempotency-key"));
    }

    @Test
    void conflictsAndMissingRightsExitWith3() throws Exception {
        for (int status : new int[] {400, 401, 403, 409}) {
            services.close();
            services = new FakeServices()
                    .refuse("POST /api/backups", status, "REQUEST_CONFLICT", "one is running already");

            Shell.Result result = run("backup", "portal");

            assertThat(result.exit()).as("status %d", status).isEqualTo(3);
            assertThat(result.err()).contains("one is running already").hasLineCount(1);
            assertThat(result.err().contains("HOLDFAST_TOKEN")).isEqualTo(status == 401);
        }
    }

    @Test
    void aServiceThatFailsItselfExitsWith1() throws Exception {
        services.close();
        services = new FakeServices().on("POST /api/backups", 500, "<html>oops</html>");

        Shell.Result result = run("backup", "portal");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err())
                .contains("backup-service at " + services.url() + " answered 500 to POST")
                .hasLineCount(1);
    }

    @Test
    void aServiceThatIsNotThereExitsWith1AndSaysHowToStartIt() {
        services.close();

        Shell.Result result = run("backup", "portal");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err())
                .contains("cannot reach backup-service", "./holdfast up")
                .doesNotContain("\tat ");
    }

    @Test
    void aServiceThatRestartsWhileWeWaitIsWaitedFor() {
        services.on(GET, backup("RUNNING", PROGRESS))
                .on(GET, 503, "")
                .on(GET, 503, "")
                .on(GET, backup("STORED", TOTALS));

        assertThat(run("backup", "portal").exit()).isZero();
    }

    @Test
    void jsonIsAllThereIsOnStandardOutput() throws Exception {
        services.on(GET, backup("RUNNING", PROGRESS)).on(GET, backup("STORED", TOTALS));

        Shell.Result result = onGateway().onTerminal().run("backup", "portal", "--json");

        JsonNode printed = new ObjectMapper().readTree(result.out());
        assertThat(printed.path("state").asText()).isEqualTo("STORED");
        assertThat(printed.path("extra").asText())
                .as("fields of newer services are passed on")
                .isEqualTo("kept");
        assertThat(result.out()).startsWith("{").endsWith("}\n");
        assertThat(result.err()).isEmpty();
    }

    @Test
    void withJsonAFailureIsADocumentToo() throws Exception {
        services.on(GET, backup("FAILED", REASON));

        Shell.Result result = run("backup", "portal", "--json");

        assertThat(new ObjectMapper()
                        .readTree(result.out())
                        .path("reason")
                        .path("code")
                        .asText())
                .isEqualTo("ROWS_DIFFER");
        assertThat(result.err()).hasLineCount(1);
    }

    @Test
    void theTokenGoesAlongAsABearer() {
        services.on(GET, backup("STORED", TOTALS));

        Shell.Result result = onGateway().with("HOLDFAST_TOKEN", "secret-4711").run("backup", "portal");

        assertThat(services.requests("POST", "/api/backups")
                        .getFirst()
                        .headers()
                        .get("Authorization"))
                .isEqualTo("Bearer secret-4711");
        assertThat(result.out() + result.err()).doesNotContain("secret-4711");
    }

    private Shell onGateway() {
        return new Shell().with("HOLDFAST_URL", services.url());
    }

    private Shell.Result run(String... args) {
        return onGateway().run(args);
    }

    private static final String PROGRESS =
            ",\"progress\":{\"phase\":\"reading\",\"doneBytes\":32000000,\"totalBytes\":64000000,\"doneRows\":150000}";
    private static final String TOTALS =
            ",\"totals\":{\"tables\":20,\"rows\":308022,\"bytes\":64000000,\"storedBytes\":9000000,\"reusedBytes\":0}";
    private static final String REASON =
            ",\"reason\":{\"code\":\"ROWS_DIFFER\",\"message\":\"table public.tickets differs\"}";

    private static String backup(String state, String more) {
        return """
                {"id":"%s","source":{"id":"0197f0c4-6a2e-7b1c-9d55-000000000001","name":"portal"},"kind":"MANUAL","labels":[],
                 "state":"%s","requestedAt":"2026-01-15T14:30:00Z","partial":false,"findings":[],"extra":"kept"%s}""".formatted(ID, state, more);
    }

    private static String verification(String state, String level, String more) {
        return """
                {"id":"0197f0c4-6a2e-7b1c-9d55-0b6d4d2f1a99","backupId":"%s","level":"%s","state":"%s","checks":[]%s}""".formatted(ID, level, state, more);
    }
}
