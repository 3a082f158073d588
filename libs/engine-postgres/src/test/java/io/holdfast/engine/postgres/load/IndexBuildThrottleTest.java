package io.holdfast.engine.postgres.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.Databases;
import io.holdfast.engine.postgres.jdbc.ConnectionFactory;
import io.holdfast.engine.postgres.jdbc.ConnectionRole;
import io.holdfast.engine.postgres.jdbc.Sql;
import java.sql.Connection;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whoever waits for room waits for the last index of a large table, and not for its last page. */
@Timeout(60)
class IndexBuildThrottleTest {
    private static final QualifiedName TABLE = new QualifiedName("public", "Large one");
    private static final int TWO = 2;

    private final DatabaseAddress address = Databases.fresh();
    private final TargetConnections connections = new TargetConnections(owner(), owner(), TWO);
    private final IndexBuildThrottle underWay = new IndexBuildThrottle(connections, TWO);

    private ConnectionFactory owner() {
        return new ConnectionFactory(address, PasswordSupplier.none(), "test", ConnectionRole.TARGET);
    }

    @AfterEach
    void close() {
        connections.close();
    }

    @Test
    void whereNothingIsMadeThereIsRoom() {
        underWay.begin(TABLE, 1);
        underWay.end(TABLE);

        underWay.awaitRoom();
    }

    @Test
    void thereIsNoneBeforeTheLastIndexIsMade() throws Exception {
        Databases.sql(address, "CREATE TABLE \"Large one\" (id int, a int)");
        underWay.begin(TABLE, 2);
        CompletableFuture<Void> waiting = waiting();

        stillWaits(waiting);
        Databases.sql(address, "CREATE INDEX ON \"Large one\" (id)");
        stillWaits(waiting);
        Databases.sql(address, "CREATE INDEX ON \"Large one\" (a)");
        waiting.get();
    }

    @Test
    void thereIsNoneWhileRowsAreReadForIt() throws Exception {
        Databases.sql(
                address,
                "CREATE TABLE \"Large one\" (id int); INSERT INTO \"Large one\" VALUES (1), (2)",
                "CREATE FUNCTION slow(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS"
                        + " 'BEGIN PERFORM pg_advisory_xact_lock_shared(4711); RETURN $1; END'");
        underWay.begin(TABLE, 1);
        Connection holder = Databases.connect(address);
        try {
            Sql.run(holder, "SELECT pg_advisory_lock(4711)");
            CompletableFuture<Void> making = CompletableFuture.runAsync(
                    () -> Databases.sql(address, "CREATE INDEX ON \"Large one\" (slow(id))"),
                    task -> Thread.ofPlatform().start(task));
            Awaitility.await()
                    .until(() -> Databases.query(address, "SELECT phase FROM pg_stat_progress_create_index").stream()
                            .anyMatch(phase -> phase.startsWith("building index")));
            CompletableFuture<Void> waiting = waiting();

            stillWaits(waiting);
            Sql.run(holder, "SELECT pg_advisory_unlock(4711)");
            making.get();
            waiting.get();
        } finally {
            ConnectionFactory.close(holder);
        }
    }

    @Test
    void theServerCallsItSoWhenAnIndexIsWritten() {
        assertThat(Databases.query(address, "SELECT 'building index: ' || pg_indexam_progress_phasename(403, 5)"))
                .containsExactly(IndexBuildThrottle.WRITING);
    }

    @Test
    void whereAServerHasNoProcessesThatHelpThereIsRoom() {
        Databases.sql(
                address,
                "CREATE TABLE \"Large one\" (id int)",
                "ALTER DATABASE " + address.database() + " SET max_parallel_maintenance_workers = 0");
        underWay.begin(TABLE, 2);

        underWay.awaitRoom();
    }

    @Test
    void whereThereAreMoreProcessorsThanAnIndexTakesThereIsRoom() {
        IndexBuildThrottle roomy = new IndexBuildThrottle(connections, 4);
        roomy.begin(TABLE, 2);

        roomy.awaitRoom();
    }

    @Test
    void whoWaitsMayBeInterrupted() {
        Databases.sql(address, "CREATE TABLE \"Large one\" (id int)");
        underWay.begin(TABLE, 2);
        Thread.currentThread().interrupt();

        assertThatThrownBy(underWay::awaitRoom)
                .isInstanceOfSatisfying(
                        HoldfastException.class,
                        failure -> assertThat(failure.code()).isEqualTo(FailureCode.CANCELLED));
        assertThat(Thread.interrupted()).isTrue();
    }

    private CompletableFuture<Void> waiting() {
        return CompletableFuture.runAsync(
                underWay::awaitRoom, task -> Thread.ofPlatform().start(task));
    }

    private static void stillWaits(CompletableFuture<Void> waiting) {
        Awaitility.await().during(Duration.ofMillis(300)).until(() -> !waiting.isDone());
    }
}
