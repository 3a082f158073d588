package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionCommandTest {
    private static final String ID = "0197f0c4-6a2e-7b1c-9d55-0b6d4d2f1a77";
    private static final String ITEM =
            "{\"backup\":\"" + ID + "\",\"takenAt\":\"2026-01-15T14:30:00Z\",\"state\":\"PROVEN\","
                    + "\"kind\":\"MANUAL\",\"labels\":[],\"action\":\"%s\",\"because\":\"older than all: 7d\"%s}";
    private static final String RUN =
            "{\"source\":{\"id\":\"" + ID + "\",\"name\":\"portal\"},\"dryRun\":%s,\"waiting\":%s,"
                    + "\"kept\":3,\"toDelete\":1,\"deleted\":%d,\"failed\":%d,\"remaining\":0,\"bytes\":64000000%s,\"items\":[%s]}";

    @TempDir
    Path folder;

    private FakeServices services;

    @BeforeEach
    void start() throws IOException {
        services = new FakeServices();
    }

    @AfterEach
    void stop() {
        services.close();
    }

    @Test
    void aDryRunShowsEachBackupAndItsReason() {
        services.on("POST /api/retention/runs", RUN.formatted(true, false, 0, 0, "", ITEM.formatted("DELETE", "")));

        Shell.Result result = run("retention", "portal", "--dry-run");

        assertThat(result.exit()).isZero();
        assertThat(result.out())
                .contains("BACKUP", ID + "  2026-01-15 14:30:00Z  PROVEN  delete     older than all: 7d")
                .contains("1 of 1 backups would be deleted, 64.0 MB stored");
        assertThat(services.requests("POST", "/api/retention/runs").getFirst().body())
                .contains("\"source\":\"portal\"", "\"dryRun\":true");
    }

    @Test
    void aFailedDeletionExitsWith1AndPrintsOneDocument() throws IOException {
        services.on(
                "POST /api/retention/runs",
                RUN.formatted(
                        false,
                        false,
                        0,
                        1,
                        "",
                        ITEM.formatted("DELETE", ",\"outcome\":\"FAILED\",\"failure\":\"the bucket says no\"")));

        Shell.Result people = run("retention", "portal");
        Shell.Result script = run("retention", "portal", "--json");

        assertThat(people.exit()).isEqualTo(1);
        assertThat(people.out()).contains("failed", "the bucket says no");
        assertThat(script.exit()).isEqualTo(1);
        JsonNode document = new ObjectMapper().readTree(script.out());
        assertThat(document.path("failed").asInt()).isEqualTo(1);
    }

    @Test
    void aPolicyThatWaitsIsRefusedUntilItIsAccepted() {
        String waits = ",\"suspended\":\"the changed policy waits for acceptance: holdfast retention portal --accept\"";
        services.on("POST /api/retention/runs", RUN.formatted(false, true, 0, 0, waits, ITEM.formatted("KEEP", "")))
                .on("POST /api/retention/acceptance", "{\"backups\":[\"" + ID + "\"]}");

        Shell.Result run = run("retention", "portal");
        Shell.Result accepted = run("retention", "portal", "--accept");

        assertThat(run.exit()).isEqualTo(3);
        assertThat(run.err()).contains("waits for acceptance");
        assertThat(accepted.exit()).isZero();
        assertThat(accepted.out()).contains("policy of portal is accepted", "deletes 1 proven backups");
    }

    @Test
    void acceptingNothingIsRefused() {
        services.refuse("POST /api/retention/acceptance", 409, "REQUEST_CONFLICT", "no changed retention policy waits");

        Shell.Result result = run("retention", "portal", "--accept");

        assertThat(result.exit()).isEqualTo(3);
        assertThat(result.err()).contains("no changed retention policy waits");
    }

    @Test
    void configCheckListsWhatThePoliciesOfTheFileWouldDelete() throws IOException {
        Path file = Files.writeString(folder.resolve("holdfast.yaml"), """
                holdfast:
                  vault: { bucket: backups, key-file: vault.key }
                  sources:
                    portal:
                      engine: postgres
                      url: "postgresql://portal@127.0.0.1/portal"
                      schedule: { timezone: Europe/Berlin }
                      retention: { all: 7d, monthly: 1y, labels: { before-migration: 90d } }
                """);
        services.on("POST /api/retention/preview", """
                {"items":[{"source":"portal","known":true,"backups":9,"proven":8,"waits":true,"deletes":[%s]}]}""".formatted(ITEM.formatted("DELETE", "")));

        Shell.Result people = new Shell().run("config", "check", file.toString(), "--against", services.url());
        Shell.Result script =
                new Shell().run("config", "check", file.toString(), "--against", services.url(), "--json");

        assertThat(people.exit()).isZero();
        assertThat(people.out()).contains("is good", ID, "source portal: 1 of 9 backups; more than the guard allows");
        assertThat(services.requests("POST", "/api/retention/preview")
                        .getFirst()
                        .body())
                .contains(
                        "\"portal\":{\"all\":\"7d\",\"monthly\":\"1y\",\"atLeast\":1,\"unproven\":\"7d\",\"guard\":\"25%\","
                                + "\"labels\":{\"before-migration\":\"90d\"},\"timezone\":\"Europe/Berlin\"}");
        assertThat(script.exit()).isZero();
        JsonNode document = new ObjectMapper().readTree(script.out());
        assertThat(document.path("retention")
                        .path(0)
                        .path("deletes")
                        .path(0)
                        .path("backup")
                        .asText())
                .isEqualTo(ID);
    }

    private Shell.Result run(String... args) {
        return new Shell().with("HOLDFAST_URL", services.url()).run(args);
    }
}
