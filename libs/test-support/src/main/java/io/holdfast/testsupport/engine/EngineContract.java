package io.holdfast.testsupport.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.BackupScope;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.SourceDatabase;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.model.Fingerprint;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.model.TableDescriptor;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every engine promises, whatever it keeps its databases in. */
public abstract class EngineContract {
    private static final SnapshotOptions READING = SnapshotOptions.defaults().withReaders(2);
    private static final int ROWS = 500;
    private static final AtomicInteger NUMBER = new AtomicInteger();

    /** An empty database. */
    protected abstract SourceDatabase fresh();

    /** Not there, though where it would be is. */
    protected abstract SourceDatabase missing();

    /** As an application would, in one transaction. */
    protected abstract void sql(SourceDatabase database, String... statements);

    /** The first column of a database that was restored. */
    protected abstract List<String> query(SourceDatabase beside, String name, String sql);

    protected abstract QualifiedName table(String name);

    private SourceDatabase shop() {
        SourceDatabase shop = fresh();
        sql(
                shop,
                "CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT)",
                "CREATE TABLE marks (id INTEGER PRIMARY KEY, note INTEGER REFERENCES notes, mark REAL)",
                "CREATE INDEX by_note ON marks (note)",
                "CREATE VIEW marked AS SELECT body FROM notes WHERE id IN (SELECT note FROM marks)",
                "INSERT INTO notes WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " + ROWS
                        + ") SELECT i, 'a note that is long enough to be one, number ' || i FROM n",
                "INSERT INTO notes VALUES (-1, ''), (-2, NULL), (-3, 'tab	line\nback\\slash\\n \\. ''quoted'' ünïcode 𝄞')",
                "INSERT INTO marks VALUES (1, 1, 0.1), (2, 1, -2.5e-7), (3, 17, NULL)");
        return shop;
    }

    @Test
    void everyRowComesBack() {
        SourceDatabase shop = shop();
        String name = freshName();

        Copies.Copy copy = copy(shop);
        try (TargetServer target = shop.target()) {
            Copies.restore(copy, target, name);
            try (TargetDatabase database = target.open(name, LoadOptions.defaults());
                    Snapshot snapshot = database.snapshot(READING)) {
                Copies.Copy again = Copies.of(snapshot);

                assertThat(again.fingerprints()).isEqualTo(copy.fingerprints()).hasSize(2);
                assertThat(shop.engine().compareSchemas(copy.schema(), again.schema(), LoadOptions.defaults()))
                        .isEmpty();
            }
        }
        String told = "SELECT body FROM marked UNION ALL SELECT body FROM notes WHERE id = -3 ORDER BY 1 DESC";
        assertThat(query(shop, name, told)).hasSize(3).contains("tab	line\nback\\slash\\n \\. 'quoted' ünïcode 𝄞");
        assertThat(copy.fingerprints().get(table("notes"))).matches(print -> print.rows() == ROWS + 3);
        drop(shop, name);
    }

    @Test
    void aSnapshotIsOneInstantWhileWritesGoOn() {
        SourceDatabase shop = fresh();
        sql(
                shop,
                "CREATE TABLE a (id INTEGER PRIMARY KEY, v INTEGER)",
                "CREATE TABLE b (id INTEGER PRIMARY KEY, v INTEGER)",
                "INSERT INTO a VALUES (0, 0)",
                "INSERT INTO b VALUES (0, 0)");
        AtomicBoolean enough = new AtomicBoolean();
        AtomicInteger written = new AtomicInteger();
        Thread writer = Thread.ofPlatform().start(() -> {
            for (int i = 1; !enough.get(); i++) {
                sql(shop, "INSERT INTO a VALUES (" + i + ", " + i + ")", "INSERT INTO b VALUES (" + i + ", " + i + ")");
                written.set(i);
            }
        });
        try {
            for (int i = 0; i < 5; i++) {
                reach(written, written.get() + 2);
                try (Snapshot snapshot = shop.open(READING)) {
                    reach(written, written.get() + 2);
                    Copies.Copy copy = Copies.of(snapshot);

                    Fingerprint a = copy.fingerprints().getOrDefault(table("a"), Fingerprint.EMPTY);
                    assertThat(copy.fingerprints().get(table("b"))).isEqualTo(a);
                    assertThat(a.rows()).isGreaterThan(2).isLessThan(written.get() + 1L);
                }
            }
        } finally {
            enough.set(true);
            join(writer);
        }
    }

