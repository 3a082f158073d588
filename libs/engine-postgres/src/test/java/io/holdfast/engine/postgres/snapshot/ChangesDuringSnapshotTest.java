package io.holdfast.engine.postgres.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.model.Fingerprint;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.Databases;
import io.holdfast.engine.postgres.jdbc.ConnectionFactory;
import io.holdfast.engine.postgres.jdbc.ConnectionRole;
import io.holdfast.engine.postgres.jdbc.Sql;
import io.holdfast.engine.rows.ReadTask;
import io.holdfast.engine.rows.RowSink;
import io.holdfast.engine.rows.TableReadResult;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An imported snapshot sees an empty table after TRUNCATE: none of this may ever give one. */
class ChangesDuringSnapshotTest {
    private static final QualifiedName T = new QualifiedName("public", "t");

    private final DatabaseAddress address = database();

    private static DatabaseAddress database() {
        DatabaseAddress address = Databases.fresh();
        Databases.sql(
                address,
                "CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t SELECT g, 'v' || g FROM generate_series(1, 1000) g");
        return address;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "TRUNCATE t; INSERT INTO t VALUES (1, 'new')",
                "ALTER TABLE t ALTER COLUMN id TYPE bigint",
                "DROP TABLE t; CREATE TABLE t (id int, v text); INSERT INTO t VALUES (1, 'new')",
                "ALTER TABLE t RENAME TO u; CREATE TABLE t (x int); INSERT INTO t VALUES (1)",
                "CREATE TABLE u (x int); INSERT INTO u VALUES (1)",
                "DROP TABLE t"
            })
    void aChangeBetweenListingAndLockingIsSeen(String change) {
        AtomicBoolean once = new AtomicBoolean();
        SnapshotLeader.Phases phases = new SnapshotLeader.Phases() {
            @Override
            public void listed() {
                if (once.compareAndSet(false, true)) {
                    Databases.sql(address, change);
                }
            }
        };

        try (Snapshot snapshot = open(phases)) {
            var prints = Databases.fingerprints(snapshot);
            assertThat(prints).hasSize(snapshot.shape().tables().size());
            prints.forEach((table, print) -> assertThat(print.rows())
                    .isEqualTo(Long.parseLong(Databases.query(address, "SELECT count(*) FROM " + table.sql())
                            .get(0))));
        }
    }

    @Test
    void changesAtEveryAttemptEndInATypedFailureThatNamesTheObject() {
        SnapshotLeader.Phases phases = new SnapshotLeader.Phases() {
            @Override
            public void listed() {
                Databases.sql(
                        address,
                        "GRANT SELECT ON t TO PUBLIC; REVOKE SELECT ON t FROM PUBLIC; ALTER TABLE t ADD x"
                                + System.nanoTime() + " int");
            }
        };

        assertThatThrownBy(() -> open(phases))
                .isInstanceOfSatisfying(
                        HoldfastException.class,
                        failure -> assertThat(failure.code()).isEqualTo(FailureCode.SOURCE_CHANGED))
                .hasMessageContaining("relation public.t");
        noBackendIsLeft();
    }

    @Test
    void tablesCreatedAtEveryAttemptEndInATypedFailure() {
        SnapshotLeader.Phases phases = new SnapshotLeader.Phases() {
            @Override
            public void listed() {
                Databases.sql(address, "CREATE TABLE x" + System.nanoTime() + " ()");
            }
        };

        assertThatThrownBy(() -> open(phases))
                .isInstanceOfSatisfying(
                        HoldfastException.class,
                        failure -> assertThat(failure.code()).isEqualTo(FailureCode.SOURCE_CHANGED))
                .hasMessageContaining("last: relation public.x");
    }

    @Test
    void whatIsRefusedIsAlsoSeenIfItComesAfterTheFirstLook() {
        String role = "poor_" + address.database();
        Databases.sql(address, "CREATE ROLE " + role + " LOGIN", "GRANT SELECT ON t TO " + role);
        SnapshotLeader.Phases phases = new SnapshotLeader.Phases() {
            @Override
            public void locked() {
                Databases.sql(address, "REVOKE SELECT ON t FROM " + role);
            }
        };

        assertThatThrownBy(() -> open(address.withUser(role), phases))
                .isInstanceOfSatisfying(
                        HoldfastException.class,
                        failure -> assertThat(failure.code()).isEqualTo(FailureCode.SOURCE_PERMISSION_DENIED))
                .hasMessageContaining("may not read public.t");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TRUNCATE t", "ALTER TABLE t ALTER COLUMN id TYPE bigint", "DROP TABLE t"})
    void aChangeAfterTheLocksWaitsAndReadersDoNotWaitBehindIt(String change) throws Exception {
        CompletableFuture<Void> changed = new CompletableFuture<>();
        Fingerprint print;
        try (Snapshot snapshot = Databases.open(address)) {
            Thread.ofPlatform().daemon().start(() -> {
                Databases.sql(address, change);
                changed.complete(null);
            });
            Awaitility.await().until(() -> !waiting().isEmpty());

            print = Databases.fingerprints(snapshot).get(T);
            assertThat(changed).isNotDone();
        }

        assertThat(print).isNotNull().extracting(Fingerprint::rows).isEqualTo(1000L);
        changed.get(10, java.util.concurrent.TimeUnit.SECONDS);
    }

    /** A long value is fetched by an index of its own, which nobody's LOCK TABLE holds. */
    @Test
    @Timeout(180)
    void aLockThatIsMissingInTheMiddleIsATypedFailureAndNoRowIsHandedOverTwice() throws SQLException {
        longValue();
        List<String> rows = new ArrayList<>();
        Connection other = Databases.connect(address);
        try (Snapshot snapshot = Databases.ENGINE.open(
                address, PasswordSupplier.none(), Databases.OPTIONS.withLockTimeout(Duration.ofMillis(300)))) {
            ReadTask task = snapshot.plan().get(0);
            Sql.run(other, "BEGIN; REINDEX TABLE public.t");

            assertThatThrownBy(() -> snapshot.read(task, adding(rows)))
                    .isInstanceOfSatisfying(
                            HoldfastException.class,
                            failure -> assertThat(failure.code()).isEqualTo(FailureCode.SOURCE_LOCK_TIMEOUT))
                    .hasMessageContaining("public.t");
            assertThat(rows).isNotEmpty().doesNotHaveDuplicates().hasSizeLessThan(1001);
        } finally {
            ConnectionFactory.close(other);
        }
    }

    @Test
    @Timeout(180)
    void aLockThatIsMissingInTheMiddleIsWaitedForAndNoneIsKeptAfterwards() throws Exception {
        longValue();
        List<String> rows = new CopyOnWriteArrayList<>();
        Connection other = Databases.connect(address);
        try (Snapshot snapshot = Databases.open(address)) {
            Sql.run(other, "BEGIN; REINDEX TABLE public.t");
            CompletableFuture<Void> read = CompletableFuture.runAsync(
                    () -> snapshot.read(snapshot.plan().get(0), adding(rows)));
            Awaitility.await().until(() -> !waiting().isEmpty());

            Sql.run(other, "COMMIT");
            read.get(20, java.util.concurrent.TimeUnit.SECONDS);
            Sql.run(other, "SET lock_timeout = '5s'; REINDEX TABLE public.t");

            assertThat(rows).hasSize(1001).doesNotHaveDuplicates();
        } finally {
            ConnectionFactory.close(other);
        }
    }

    private void longValue() {
        Databases.sql(
                address,
                "ALTER TABLE t ALTER COLUMN v SET STORAGE EXTERNAL",
                "INSERT INTO t VALUES (1001, repeat('long', 5000))");
    }

    private static RowSink adding(List<String> rows) {
        return (buffer, offset, length, hash) -> rows.add(new String(buffer, offset, length, StandardCharsets.UTF_8));
    }

    private List<String> waiting() {
        return Databases.query(
                address,
                "SELECT 1 FROM pg_locks WHERE NOT granted AND database ="
                        + " (SELECT oid FROM pg_database WHERE datname = current_database())");
    }

    @Test
    void aTableTruncatedAfterTheLeaderDiedIsAFailureAndNotAnEmptyTable() {
        Databases.sql(address, "CREATE TABLE u AS SELECT * FROM t");
        AtomicBoolean emptied = new AtomicBoolean();
        RowSink sink = new RowSink() {
            @Override
            public void row(byte[] buffer, int offset, int length, long hash) {}

            @Override
            public void end(TableReadResult result) {
                if (emptied.compareAndSet(false, true)) {
                    Databases.query(
                            address,
                            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name ="
                                    + " 'holdfast/snapshot' AND datname = current_database() ORDER BY backend_start LIMIT 1");
                    Databases.sql(address, "TRUNCATE u");
                }
            }
        };
        try (Snapshot snapshot = Databases.open(address)) {
            ReadTask lane = snapshot.plan().get(0);
            assertThat(lane.parts()).hasSize(2);

            assertThatThrownBy(() -> snapshot.read(lane, sink))
                    .isInstanceOfSatisfying(
                            HoldfastException.class,
                            failure -> assertThat(failure.code()).isEqualTo(FailureCode.SOURCE_CONNECTION_LOST));
            assertThat(emptied).isTrue();
            assertThatThrownBy(() -> snapshot.read(lane, sink))
                    .isInstanceOfSatisfying(
                            HoldfastException.class,
                            failure -> assertThat(failure.code()).isEqualTo(FailureCode.SOURCE_CONNECTION_LOST));
        }
    }

    @Test
    void aTableSomebodyElseLocksIsATypedFailureAfterTheTimeout() throws SQLException {
        Connection other = Databases.connect(address);
        try {
            Sql.run(other, "BEGIN; LOCK TABLE public.t IN ACCESS EXCLUSIVE MODE /* 'a secret' */");

            assertThatThrownBy(() -> Databases.ENGINE.open(
                            address,
                            PasswordSupplier.none(),
                            Databases.OPTIONS.withLockTimeout(Duration.ofMillis(100))))
                    .isInstanceOfSatisfying(
                            HoldfastException.class,
                            failure -> assertThat(failure.code()).isEqualTo(FailureCode.SOURCE_LOCK_TIMEOUT))
                    .hasMessageContaining("public.t is locked by process")
                    .hasMessageContaining("LOCK TABLE public.t IN ACCESS EXCLUSIVE MODE")
                    .message()
                    .doesNotContain("a secret");
        } finally {
            ConnectionFactory.close(other);
        }
        noBackendIsLeft();
    }

    @Test
    void whatWritersDoMeanwhileIsSeenWhollyOrNotAtAll() throws Exception {
        Databases.sql(
                address,
                "CREATE TABLE a (n bigint); CREATE TABLE b (n bigint); INSERT INTO a VALUES (0); INSERT INTO b VALUES (0)");
        AtomicBoolean stop = new AtomicBoolean();
        AtomicReference<Throwable> failed = new AtomicReference<>();
        Thread writer = Thread.ofPlatform().start(() -> {
            Connection connection = Databases.connect(address);
            try {
                while (!stop.get()) {
                    Sql.run(
                            connection,
                            "BEGIN; INSERT INTO public.a VALUES (1); INSERT INTO public.b VALUES (1); COMMIT");
                }
            } catch (SQLException e) {
                failed.set(e);
            } finally {
                ConnectionFactory.close(connection);
            }
        });
        try {
            for (int i = 0; i < 10; i++) {
                try (Snapshot snapshot = Databases.open(address)) {
                    var prints = Databases.fingerprints(snapshot);
                    assertThat(prints.get(new QualifiedName("public", "a")))
                            .isEqualTo(prints.get(new QualifiedName("public", "b")));
                }
            }
        } finally {
            stop.set(true);
            writer.join();
        }
        assertThat(failed.get()).isNull();
    }

    private Snapshot open(SnapshotLeader.Phases phases) {
        return open(address, phases);
    }

    private static Snapshot open(DatabaseAddress address, SnapshotLeader.Phases phases) {
        ConnectionFactory source =
                new ConnectionFactory(address, PasswordSupplier.none(), "holdfast/snapshot", ConnectionRole.SOURCE);
        return SnapshotOpener.open(source, source, Databases.TOOLS, Databases.OPTIONS, phases);
    }

    private void noBackendIsLeft() {
        Awaitility.await()
                .until(() -> Databases.query(
                                address,
                                "SELECT pid FROM pg_stat_activity WHERE datname ="
                                        + " current_database() AND application_name LIKE 'holdfast/%'")
                        .isEmpty());
    }
}
