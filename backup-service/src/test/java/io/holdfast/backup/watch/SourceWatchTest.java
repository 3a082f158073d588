package io.holdfast.backup.watch;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.BackupServiceStack;
import io.holdfast.backup.Backups;
import io.holdfast.backup.Bus;
import io.holdfast.backup.Service;
import io.holdfast.eventing.health.DiskSpace;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** In these tests a round of checks follows the one before at once. */
@QuarkusTest
@WithTestResource(BackupServiceStack.class)
class SourceWatchTest extends Service {
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();

    @Inject
    DiskWatch disks;

    @BeforeEach
    void hurry() {
        clock.scheduleWithFixedDelay(
                () -> sql(
                        "update job set run_after = clock_timestamp() where kind = 'source-checks' and state = 'WAITING'"),
                0,
                1,
                TimeUnit.SECONDS);
    }

    @AfterEach
    void calm() {
        clock.close();
    }

    private static Predicate<Bus.Heard> alert(String type, String id) {
        return event -> event.type().equals(type) && id.equals(event.data().getString("alertId"));
    }

    private static Map<String, Object> status(String source) {
        JsonPath status =
                given().get("/api/status").then().statusCode(200).extract().jsonPath();
        return status.<Map<String, Object>>getList("sources").stream()
                .filter(each -> source.equals(((Map<?, ?>) Objects.requireNonNull(each.get("source"))).get("name")))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void twoFailedChecksRaiseOneAlertAndOnePassedCheckEndsIt() throws IOException {
        Path file = bed.notes().resolveSibling("watched.db");
        Files.deleteIfExists(file);

        Bus.Heard raised = bus.await(alert("AlertRaised", "source-down/watched"));
        assertThat(raised.data().getString("summary"))
                .contains("watched", "there is no database", "SOURCE_UNREACHABLE");
        assertThat(status("watched")).containsEntry("state", "DOWN");

        Files.copy(bed.notes().resolveSibling("daily.db"), file);
        bus.await(alert("AlertResolved", "source-down/watched"));
        assertThat(bus.all().stream().filter(alert("AlertRaised", "source-down/watched")))
                .hasSize(1);
        assertThat(status("watched")).containsEntry("state", "NEW");
    }

    @Test
    void findingsSayWhatIsWrongAndAHostThatIsDownIsTheirCommonCause() {
        Bus.Heard unreachable = bus.await(alert("AlertRaised", "source-down/nowhere"));
        Bus.Heard forbidden = bus.await(alert("AlertRaised", "source-down/forbidden"));
        Bus.Heard lockedOut = bus.await(alert("AlertRaised", "source-down/locked-out"));

        assertThat(unreachable.data().getString("cause")).startsWith("host 127.0.0.1:");
        assertThat(forbidden.data().getString("summary")).contains("secrets", "SOURCE_PERMISSION_DENIED");
        assertThat(forbidden.data().getString("cause")).isNull();
        assertThat(lockedOut.data().getString("summary")).contains("SOURCE_AUTHENTICATION_FAILED");
    }

    @Test
    void metricsAreThereForASourceThatNeverRanAndChangeWithABackup() {
        assertThat(metrics()).contains("holdfast_backup_last_success_timestamp_seconds{source=\"lost\"} 0.0");
        Backups.stored("shop");

        Awaitility.await()
                .atMost(Bus.PATIENCE)
                .until(() -> metrics()
                        .lines()
                        .noneMatch(line ->
                                line.equals("holdfast_backup_last_success_timestamp_seconds{source=\"shop\"} 0.0")));
        assertThat(metrics().lines().map(line -> line.replaceAll("[{ ].*", "")).toList())
                .contains(
                        "holdfast_backup_last_proof_timestamp_seconds",
                        "holdfast_backup_next_run_timestamp_seconds",
                        "holdfast_backup_rpo_objective_seconds",
                        "holdfast_source_up",
                        "holdfast_source_latency_seconds",
                        "holdfast_backups",
                        "holdfast_vault_size_bytes",
                        "holdfast_backup_duration_seconds_bucket",
                        "holdfast_backup_raw_bytes_total",
                        "holdfast_backup_stored_bytes_total",
                        "holdfast_backup_reused_bytes_total",
                        "holdfast_backup_rows_total",
                        "holdfast_backup_failures_total",
                        "holdfast_schedule_slots_total",
                        "holdfast_disk_free_bytes",
                        "holdfast_jobs");
    }

    private static String metrics() {
        return given().get("/q/metrics").then().statusCode(200).extract().asString();
    }

    @Test
    void littleFreeSpaceIsShownAndRaisesOneAlertUntilThereIsMore() {
        String folder = "/scratch-" + UUID.randomUUID();
        Predicate<Bus.Heard> raised = event -> event.type().equals("AlertRaised")
                && event.data().getString("alertId").endsWith(folder);

        disks.record(new DiskSpace(folder, 199, 1000));
        disks.record(new DiskSpace(folder, 150, 1000));

        assertThat(bus.await(raised).data().getString("summary")).contains(folder, "19 % of the disk is free");
        assertThat(given().get("/api/status")
                        .jsonPath()
                        .getInt("disks.find { it.folder == '" + folder + "' }.freePercent"))
                .isEqualTo(15);
        disks.record(new DiskSpace(folder, 200, 1000));
        bus.await(event -> event.type().equals("AlertResolved")
                && event.data().getString("alertId").endsWith(folder));
        assertThat(bus.heard(raised)).hasSize(1);
    }

    @Test
    void theAlertOfAReplicaThatIsGoneEnds() {
        String folder = "/gone-" + UUID.randomUUID();
        disks.record(new DiskSpace(folder, 1, 1000));
        sql("update disk_space set checked_at = checked_at - interval '11 minutes' where folder = '" + folder + "'");

        disks.record(DiskSpace.ofTemporaryFiles());

        bus.await(event -> event.type().equals("AlertResolved")
                && event.data().getString("alertId").endsWith(folder));
        assertThat(given().get("/api/status").jsonPath().getList("disks.folder"))
                .contains(System.getProperty("java.io.tmpdir"))
                .doesNotContain(folder);
    }

    @Test
    void tooManyRefusedTokensRaiseOneAlertThatEndsAfterAQuietTime() {
        Instant now = Instant.now();
        bus.refused("203.0.113.7", "restore-service", now);
        bus.await(alert("AlertRaised", FailedAuthenticationAlert.NAME));
        bus.refused("203.0.113.8", "verifier-service", now.plusSeconds(60));

        given().header("Authorization", "Bearer wrong")
                .get("/api/whoami")
                .then()
                .statusCode(401);
        Awaitility.await()
                .atMost(Bus.PATIENCE)
                .until(() -> given().get("/api/status").asString().contains("203.0.113.8 (verifier-service), 203"));
        sql("update credential_use set last_used_at = last_used_at - interval '12 minutes'");

        bus.await(alert("AlertResolved", FailedAuthenticationAlert.NAME));
        assertThat(bus.heard(alert("AlertRaised", FailedAuthenticationAlert.NAME)))
                .singleElement()
                .satisfies(raised ->
                        assertThat(raised.data().getString("summary")).contains("203.0.113.7 (restore-service)"));
        assertThat(given().get("/api/access/review").asString()).doesNotContain("203.0.113");
    }

    @Test
    void aMuchSmallerBackupRaisesAnAlert() {
        Backups.stored("shrinking");
        bed.sql("shrinking", "delete from things where id > 100");
        Backups.stored("shrinking");

        Bus.Heard raised = bus.await(alert("AlertRaised", "size-anomaly/shrinking"));

        assertThat(raised.data().getString("summary")).contains("100 rows", "90 % less");
    }
}
