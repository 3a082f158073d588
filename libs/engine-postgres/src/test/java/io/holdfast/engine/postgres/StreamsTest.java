package io.holdfast.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.LoadResult;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.model.TableDescriptor;
import io.holdfast.engine.rows.RowSource;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One table over several connections, each of which writes its rows in a transaction of its own. */
class StreamsTest {
    private static final int ROWS = 20_000;
    private static final String WRITERS = "SELECT count(DISTINCT xmin::text) FROM t";
    private static final String SUM = "SELECT count(*) || ' ' || sum(k) || ' ' || sum(length(v)) FROM t";

    private final DatabaseAddress source = Databases.fresh();
    private final DatabaseAddress copy = source.withDatabase(source.database() + "_copy");

    private record Copying(TargetServer target, TargetDatabase database, TableDescriptor table, Databases.Backup backup)
            implements AutoCloseable {
        LoadResult load(int rows, int streams, RowSource source) {
            return database.load(table, rows, streams, source);
        }

        TableDescriptor table(String name) {
            return backup.shape().tables().stream()
                    .filter(each -> each.name().name().equals(name))
                    .findFirst()
                    .orElseThrow();
        }

        @Override
        public void close() {
            database.close();
            target.close();
        }
    }

    /** Of the table {@code t}, or its leaf of that name. */
    private Copying copying(LoadOptions options, DatabaseAddress server, String... statements) throws IOException {
        Databases.sql(source, statements);
        Databases.Backup backup;
        try (Snapshot snapshot = Databases.open(source)) {
            backup = Databases.backup(snapshot);
        }
        TableDescriptor table = backup.shape().tables().stream()
                .filter(each -> each.name().name().equals("t"))
                .findFirst()
                .orElseThrow();
        TargetServer target = Databases.ENGINE.target(server, PasswordSupplier.none());
        target.create(copy.database(), backup.shape());
        TargetDatabase database = target.open(copy.database(), options);
        database.preData(backup.dump());
        return new Copying(target, database, table, backup);
    }

    private Copying copying(String... statements) throws IOException {
        return copying(LoadOptions.defaults().withJobs(2), Databases.server(), statements);
    }

    /** About 1 MB, with a few rows that are longer than what is sent at once. */
    private static RowSource rows() {
        byte[] rows = IntStream.rangeClosed(1, ROWS)
                .mapToObj(k -> k + "\t" + "ab\\n".repeat(k % 5000 == 0 ? 50_000 : 10) + "\n")
                .collect(Collectors.joining())
                .getBytes(StandardCharsets.UTF_8);
        return () -> new ByteArrayInputStream(rows);
    }

    @Test
    void everyRowComesOnceOverAsManyConnectionsAsAreWanted() throws IOException {
        try (Copying copying = copying("CREATE TABLE t (k int, v text)")) {
            assertThat(copying.load(ROWS, 3, rows())).isEqualTo(new LoadResult(ROWS, false));
            assertThat(copying.load(ROWS, 3, rows())).isEqualTo(new LoadResult(ROWS, false));

            assertThat(Databases.query(copy, WRITERS)).containsExactly("3");
            assertThat(Databases.query(copy, SUM)).containsExactly("20000 200010000 1199880");
        }
    }

    @Test
    void noMoreThanTwiceTheJobs() throws IOException {
        try (Copying copying = copying("CREATE TABLE t (k int, v text)")) {
            copying.load(ROWS, 100, rows());

            assertThat(Databases.query(copy, WRITERS)).containsExactly("4");
        }
    }

    @Test
    void aRowThatIsRefusedInOneStreamLeavesNothingOfTheOthers() throws IOException {
        try (Copying copying = copying("CREATE TABLE t (k int CHECK (k <> 10000), v text)")) {
            assertThatThrownBy(() -> copying.load(ROWS, 3, rows()))
                    .isInstanceOfSatisfying(
                            HoldfastException.class,
                            failure -> assertThat(failure.code()).isEqualTo(FailureCode.TARGET_LOAD_FAILED))
                    .hasMessageContaining("public.t");

            assertThat(Databases.query(copy, "SELECT count(*) FROM t")).containsExactly("0");
        }
    }

    @Test
    void aLeafThatRefusesItsRowsIsLoadedThroughItsRoot() throws IOException {
        try (Copying copying = copying(
                "CREATE TABLE r (k int, v text) PARTITION BY RANGE (k)",
                "CREATE TABLE t PARTITION OF r FOR VALUES FROM (0) TO (15000); CREATE TABLE other PARTITION OF r DEFAULT")) {
            assertThat(copying.load(ROWS, 3, rows())).isEqualTo(new LoadResult(ROWS, true));
            copying.database().postData(copying.backup().dump());

            assertThat(Databases.query(copy, "SELECT (SELECT count(*) FROM t) || ' ' || (SELECT count(*) FROM other)"))
                    .containsExactly("14999 5001");
        }
    }