    private static void reach(AtomicInteger written, int count) {
        while (written.get() < count) {
            Thread.onSpinWait();
        }
    }

    @Test
    void equalRowsHaveEqualFingerprintsAndAChangedOneHasAnother() {
        SourceDatabase one = fresh();
        SourceDatabase other = fresh();
        sql(one, "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)", "INSERT INTO t VALUES (1, 'a'), (2, 'b')");
        sql(other, "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)", "INSERT INTO t VALUES (2, 'b')");
        sql(other, "INSERT INTO t VALUES (1, 'a')");

        assertThat(copy(other).fingerprints()).isEqualTo(copy(one).fingerprints());
        sql(other, "UPDATE t SET v = 'B' WHERE id = 2");
        assertThat(copy(other).fingerprints()).isNotEqualTo(copy(one).fingerprints());
    }

    @Test
    void whatTheScopeLeavesOutIsNotRead() {
        SourceDatabase shop = shop();
        BackupScope scope = new BackupScope(Set.of(), Set.of(), Set.of(table("marks")), Set.of(table("notes")));

        try (Snapshot snapshot = shop.open(READING.withScope(scope))) {
            assertThat(snapshot.shape().tables())
                    .extracting(TableDescriptor::name, TableDescriptor::dataIncluded)
                    .containsExactly(org.assertj.core.groups.Tuple.tuple(table("notes"), false));
            assertThat(snapshot.plan()).isEmpty();
        }
    }

    @Test
    void aScopeThatNamesNothingIsRefused() {
        SourceDatabase shop = shop();
        BackupScope typo = new BackupScope(Set.of(), Set.of(), Set.of(table("mark")), Set.of());

        assertThatThrownBy(() -> shop.open(READING.withScope(typo)).close())
                .satisfies(e -> failed(e, FailureCode.CONFIG_INVALID));
    }

    @Test
    void aDatabaseThatIsNotThereIsUnreachableAndNotMade() {
        SourceDatabase missing = missing();

        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> missing.open(READING).close())
                    .satisfies(e -> failed(e, FailureCode.SOURCE_UNREACHABLE));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anInterruptEndsAReadWithCancelled(boolean virtual) throws Exception {
        try (Snapshot snapshot = shop().open(READING)) {
            Throwable ended = whileReading(snapshot, virtual, (thread, reading) -> thread.interrupt());

            failed(ended, FailureCode.CANCELLED);
        }
    }

    @Test
    void closingEndsReadsWithCancelledAndNothingIsReadAfterwards() throws Exception {
        Snapshot snapshot = shop().open(READING);

        Throwable ended = whileReading(snapshot, false, (thread, reading) -> {
            reading.close();
            reading.close();
            thread.interrupt(); // wakes the test's own sink
        });

        failed(ended, FailureCode.CANCELLED);
        assertThatThrownBy(() -> snapshot.dumpSchema(OutputStream.nullOutputStream()))
                .satisfies(e -> failed(e, FailureCode.CANCELLED));
    }

