package io.holdfast.engine.postgres.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.model.Fingerprint;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.model.TableDescriptor;
import io.holdfast.engine.postgres.Databases;
import io.holdfast.engine.rows.ReadTask;
import io.holdfast.engine.rows.RowSink;
import io.holdfast.engine.rows.TableReadResult;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadingTest {
    private static final QualifiedName BIG = new QualifiedName("public", "big");

    private final DatabaseAddress address = Databases.fresh();

    @Test
    void aTableReadInRangesHasTheFingerprintOfTheWhole() {
        Databases.sql(
                address,
                "CREATE TABLE big AS SELECT g AS id, md5(g::text) AS v FROM generate_series(1, 50000) g",
                "DELETE FROM big WHERE id % 7 = 0; UPDATE big SET v = 'changed' WHERE id % 11 = 0");
        try (Snapshot snapshot = Databases.open(address)) {
            Fingerprint whole = Databases.fingerprints(snapshot).get(BIG);
            TableDescriptor table = snapshot.shape().tables().get(0);
            List<ReadTask> ranges =
                    new ReadPlanner(0, 16).plan(List.of(table), Map.of(BIG, 300L), Map.of(BIG, table.estimatedBytes()));
            Fingerprint sum = ranges.stream()
                    .flatMap(task -> snapshot.read(task, (buffer, offset, length, hash) -> {}).stream())
                    .map(TableReadResult::fingerprint)
                    .reduce(Fingerprint.EMPTY, Fingerprint::plus);

            assertThat(ranges).hasSize(19);
            assertThat(sum).isEqualTo(whole);
            assertThat(sum.rows()).isEqualTo(50000 - 50000 / 7);
        }
    }

    @Test
    void rangesStayTheSameWhenATableGrowsAndTheLastIsOpen() {
        TableDescriptor table = new TableDescriptor(
                BIG, List.of("id"), TableDescriptor.Kind.TABLE, null, List.of(), true, 0, 10L << 30, null);
        List<ReadTask> before = new ReadPlanner(1, 100).plan(List.of(table), Map.of(BIG, 350L), Map.of());
        List<ReadTask> after = new ReadPlanner(1, 100).plan(List.of(table), Map.of(BIG, 1050L), Map.of());

        assertThat(before).hasSize(4);
        assertThat(after.stream().map(task -> task.parts().get(0).blocks()))
                .containsAll(before.subList(0, 3).stream()
                        .map(task -> task.parts().get(0).blocks())
                        .toList());
        assertThat(before.get(3).parts().get(0).blocks()).isNotNull().matches(blocks -> blocks.open());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anInterruptEndsAReadPromptlyAndLeavesNothing(boolean virtual) throws Exception {
        Databases.sql(
                address,
                "CREATE TABLE big AS SELECT g AS id, repeat('x', 1000) AS v FROM generate_series(1, 100000) g");
        try (Snapshot snapshot = Databases.open(address)) {
            CountDownLatch reading = new CountDownLatch(1);
            CountDownLatch never = new CountDownLatch(1);
            CompletableFuture<Throwable> ended = new CompletableFuture<>();
            Runnable work = () -> {
                try {
                    snapshot.read(snapshot.plan().get(0), blocking(reading, never));
                    ended.complete(new AssertionError("the read ended by itself"));
                } catch (RuntimeException e) {
                    ended.complete(e);
                }
            };
            Thread thread = virtual
                    ? Thread.ofVirtual().start(work)
                    : Thread.ofPlatform().start(work);
            reading.await();
            thread.interrupt();

            assertThat(ended.get(60, TimeUnit.SECONDS))
                    .isInstanceOfSatisfying(
                            HoldfastException.class,
                            failure -> assertThat(failure.code()).isEqualTo(FailureCode.CANCELLED));
        }
        noBackendIsLeft();
    }

    /** Lets rows through until the socket has none left to give, because the table is locked by nobody but slow. */
    private static RowSink blocking(CountDownLatch reading, CountDownLatch never) {
        return (buffer, offset, length, hash) -> {
            reading.countDown();
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
    }

    @Test
    void aThreadThatWaitsForTheServerIsWokenByAnInterrupt() throws Exception {
        Databases.sql(
                address,
                "CREATE FUNCTION slow() RETURNS int LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(600); RETURN 1; END'",
                "CREATE TABLE big (id int)",
                "INSERT INTO big VALUES (1)",
                "CREATE MATERIALIZED VIEW m AS SELECT slow() FROM big WITH NO DATA");
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        Thread thread = Thread.ofPlatform().start(() -> {
            try (var target = Databases.ENGINE.target(Databases.server(), PasswordSupplier.none());
                    var database = target.open(address.database(), LoadOptions.defaults())) {
                database.refresh(List.of(new QualifiedName("public", "m")));
                ended.complete(new AssertionError("it ended by itself"));
            } catch (RuntimeException e) {
                ended.complete(e);
            }
        });
        Awaitility.await()
                .until(() -> !Databases.query(
                                address,
                                "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()")
                        .isEmpty());
        thread.interrupt();

        assertThat(ended.get(60, TimeUnit.SECONDS))
                .isInstanceOfSatisfying(
                        HoldfastException.class,
                        failure -> assertThat(failure.code()).isEqualTo(FailureCode.CANCELLED));
        noBackendIsLeft();
    }

    @Test
    void closingEndsRunningReads() throws Exception {
        Databases.sql(
                address,
                "CREATE TABLE big AS SELECT g AS id, repeat('x', 1000) AS v FROM generate_series(1, 100000) g");
        Snapshot snapshot = Databases.open(address);
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> {
            try {
                snapshot.read(snapshot.plan().get(0), blocking(reading, closed));
                ended.complete(new AssertionError("the read ended by itself"));
            } catch (RuntimeException e) {
                ended.complete(e);
            }
        });
        reading.await();
        snapshot.close();
        closed.countDown();

        assertThat(ended.get(60, TimeUnit.SECONDS))
                .isInstanceOfSatisfying(
                        HoldfastException.class,
                        failure -> assertThat(failure.code()).isEqualTo(FailureCode.CANCELLED));
        assertThatThrownBy(() -> snapshot.dumpSchema(OutputStream.nullOutputStream()))
                .isInstanceOfSatisfying(
                        HoldfastException.class,
                        failure -> assertThat(failure.code()).isEqualTo(FailureCode.CANCELLED));
        noBackendIsLeft();
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
