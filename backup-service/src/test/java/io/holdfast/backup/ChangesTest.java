package io.holdfast.backup;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tables that are emptied, rewritten or dropped around a backup: what is stored is what one instant held, or the backup
 * says why there is none.
 */
@QuarkusTest
@WithTestResource(BackupServiceStack.class)
class ChangesTest extends Service {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String WAITING =
            "pg_locks l join pg_database d on d.oid = l.database where not granted and d.datname";

    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    /** Locked and read in the order of their names; the first takes the slow source some seconds. */
    @BeforeEach
    void tables() {
        bed.sql(
                "changing",
                "drop table if exists accounts, zones, zones_b, zones_c",
                "create table accounts (id int primary key, body text)",
                "insert into accounts select g, repeat(md5(g::text), 8) from generate_series(1, 6000) g",
                "create table zones (id int primary key, body text)",
                "insert into zones select g, md5(g::text) from generate_series(1, 100) g",
                "create table zones_b as select * from zones",
                "create table zones_c as select * from zones");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "truncate accounts; insert into accounts values (1, 'new')",
                "alter table accounts alter column id type bigint",
                "drop table accounts"
            })
    void aChangeBeforeTheLocksIsInTheBackup(String change) throws SQLException {
        String id;
        try (Connection other = bed.connect("changing");
                Statement sql = other.createStatement()) {
            other.setAutoCommit(false);
            sql.execute(change);
            id = Backups.request("changing");
            awaitWaiting(1);
            other.commit();
        }

        Backups.await(id, "STORED");

        assertThat(rows(id)).isEqualTo(rowsNow());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"truncate accounts", "alter table accounts alter column id type bigint", "drop table accounts"})
    void aChangeBetweenLocksAndSnapshotWaitsAndTheBackupGivesWayToIt(String change) throws Exception {
        String id;
        CompletableFuture<Void> changed;
        try (Connection other = bed.connect("changing");
                Statement sql = other.createStatement()) {
            other.setAutoCommit(false);
            sql.execute("lock table zones in access exclusive mode");
            id = Backups.request("changing");
            awaitWaiting(1);
            changed = CompletableFuture.runAsync(() -> bed.sql("changing", change), threads);
            // it waits for the backup's locks, or got through while the backup had given way
            awaitUntil(() -> changed.isDone() || count(WAITING) >= 2);
            other.rollback();
        }

        changed.get(PATIENCE.toSeconds(), TimeUnit.SECONDS); // pg_dump did not get its locks, and let go
        Backups.await(id, "STORED");
        assertThat(rows(id)).isEqualTo(rowsNow());
    }

    @Test
    void changesDuringTheReadingWaitUntilTheBackupIsDone() throws Exception {
        Map<String, String> prints = prints(Backups.stored("changing"));
        String id = Backups.request("changing-slowly");
        awaitSessions(1, "pg_stat_activity where query like 'COPY%' and datname");
        // who leads, who watches, one reader: psql and pg_dump are through
        awaitExactly(3, "pg_stat_activity where application_name = 'holdfast/backup " + id + "' and datname");

        List<CompletableFuture<Void>> changes = Stream.of(
                        "truncate zones", "alter table zones_b alter column id type bigint", "drop table zones_c")
                .map(change -> CompletableFuture.runAsync(() -> bed.sql("changing", change), threads))
                .toList();
        awaitWaiting(changes.size());
        Bus.Heard raised = bus.await(about("AlertRaised", id));
        assertThat(raised.data().getString("summary"))
                .contains("source \"changing-slowly\"", "on public.zones", "holdfast cancel " + id);
        assertThat(Backups.get(id).getString("state")).isEqualTo("RUNNING");

        Backups.await(id, "STORED");
        assertThat(prints(id)).isEqualTo(prints);
        bus.await(about("AlertResolved", id));
        assertThat(bus.heard(about("AlertRaised", id))).hasSize(1);
        for (CompletableFuture<Void> change : changes) {
            change.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
        assertThat(rows(Backups.stored("changing"))).isEqualTo(rowsNow());
    }

    private static Predicate<Bus.Heard> about(String alert, String backup) {
        return Bus.is(alert)
                .and(event -> ("ddl-blocked/" + backup).equals(event.data().getString("alertId")));
    }

    private void awaitWaiting(int sessions) {
        awaitSessions(sessions, WAITING);
    }

    private void awaitExactly(int sessions, String which) {
        Awaitility.await()
                .atMost(PATIENCE)
                .during(Duration.ofSeconds(1))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> count(which) == sessions);
    }

    private int count(String which) {
        return bed.query("changing", "select pid from " + which + " = current_database()")
                .size();
    }

    private void awaitSessions(int least, String which) {
        awaitUntil(() -> count(which) >= least);
    }

    private static void awaitUntil(Callable<Boolean> condition) {
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(condition);
    }

    private Map<String, String> rowsNow() {
        Map<String, String> rows = new TreeMap<>();
        bed.query("changing", "select tablename from pg_tables where schemaname = 'public'")
                .forEach(table -> rows.put(
                        "public." + table,
                        bed.query("changing", "select count(*) from " + table).getFirst()));
        return rows;
    }

    private static Map<String, String> rows(String backup) {
        return tables(backup, "rows");
    }

    private static Map<String, String> prints(String backup) {
        return tables(backup, "fingerprint");
    }

    private static Map<String, String> tables(String backup, String figure) {
        return given().get("/api/backups/" + backup + "/tables")
                .then()
                .statusCode(200)
                .extract()
                .path("items.collectEntries { [it.name, it." + figure + " as String] }");
    }
}