    /** What a read ends with when this is done to it in the middle of a row. */
    private static Throwable whileReading(Snapshot snapshot, boolean virtual, BiConsumer<Thread, Snapshot> act)
            throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        Runnable work = () -> {
            try {
                snapshot.plan()
                        .forEach(task -> snapshot.read(task, (buffer, offset, length, hash) -> {
                            reading.countDown();
                            try {
                                new CountDownLatch(1).await();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        }));
                ended.complete(new AssertionError("the read ended by itself"));
            } catch (RuntimeException e) {
                ended.complete(e);
            }
        };
        Thread thread =
                virtual ? Thread.ofVirtual().start(work) : Thread.ofPlatform().start(work);
        reading.await();
        act.accept(thread, snapshot);
        return ended.get(60, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aLoadThatFailsLeavesNothingAndMayBeRepeated(int streams) {
        SourceDatabase shop = shop();
        Copies.Copy copy = copy(shop);
        TableDescriptor notes = copy.shape().tables().stream()
                .filter(table -> table.name().equals(table("notes")))
                .findFirst()
                .orElseThrow();
        byte[] rows = copy.rows().get(notes.name());
        String name = freshName();

        try (TargetServer target = shop.target()) {
            target.create(name, copy.shape());
            try (TargetDatabase database = target.open(name, LoadOptions.defaults())) {
                database.preData(copy.schema());
                assertThatThrownBy(() -> database.load(notes, ROWS, streams, () -> new ByteArrayInputStream(rows)))
                        .satisfies(e -> failed(e, FailureCode.TARGET_LOAD_FAILED));
                byte[] nonsense = "no row at all\nneither\n".getBytes(StandardCharsets.US_ASCII);
                assertThatThrownBy(() -> database.load(notes, 2, streams, () -> new ByteArrayInputStream(nonsense)))
                        .satisfies(e -> failed(e, FailureCode.TARGET_LOAD_FAILED));
                assertThat(query(shop, name, "SELECT count(*) FROM notes")).containsExactly("0");

                for (int i = 0; i < 2; i++) {
                    database.load(notes, ROWS + 3, streams, () -> new ByteArrayInputStream(rows));
                }
                assertThat(query(shop, name, "SELECT count(*) FROM notes")).containsExactly("503");
            }
        }
        drop(shop, name);
    }

    @Test
    void aNameThatIsTakenIsRefusedAndWhatIsThereStays() {
        SourceDatabase shop = shop();
        Copies.Copy copy = copy(shop);
        String taken = freshName();
        String staging = freshName();
        try (TargetServer target = shop.target()) {
            Copies.restore(copy, target, taken);
            long before = target.oid(taken).orElseThrow();
            target.create(staging, copy.shape());

            assertThatThrownBy(() -> target.create(taken, copy.shape()))
                    .satisfies(e -> failed(e, FailureCode.TARGET_EXISTS));
            assertThatThrownBy(() -> target.rename(staging, taken))
                    .satisfies(e -> failed(e, FailureCode.TARGET_EXISTS));

            assertThat(target.oid(taken)).contains(before);
            assertThat(target.exists(staging)).isTrue();
        }
        assertThat(query(shop, taken, "SELECT count(*) FROM marks")).containsExactly("3");
        drop(shop, taken);
        drop(shop, staging);
    }

    @Test
    void aDatabaseKeepsItsIdentityUnderAnotherNameAndIsGoneWhenDropped() {
        SourceDatabase shop = shop();
        String staging = freshName();
        String name = freshName();
        Copies.Copy copy = copy(shop);
        try (TargetServer target = shop.target()) {
            Copies.restore(copy, target, staging);
            long oid = target.oid(staging).orElseThrow();

            target.rename(staging, name);

            assertThat(target.oid(name)).contains(oid);
            assertThat(target.exists(staging)).isFalse();
            target.drop(name);
            target.drop(name);
            assertThat(target.exists(name)).isFalse();
            assertThat(target.oid(name)).isEmpty();
        }
    }

    @Test
    void aSourceIsOnlyRead() {
        SourceDatabase shop = shop();
        Copies.Copy before = copy(shop);

        assertThat(copy(shop).fingerprints()).isEqualTo(before.fingerprints());
        sql(
                shop,
                "DELETE FROM marks",
                "DROP VIEW marked",
                "DROP TABLE marks",
                "INSERT INTO notes VALUES (100000, 'free to be changed')");
    }

    private static Copies.Copy copy(SourceDatabase database) {
        try (Snapshot snapshot = database.open(READING)) {
            return Copies.of(snapshot);
        }
    }

    private static void drop(SourceDatabase beside, String name) {
        try (TargetServer target = beside.target()) {
            target.drop(name);
        }
    }

    private static String freshName() {
        return "contract_" + NUMBER.incrementAndGet();
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void failed(Throwable e, FailureCode code) {
        assertThat(e)
                .isInstanceOfSatisfying(
                        HoldfastException.class,
                        failure -> assertThat(failure.code()).isEqualTo(code));
    }
}
