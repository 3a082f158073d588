package io.holdfast.engine.postgres.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.model.Fingerprint;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.Databases;
import io.holdfast.engine.postgres.jdbc.ConnectionFactory;
import io.holdfast.engine.postgres.jdbc.ConnectionRole;
import io.holdfast.engine.rows.RowSink;
import io.holdfast.engine.rows.TableReadRange;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is done to a table while it is backed up: all of its rows, or a typed failure, and never an empty table. */
class ChangesAtEveryPhaseTest {
    private static final String TRUNCATE = "TRUNCATE t, p";
    private static final String REWRITE = "ALTER TABLE t ALTER COLUMN id TYPE bigint";
    private static final String DROP = "DROP TABLE t, p";
    private static final String VACUUM = "VACUUM FULL t, p1";
    private static final String DETACH = "ALTER TABLE p DETACH PARTITION p1";
    private static final String DETACH_CONCURRENTLY = "ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY";

    private final DatabaseAddress address = database();
    private final CompletableFuture<Void> changed = new CompletableFuture<>();

    private static DatabaseAddress database() {
        DatabaseAddress address = Databases.fresh();
        Databases.sql(
                address,
                "CREATE TABLE t (id int, v text); INSERT INTO t SELECT g, 'v' || g FROM generate_series(1, 1000) g",
                "CREATE TABLE p (id int) PARTITION BY RANGE (id); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (501);"
                        + " CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (501) TO (2000);"
                        + " INSERT INTO p SELECT generate_series(1, 1000)");
        return address;
    }

    /** Runs while the backup holds its locks: it has to wait. */
    private void changeBehind(String change) {
        Thread.ofPlatform().daemon().start(() -> {
            Databases.sql(address, change);
            changed.complete(null);
        });
        Awaitility.await()
                .until(() -> !Databases.query(
                                address,
                                "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type ="
                                        + " 'Lock'")
                        .isEmpty());
    }

    private static Map<String, Long> rows(Snapshot snapshot) {
        Map<String, Long> rows = new HashMap<>();
        Databases.fingerprints(snapshot).forEach((name, print) -> rows.put(name.name(), print.rows()));
        return rows;
    }

    private Snapshot open(SnapshotLeader.Phases phases, SnapshotOptions options) {
        ConnectionFactory source =
                new ConnectionFactory(address, PasswordSupplier.none(), "holdfast/snapshot", ConnectionRole.SOURCE);
        return SnapshotOpener.open(source, source, Databases.TOOLS, options, phases);
    }

    @ParameterizedTest
    @ValueSource(strings = {TRUNCATE, REWRITE, DROP, VACUUM, DETACH, DETACH_CONCURRENTLY})
    void beforeTheLocks(String change) {
        AtomicBoolean once = new AtomicBoolean();
        SnapshotLeader.Phases phases = new SnapshotLeader.Phases() {
            @Override
            public void listed() {
                if (once.compareAndSet(false, true)) {
                    Databases.sql(address, change);
                }
            }
        };

        try (Snapshot snapshot = open(phases, Databases.OPTIONS)) {
            Map<String, Long> rows = rows(snapshot);

            assertThat(rows).hasSize(snapshot.shape().tables().size());
            rows.forEach((table, count) -> assertThat(Databases.query(address, "SELECT count(*) FROM " + table))
                    .containsExactly(Long.toString(count)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {TRUNCATE, REWRITE, DROP, VACUUM, DETACH, DETACH_CONCURRENTLY})
    void betweenTheLocksAndTheSnapshot(String change) throws Exception {
        AtomicBoolean once = new AtomicBoolean();
        SnapshotLeader.Phases phases = new SnapshotLeader.Phases() {
            @Override
            public void locked() {
                if (once.compareAndSet(false, true)) {
                    changeBehind(change);
                }
            }
        };

        try (Snapshot snapshot = open(phases, Databases.OPTIONS)) {
            everyRowIsRead(snapshot);
        }
        changed.get(10, java.util.concurrent.TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @ValueSource(strings = {TRUNCATE, REWRITE, DROP, VACUUM, DETACH, DETACH_CONCURRENTLY})
    void betweenTheSnapshotAndTheReading(String change) throws Exception {
        try (Snapshot snapshot = Databases.open(address)) {
            changeBehind(change);
            everyRowIsRead(snapshot);
        }
        changed.get(10, java.util.concurrent.TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @ValueSource(strings = {TRUNCATE, REWRITE, DROP, VACUUM, DETACH, DETACH_CONCURRENTLY})
    void betweenTwoTables(String change) throws Exception {
        AtomicBoolean once = new AtomicBoolean();
        AtomicLong rows = new AtomicLong();
        RowSink sink = new RowSink() {
            @Override
            public void begin(TableReadRange part) {
                if (part.table().name().name().equals("p2") && once.compareAndSet(false, true)) {
                    changeBehind(change);
                }
            }

            @Override
            public void row(byte[] buffer, int offset, int length, long hash) {}
        };
        try (Snapshot snapshot = Databases.open(address)) {
            snapshot.plan()
                    .forEach(task -> snapshot.read(task, sink)
                            .forEach(result ->
                                    rows.addAndGet(result.fingerprint().rows())));
        }

        assertThat(once).isTrue();
        assertThat(rows).hasValue(2000);
        changed.get(10, java.util.concurrent.TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @ValueSource(strings = {TRUNCATE, REWRITE, DROP, DETACH_CONCURRENTLY, "CREATE INDEX CONCURRENTLY ON t (v)"})
    void whatWaitsForUsDoesNotKeepTheSchemaFromBeingDumped(String change) throws Exception {
        try (Snapshot snapshot = Databases.open(address)) {
            changeBehind(change);

            assertThat(snapshot.dumpSchema(OutputStream.nullOutputStream())).isEmpty();
        }
        changed.get(10, java.util.concurrent.TimeUnit.SECONDS);
    }

    /** Locks on tables keep nobody from renaming their schema: then another's tables have the names that are read. */
    @Test
    void anotherSchemaUnderTheNameOfOneIsATypedFailure() {
        Databases.sql(address, "CREATE SCHEMA live; CREATE TABLE live.t AS SELECT generate_series(1, 10) id");
        try (Snapshot snapshot = Databases.open(address)) {
            Databases.sql(
                    address,
                    "CREATE SCHEMA next; CREATE TABLE next.t AS SELECT * FROM live.t",
                    "ALTER SCHEMA live RENAME TO old; ALTER SCHEMA next RENAME TO live");

            assertThatThrownBy(() -> Databases.fingerprints(snapshot))
                    .isInstanceOfSatisfying(
                            HoldfastException.class,
                            failure -> assertThat(failure.code()).isEqualTo(FailureCode.SOURCE_CHANGED))
                    .hasMessageContaining("live.t");
        }
    }

    @Test
    void aPartitionWhoseDetachingWasInterruptedIsReadWithAllOthers() {
        Databases.sql(
                address,
                "UPDATE pg_inherits SET inhdetachpending = true WHERE inhrelid = 'p1'::regclass AND inhparent = 'p'::regclass");

        try (Snapshot snapshot = Databases.open(address)) {
            everyRowIsRead(snapshot);
        }
    }

    private static void everyRowIsRead(Snapshot snapshot) {
        Map<QualifiedName, Fingerprint> prints = Databases.fingerprints(snapshot);
        assertThat(prints.values()).extracting(Fingerprint::rows).containsExactlyInAnyOrder(1000L, 500L, 500L);
    }
}