    /** It may read the table: what one stream sees of another's rows is chance. */
    @Test
    void rowsThatCodeOfTheDatabaseLooksAtComeInOneStream() throws IOException {
        try (Copying copying = copying(
                "CREATE FUNCTION fine(int) RETURNS boolean LANGUAGE sql AS 'SELECT $1 > 0'",
                "CREATE TABLE t (k int CHECK (fine(k)), v text)")) {
            copying.load(ROWS, 3, rows());

            assertThat(Databases.query(copy, WRITERS)).containsExactly("1");
        }
    }

    @Test
    void aServerThatGivesNoMoreConnectionsGetsAllOverThoseItGives() throws IOException {
        String few = roleOfConnections(2);
        LoadOptions options = new LoadOptions(2, false, false, "test");
        try (Copying copying = copying(options, Databases.server().withUser(few), "CREATE TABLE t (k int, v text)")) {
            copying.load(ROWS, 4, rows());

            assertThat(Databases.query(copy, WRITERS)).containsExactly("2");
            assertThat(Databases.query(copy, SUM)).containsExactly("20000 200010000 1199880");
        }
    }

    /** As of a source whose index is broken: a stream that waits for another's key waits for whoever reads the rows. */
    @Test
    @Timeout(60)
    void aKeyThatComesTwiceIsRefusedAndKeepsNobodyWaiting() throws IOException {
        byte[] rows = IntStream.rangeClosed(1, ROWS)
                .mapToObj(k -> (k == 2000 ? 1 : k) + "\t" + "a".repeat(40) + "\n")
                .collect(Collectors.joining())
                .getBytes(StandardCharsets.UTF_8);
        try (Copying copying = copying(
                "CREATE TABLE t (k int PRIMARY KEY, v text)",
                "CREATE MATERIALIZED VIEW m AS SELECT k, v FROM t GROUP BY k",
                "CREATE FUNCTION one() RETURNS SETOF m LANGUAGE sql AS 'SELECT NULL::m'")) {
            assertThatThrownBy(() -> copying.load(ROWS, 2, () -> new ByteArrayInputStream(rows)))
                    .isInstanceOfSatisfying(
                            HoldfastException.class,
                            failure -> assertThat(failure.code()).isEqualTo(FailureCode.TARGET_LOAD_FAILED))
                    .hasMessageContaining("t_pkey");
        }
    }

