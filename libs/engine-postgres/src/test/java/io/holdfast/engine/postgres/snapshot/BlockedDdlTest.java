package io.holdfast.engine.postgres.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.BlockedDdlPolicy;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.Databases;
import io.holdfast.engine.postgres.jdbc.ConnectionFactory;
import io.holdfast.engine.postgres.jdbc.Sql;
import io.holdfast.engine.rows.ReadTask;
import io.holdfast.engine.rows.RowSink;
import io.holdfast.engine.scratch.ScratchCluster;
import io.holdfast.engine.scratch.ScratchOptions;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A snapshot's locks keep DDL waiting: somebody is told, or the snapshot gives way. */
@Timeout(180)
class BlockedDdlTest {
    private DatabaseAddress address = Databases.fresh();
    private final Queue<String> told = new ConcurrentLinkedQueue<>();

    private Snapshot open(boolean yields) {
        Databases.sql(address, "CREATE TABLE t (id int); INSERT INTO t VALUES (1), (2)");
        return Databases.ENGINE.open(
                address,
                PasswordSupplier.none(),
                Databases.OPTIONS.withBlockedDdl(new BlockedDdlPolicy(yields, Duration.ofMillis(200), told::add)));
    }

    private CompletableFuture<Void> ddl() {
        return ddl("ALTER TABLE t ALTER COLUMN id TYPE bigint");
    }

    private CompletableFuture<Void> ddl(String statement) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(() -> {
            Databases.sql(address, statement);
            done.complete(null);
        });
        return done;
    }

    @Test
    void whoWaitsIsToldAndTheSnapshotGoesOn() throws Exception {
        CompletableFuture<Void> done;
        try (Snapshot snapshot = open(false)) {
            done = ddl();
            Awaitility.await().until(() -> !told.isEmpty());

            assertThat(Databases.fingerprints(snapshot).get(new QualifiedName("public", "t")))
                    .isNotNull()
                    .satisfies(print -> assertThat(print.rows()).isEqualTo(2));
            assertThat(done).isNotDone();
        }
        done.get(60, TimeUnit.SECONDS);
        assertThat(told).singleElement().asString().contains("AccessExclusiveLock on public.t", "test", "snapshot");
    }

    /**
     * CONCURRENTLY waits for all who may see old rows, one after the other. Before 16 a server that has just started begins
     * with the last to connect: a reader.
     */
    @Test
    void whoWaitsForAReaderIsToldToo() throws Exception {
        try (ScratchCluster cluster = ScratchCluster.start(ScratchOptions.in(Path.of("/tmp"), 15))) {
            address = cluster.address();
            CompletableFuture<Void> done;
            try (Snapshot snapshot = open(false)) {
                useBothReaders(snapshot);
                done = ddl("CREATE INDEX CONCURRENTLY ON t (id)");

                Awaitility.await().until(() -> !told.isEmpty());
            }
            done.get(60, TimeUnit.SECONDS);
            assertThat(told).singleElement().asString().contains("ShareLock on virtualxid", "test");
        }
    }

    private static void useBothReaders(Snapshot snapshot) throws Exception {
        CyclicBarrier both = new CyclicBarrier(2);
        RowSink meeting = (buffer, offset, length, hash) -> {
            try {
                both.await(20, TimeUnit.SECONDS);
            } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
                throw new AssertionError(e);
            }
        };
        ReadTask task = snapshot.plan().getFirst();
        CompletableFuture<Void> other = CompletableFuture.runAsync(() -> snapshot.read(task, meeting));
        snapshot.read(task, meeting);
        other.get(20, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pg_class", "pg_authid", "pg_proc"})
    void whoRewritesACatalogIsLetThrough(String catalog) throws Exception {
        try (Snapshot snapshot = open(true)) {
            ddl("VACUUM FULL " + catalog).get(60, TimeUnit.SECONDS);

            assertThat(told).hasSize(1);
            assertThatThrownBy(() -> Databases.fingerprints(snapshot)).isInstanceOf(HoldfastException.class);
        }
    }

    @Test
    void whoIsPreparedSeesWhoWaitsWhileCatalogsAreRewritten() throws SQLException {
        Connection looking = Databases.connect(address);
        BlockedSessionMonitor.prepare(looking);

        assertThatCode(() -> lookWhileCatalogsAreRewritten(looking)).doesNotThrowAnyException();
    }

    @Test
    void whoIsNotWaitsForTheCatalogs() {
        Connection looking = Databases.connect(address);

        assertThatThrownBy(() -> lookWhileCatalogsAreRewritten(looking)).hasMessageContaining("lock timeout");
    }

    private void lookWhileCatalogsAreRewritten(Connection looking) throws SQLException {
        Connection rewriting = Databases.connect(address);
        try {
            Sql.run(looking, "SET lock_timeout = 300");
            Sql.run(
                    rewriting,
                    "SET allow_system_table_mods = on; BEGIN;"
                            + " LOCK TABLE pg_catalog.pg_proc, pg_catalog.pg_class IN ACCESS EXCLUSIVE MODE");
            Sql.run(looking, BlockedSessionMonitor.waitingFor(Set.of(1)));
        } finally {
            ConnectionFactory.close(rewriting);
            ConnectionFactory.close(looking);
        }
    }

    @Test
    void theSnapshotGivesWayWithATypedFailure() throws Exception {
        try (Snapshot snapshot = open(true)) {
            CompletableFuture<Void> done = ddl();

            done.get(60, TimeUnit.SECONDS);

            assertThatThrownBy(() -> Databases.fingerprints(snapshot))
                    .isInstanceOfSatisfying(
                            HoldfastException.class,
                            failure -> assertThat(failure.code()).isEqualTo(FailureCode.SOURCE_DDL_BLOCKED))
                    .hasMessageContaining(
                            "AccessExclusiveLock on public.t with ALTER TABLE t ALTER COLUMN id TYPE bigint");
            assertThat(told).hasSize(1);
        }
        Awaitility.await()
                .until(() -> Databases.query(
                                address,
                                "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
                                        + " AND application_name LIKE 'holdfast/%'")
                        .isEmpty());
    }

    @Test
    void nobodyIsToldOfWhoWaitsForSomebodyElse() throws Exception {
        try (Snapshot snapshot = open(true)) {
            var other = Databases.connect(address);
            Databases.sql(address, "CREATE TABLE other (id int)");
            Sql.run(other, "BEGIN; LOCK TABLE public.other");
            CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> Databases.sql(
                    address,
                    "SET lock_timeout = '1s'; DO $$ BEGIN LOCK TABLE other; EXCEPTION WHEN"
                            + " lock_not_available THEN NULL; END $$"));
            waiting.get(60, TimeUnit.SECONDS);
            ConnectionFactory.close(other);

            assertThat(Databases.fingerprints(snapshot)).isNotEmpty();
            assertThat(told).isEmpty();
        }
    }
}
