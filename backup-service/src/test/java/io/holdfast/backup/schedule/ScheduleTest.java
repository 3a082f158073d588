package io.holdfast.backup.schedule;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.holdfast.backup.BackupServiceStack;
import io.holdfast.backup.Backups;
import io.holdfast.backup.Bus;
import io.holdfast.backup.MovableClock;
import io.holdfast.backup.Service;
import io.holdfast.backup.source.ProtectedSource;
import io.holdfast.backup.source.SourceRegistry;
import io.holdfast.eventing.runtime.TransactionRunner;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each source of these tests has one slot a day, at 03:17 UTC; the clock is moved there. */
@QuarkusTest
@WithTestResource(BackupServiceStack.class)
class ScheduleTest extends Service {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static Instant day = Instant.now().truncatedTo(ChronoUnit.DAYS).plus(Duration.ofDays(10));

    @Inject
    MovableClock clock;

    @Inject
    SourceRegistry sources;

    @Inject
    ScheduledBackups scheduledBackups;

    @Inject
    TransactionRunner transactionRunner;

    @BeforeEach
    void beginADayWithoutSlots() {
        Awaitility.await().atMost(PATIENCE).until(() -> count("schedule_start") == 3);
        day = day.plus(Duration.ofDays(10));
        clock.moveTo(at(0));
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> List.of("daily", "nightly", "flaky").stream()
                        .allMatch(source -> decided(source).isAfter(at(-1))
                                && running(source).isEmpty()));
    }

    @AfterEach
    void resetTheClock() {
        clock.reset();
    }

    private int count(String table) throws SQLException {
        try (var connection = database.getConnection();
                var rows = connection.createStatement().executeQuery("select count(*) from " + table)) {
            rows.next();
            return rows.getInt(1);
        }
    }

    /** A minute before the slot of the n-th of these days. */
    private static Instant at(int n) {
        return day.plus(Duration.ofDays(n)).plus(Duration.ofHours(3)).plus(Duration.ofMinutes(16));
    }

    private static Instant slot(int n) {
        return at(n).plus(Duration.ofMinutes(1));
    }

    private Instant decided(String source) {
        List<String> fireTimes = given().get("/api/schedule?source=" + source)
                .then()
                .statusCode(200)
                .extract()
                .path("items[0].slots.fireTime");
        return fireTimes.isEmpty() ? Instant.MIN : Instant.parse(fireTimes.getFirst());
    }

    private static List<Object> running(String source) {
        List<Object> found = new ArrayList<>(
                Backups.list("source=" + source + "&state=REQUESTED").getList("items"));
        found.addAll(Backups.list("source=" + source + "&state=RUNNING").getList("items"));
        return found;
    }

    private static Map<String, Object> slotAt(String source, Instant fireTime) {
        return Awaitility.await()
                .atMost(PATIENCE)
                .until(
                        () -> given()
                                .get("/api/slots?source=" + source)
                                .then()
                                .statusCode(200)
                                .extract()
                                .jsonPath()
                                .<Map<String, Object>>getList("items")
                                .stream()
                                .filter(slot -> fireTime.toString().equals(slot.get("fireTime")))
                                .findFirst()
                                .orElse(Map.of()),
                        slot -> !slot.isEmpty());
    }

    private static String backupOf(Map<String, Object> slot) {
        return Objects.requireNonNull(slot.get("backupId")).toString();
    }

    @Test
    void aSlotStartsOneBackupAlsoIfTheClockIsSetBackAndForwardOverIt() {
        clock.moveTo(slot(0));

        Map<String, Object> slot = slotAt("daily", slot(0));

        assertThat(slot).containsEntry("state", "RAN").containsEntry("schedule", "17 3 * * *");
        JsonPath backup = Backups.await(backupOf(slot), "STORED");
        assertThat(backup.getString("kind")).isEqualTo("SCHEDULED");
        clock.moveTo(slot(0).minus(Duration.ofHours(1)));
        ticks();
        clock.moveTo(slot(0).plusSeconds(1));
        ticks();
        assertThat(Backups.list("source=daily").getString("items[0].id")).isEqualTo(backupOf(slot));
    }

    /** Lets the ticker look several times. */
    private void ticks() {
        Instant until = Instant.now().plusSeconds(3);
        Awaitility.await().atMost(PATIENCE).until(() -> Instant.now().isAfter(until));
    }

    @Test
    void afterADowntimeOneBackupCatchesUpAndTheOtherSlotsAreMissed() {
        clock.moveTo(slot(3).plus(Duration.ofHours(5)));

        Map<String, Object> last = slotAt("daily", slot(3));

        assertThat(last).containsEntry("state", "CAUGHT_UP");
        assertThat(slotAt("daily", slot(1))).containsEntry("state", "MISSED");
        Bus.Heard missed = bus.await(event -> event.type().equals("SlotMissed")
                && "daily".equals(event.data().getString("source.name"))
                && backupOf(last).equals(event.data().getString("caughtUpBy")));
        assertThat(missed.data().getLong("count")).isEqualTo(3);
        assertThat(missed.data().getString("firstFireTime")).isEqualTo(slot(0).toString());
        assertThat(missed.data().getString("lastFireTime")).isEqualTo(slot(2).toString());
    }

    @Test
    void slotsThatAClockMissedWhileItWasAheadRunWhenTheirTimeComes() {
        clock.moveTo(slot(3).plus(Duration.ofHours(5)));
        Backups.await(backupOf(slotAt("daily", slot(3))), "STORED");
        assertThat(slotAt("daily", slot(1))).containsEntry("state", "MISSED");

        clock.moveTo(at(1));
        ticks();
        clock.moveTo(slot(1));

        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> "RAN".equals(slotAt("daily", slot(1)).get("state")));
        assertThat(slotAt("daily", slot(0))).containsEntry("state", "MISSED");
        assertThat(slotAt("daily", slot(3))).containsEntry("state", "CAUGHT_UP");
    }

    @Test
    void aScheduleThatCannotBeDecidedOnKeepsNoOtherFromRunning() {
        sql("""
                create function refuse() returns trigger language plpgsql as
                $$ begin raise exception 'refused by the test'; end $$""");
        sql("create trigger refused before insert on slot for each row when (new.source_name = 'daily')"
                + " execute function refuse()");
        try {
            clock.moveTo(slot(0));

            assertThat(slotAt("nightly", slot(0))).containsEntry("state", "RAN");
        } finally {
            sql("drop function refuse() cascade");
        }
        assertThat(slotAt("daily", slot(0))).containsEntry("state", "RAN");
    }

    @Test
    void noBackupCatchesUpIfANewerOneExists() {
        Instant late = slot(0).plus(Duration.ofHours(5));
        pause("nightly", late.plus(Duration.ofDays(1)), "the service is down in this test");
        clock.moveTo(late.minus(Duration.ofMinutes(1)));
        assertThat(slotAt("nightly", slot(0))).containsEntry("state", "SKIPPED");
        given().contentType(ContentType.JSON)
                .post("/api/sources/nightly/resume")
                .then()
                .statusCode(200);
        String newer = Backups.stored("nightly");

        change("update Backup b set b.snapshotAt = :at where cast(b.id as String) = '" + newer
                + "'"); // read by the machine's clock
        change("delete from Slot s where s.sourceName = 'nightly' and s.fireAt = :at");
        clock.moveTo(late.minus(Duration.ofMinutes(2))); // set back: the ledger is read again

        assertThat(slotAt("nightly", slot(0)))
                .containsEntry("state", "MISSED")
                .hasEntrySatisfying(
                        "reason", reason -> assertThat(reason.toString()).contains(newer));
    }

    private void change(String hql) {
        transactionRunner
                .run(session -> session.createMutationQuery(hql)
                        .setParameter("at", slot(0))
                        .executeUpdate())
                .await()
                .atMost(PATIENCE);
    }

    @Test
    void aPauseSkipsSlotsAndNeedsAnEndAndAReason() {
        pause("nightly", slot(1).plus(Duration.ofHours(1)), "data centre maintenance");
        clock.moveTo(slot(0));

        assertThat(slotAt("nightly", slot(0)))
                .containsEntry("state", "SKIPPED")
                .containsEntry("reason", "data centre maintenance");
        bus.await(event -> event.type().equals("BackupSkipped")
                && "PAUSED".equals(event.data().getString("reason")));
        Backups.stored("nightly"); // requested ones go on
        clock.moveTo(slot(1).plus(Duration.ofHours(2)));
        bus.await(event -> event.type().equals("SourceResumed")
                && "expiry".equals(event.data().getString("resumedBy")));

        refused("nightly", "{\"until\":\"" + slot(9) + "\"}", "reason");
        refused("nightly", "{\"until\":\"" + slot(-3) + "\",\"reason\":\"x\"}", "until");
        refused("nightly", "{\"reason\":\"x\"}", "until");
    }

    private static void pause(String source, Instant until, String reason) {
        given().contentType(ContentType.JSON)
                .body("{\"until\":\"" + until + "\",\"reason\":\"" + reason + "\"}")
                .post("/api/sources/" + source + "/pause")
                .then()
                .statusCode(200)
                .body("pause.reason", equalTo(reason));
    }

    private static void refused(String source, String body, String names) {
        given().contentType(ContentType.JSON)
                .body(body)
                .post("/api/sources/" + source + "/pause")
                .then()
                .statusCode(400)
                .body("code", equalTo("REQUEST_INVALID"), "detail", containsString(names));
    }

    @Test
    void aFailedSlotIsRetriedAndTheRetryIsTheSameSlot() throws IOException {
        Path file = bed.notes().resolveSibling("flaky.db");
        Files.deleteIfExists(file);
        clock.moveTo(slot(0));
        String failed = backupOf(slotAt("flaky", slot(0)));
        Backups.await(failed, "FAILED");

        Files.copy(bed.notes().resolveSibling("daily.db"), file);
        clock.moveTo(slot(0).plus(Duration.ofMinutes(6)));

        Map<String, Object> retried = Awaitility.await()
                .atMost(PATIENCE)
                .until(
                        () -> slotAt("flaky", slot(0)),
                        slot -> Integer.valueOf(2).equals(slot.get("attempts")));
        Backups.await(backupOf(retried), "STORED");
        assertThat(backupOf(retried)).isNotEqualTo(failed);
    }

    @Test
    void replicasThatSeeTheSameSlotStartOneBackup() {
        ProtectedSource source = sources.named("daily");
        var cron = source.config().schedule().backups().getFirst();
        clock.moveTo(slot(0));

        List<CompletableFuture<ScheduledBackups.Outcome>> replicas = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            replicas.add(transactionRunner
                    .run(session -> scheduledBackups.decide(session, source, cron))
                    .subscribeAsCompletionStage()
                    .toCompletableFuture());
        }
        replicas.forEach(CompletableFuture::join);

        String backup = backupOf(slotAt("daily", slot(0)));
        assertThat(bus.awaitMany(
                        1,
                        event -> event.type().equals("BackupStarted")
                                && backup.equals(event.data().getString("backupId"))))
                .hasSize(1);
        assertThat(Backups.list("source=daily").<String>getList("items.requestedAt").stream()
                        .filter(at -> !Instant.parse(at).isBefore(slot(0))))
                .hasSize(1);
    }
}