    @Test
    @Timeout(60)
    void whoFindsAllConnectionsThatTheServerGivesInUseWaitsForOne() throws Exception {
        String few = roleOfConnections(2);
        LoadOptions options = new LoadOptions(2, false, false, "test");
        CountDownLatch reading = new CountDownLatch(1);
        try (Copying copying = copying(
                options,
                Databases.server().withUser(few),
                "CREATE TABLE t (k int, v text); CREATE TABLE u (k int, v text)")) {
            TableDescriptor other = copying.backup().shape().tables().stream()
                    .filter(each -> each.name().name().equals("u"))
                    .findFirst()
                    .orElseThrow();
            Thread largest = Thread.ofPlatform().start(() -> {
                assertThatThrownBy(() -> copying.load(ROWS, 2, () -> endless(reading)))
                        .isInstanceOf(HoldfastException.class);
            });
            reading.await();
            CompletableFuture<LoadResult> loaded =
                    CompletableFuture.supplyAsync(() -> copying.database().load(other, ROWS, 1, rows()));
            assertThatThrownBy(() -> loaded.get(500, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            largest.interrupt();

            assertThat(largest.join(Duration.ofSeconds(5))).isTrue();
            assertThat(loaded.get(30, TimeUnit.SECONDS)).isEqualTo(new LoadResult(ROWS, false));
        }
    }

    /** All ask at once, when nobody has a connection yet to wait for. */
    @Test
    @Timeout(60)
    void whoeverAsksAtTheSameTimeForMoreConnectionsThanTheServerGivesLoadsAll() throws Exception {
        String few = roleOfConnections(2);
        LoadOptions options = new LoadOptions(8, false, false, "test");
        try (Copying copying = copying(
                options,
                Databases.server().withUser(few),
                "CREATE TABLE t (k int, v text)",
                "CREATE TABLE u (k int, v text); CREATE TABLE w (k int, v text); CREATE TABLE x (k int, v text)",
                "CREATE TABLE y (k int, v text); CREATE TABLE z (k int, v text)")) {
            List<CompletableFuture<LoadResult>> loads = copying.backup().shape().tables().stream()
                    .map(each -> CompletableFuture.supplyAsync(
                            () -> copying.database().load(each, ROWS, 1, rows()),
                            task -> Thread.ofPlatform().start(task)))
                    .toList();

            assertThat(loads).allSatisfy(load -> assertThat(load.get()).isEqualTo(new LoadResult(ROWS, false)));
        }
    }

    /** Indexes are made by pg_restore, which comes in by itself. */
    @Test
    @Timeout(60)
    void connectionsThatOneTableTookBesidesAreNotMissedWhereIndexesAreMade() throws Exception {
        String few = roleOfConnections(4);
        LoadOptions options = new LoadOptions(2, false, false, "test");
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch indexed = new CountDownLatch(1);
        try (Copying copying = copying(
                options,
                Databases.server().withUser(few),
                "CREATE TABLE t (k int PRIMARY KEY, v text); CREATE TABLE u (k int PRIMARY KEY, v text)",
                "CREATE TABLE w (k int PRIMARY KEY, v text)")) {
            TargetDatabase database = copying.database();
            database.load(copying.table("u"), ROWS, rows());
            assertThat(database.indexLoaded(copying.backup().dump())).isTrue();
            database.load(copying.table("w"), ROWS, rows());
            CompletableFuture<LoadResult> largest = CompletableFuture.supplyAsync(
                    () -> copying.load(ROWS, 4, () -> waiting(reading, indexed, rows())),
                    task -> Thread.ofPlatform().start(task));
            reading.await();
            assertThat(database.indexLoaded(copying.backup().dump())).isFalse();
            indexed.countDown();
            largest.get();
            database.postData(copying.backup().dump());

            assertThat(Databases.query(copy, WRITERS)).containsExactly("4");
            assertThat(Databases.query(
                            copy,
                            "SELECT conname FROM pg_constraint WHERE contype = 'p' AND conrelid >= 16384 ORDER BY 1"))
                    .containsExactly("t_pkey", "u_pkey", "w_pkey");
        }
    }

    @Test
    @Timeout(60)
    void connectionsThatLoadedAreNotMissedWhereAllThatIsLeftIsMadeAtOnce() throws Exception {
        String few = roleOfConnections(6);
        LoadOptions options = new LoadOptions(4, false, false, "test");
        try (Copying copying =
                copying(options, Databases.server().withUser(few), "CREATE TABLE t (k int PRIMARY KEY, v text)")) {
            copying.load(ROWS, 4, rows());

            copying.database().postData(copying.backup().dump());

            assertThat(Databases.query(copy, WRITERS)).containsExactly("4");
            assertThat(Databases.query(
                            copy, "SELECT conname FROM pg_constraint WHERE contype = 'p' AND conrelid >= 16384"))
                    .containsExactly("t_pkey");
        }
    }

    private static InputStream waiting(CountDownLatch reading, CountDownLatch until, RowSource rows)
            throws IOException {
        return new FilterInputStream(rows.open()) {
            @Override
            public int read(byte[] into, int at, int length) throws IOException {
                reading.countDown();
                try {
                    until.await();
                } catch (InterruptedException e) {
                    throw new InterruptedIOException();
                }
                return super.read(into, at, length);
            }
        };
    }

    @Test
    void anInterruptEndsAllOfThem() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        AtomicReference<Throwable> ended = new AtomicReference<>();
        try (Copying copying = copying("CREATE TABLE t (k int, v text)")) {
            Thread thread = Thread.ofPlatform().start(() -> {
                try {
                    copying.load(ROWS, 3, () -> endless(reading));
                } catch (HoldfastException e) {
                    ended.set(e);
                }
            });
            reading.await();
            thread.interrupt();
            thread.join();

            assertThat(ended.get())
                    .isInstanceOfSatisfying(
                            HoldfastException.class,
                            failure -> assertThat(failure.code()).isEqualTo(FailureCode.CANCELLED));
            Databases.sql(copy, "SET lock_timeout = '30s'; LOCK TABLE t");
            assertThat(Databases.query(copy, "SELECT count(*) FROM t")).containsExactly("0");
        }
    }

    private static InputStream endless(CountDownLatch reading) {
        return new InputStream() {
            private int next;

            @Override
            public int read() {
                if (next == 1 << 20) {
                    reading.countDown();
                }
                return "1\ta\n".charAt(next++ % 4);
            }
        };
    }

    private String roleOfConnections(int most) {
        String role = "few_" + source.database();
        Databases.sql(source, "CREATE ROLE " + role + " LOGIN CREATEDB CONNECTION LIMIT " + most);
        return role;
    }
}
