package io.holdfast.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.vault.Vault;
import io.holdfast.vault.core.GracePeriod;
import io.holdfast.vault.crypto.KeyFile;
import io.holdfast.vault.store.MemoryObjectStore;
import io.holdfast.vault.store.ObjectListPage;
import io.holdfast.vault.store.ObjectStore;
import io.holdfast.vault.store.StoredObject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Base backups of a server that exists in memory only, so that crashes and pauses of days can be tried. */
class BaseSweepTest {
    private static final String SYSTEM = "7000000000000000001";
    private static final Duration GRACE = Duration.ofHours(48);
    private static final SourceId SOURCE = SourceId.next(InstantSource.system());

    private final AtomicLong passed = new AtomicLong();
    private final InstantSource clock =
            () -> Instant.parse("2026-01-15T12:00:00Z").plusNanos(passed.get());
    private final InterruptibleStore store = new InterruptibleStore(new MemoryObjectStore(clock));
    private final byte[][] tables = new byte[3][1 << 20];
    private Random random = new Random(1);
    private Vault vault;
    private BaseBackups bases;
    private BaseFiles files;

    @BeforeEach
    void vault(@TempDir Path folder) {
        vault = Vault.init(store, KeyFile.create(folder.resolve("vault.key"), store))
                .with(new GracePeriod(GRACE, clock, passed::get));
        for (byte[] table : tables) {
            random.nextBytes(table);
        }
        bases = new BaseBackups(vault, SOURCE);
        files = new BaseFiles(WalArchive.of(vault, SOURCE, SYSTEM).files(), SOURCE);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 6})
    void everyBaseBackupReadsBackWhateverHappensAndNothingIsLeftInTheEnd(int seed) {
        random = new Random(seed);
        int read = 0;
        for (int i = 0; i < 80; i++) {
            if (random.nextInt(3) > 0) {
                store.interruptAfter(
                        random.nextBoolean() ? random.nextInt(25) : InterruptibleStore.COMMIT,
                        random.nextInt(3) == 0 ? this::crash : this::somethingElse);
            }
            step(random.nextInt(3) == 0 ? this::somethingElse : () -> take(this::change));
            pass(Duration.ofHours(random.nextInt(24)));
            store.interruptAfter(Integer.MAX_VALUE, () -> {});
            for (BaseBackup base : bases.list(SYSTEM)) {
                read += files.verify(base.id(), base.parts(), base.pieces()).files();
            }
        }
        assertThat(read).isPositive();

        bases.list(SYSTEM).forEach(bases::remove);
        for (int i = 0; i < 2; i++) {
            pass(GRACE);
            int unused = bases.sweep(SYSTEM);
        }
        assertThat(objects()).isEmpty();
    }

    private void step(Runnable work) {
        try {
            work.run();
        } catch (HoldfastException e) {
            assertThat(e.code()).isIn(FailureCode.VAULT_UNREACHABLE, FailureCode.MAX_DURATION_EXCEEDED);
        }
    }

    private void crash() {
        store.down = true;
    }

    private void change() {
        byte[] table = tables[random.nextInt(tables.length)];
        table[random.nextInt(table.length)] = (byte) random.nextInt();
    }

    private void somethingElse() {
        pass(Duration.ofHours(random.nextInt(8)));
        List<BaseBackup> all = bases.list(SYSTEM);
        if (all.size() > 3 || (!all.isEmpty() && random.nextBoolean())) {
            bases.remove(random.nextBoolean() ? all.getFirst() : all.getLast());
            pass(Duration.ofHours(random.nextInt(8) == 0 ? 50 : random.nextInt(18)));
        }
        try {
            int unused = bases.sweep(SYSTEM);
        } catch (HoldfastException e) {
            // the lists of one that was committed late and removed at once
            assertThat(e.code()).isIn(FailureCode.WAL_MISSING, FailureCode.VAULT_UNREACHABLE);
        }
    }

    @Test
    void piecesOfARemovedBaseBackupStayForOneThatRefersToThem() {
        BaseBackup first = take(() -> {});
        BaseBackup second = take(() -> {});
        assertThat(second.pieces().storedBytes()).isLessThan(first.pieces().storedBytes() / 50);
        assertThat(second.pieces().reusedBytes()).isGreaterThan(3 << 20);

        bases.remove(first);
        pass(GRACE);
        assertThat(bases.sweep(SYSTEM)).isPositive(); // its list and what only it had
        assertThat(bases.sweep(SYSTEM)).isZero();

        assertThat(bases.list(SYSTEM)).containsExactly(second);
        assertThat(files.verify(second.id(), second.parts(), second.pieces()).files())
                .isEqualTo(second.files());
    }

    @Test
    void aBaseBackupThatIsTakenMayReferToPiecesOfOneThatIsRemovedMeanwhile() {
        BaseBackup owner = take(() -> {});
        BaseBackup referring = take(() -> {});
        bases.remove(owner);
        pass(GRACE);
        int unused = bases.sweep(SYSTEM);

        BaseBackup third = take(() -> {
            bases.remove(referring);
            pass(Duration.ofHours(23));
            int deleted = bases.sweep(SYSTEM);
        });

        assertThat(bases.list(SYSTEM)).containsExactly(third);
        assertThat(third.pieces().reusedBytes()).isGreaterThan(3 << 20);
    }

    @Test
    void oneThatTakesHalfTheGracePeriodIsNotCommitted() {
        BaseBackup first = take(() -> {});

        assertThatThrownBy(() -> take(() -> pass(Duration.ofHours(24))))
                .isInstanceOfSatisfying(
                        HoldfastException.class,
                        e -> assertThat(e.code()).isEqualTo(FailureCode.MAX_DURATION_EXCEEDED));
        assertThat(bases.list(SYSTEM)).containsExactly(first);
    }

    @Test
    void nothingIsDeletedIfAListCannotBeRead() {
        BaseBackup first = take(() -> {});
        BaseBackup second = take(this::change);
        bases.remove(first);
        pass(GRACE);
        String list = key(second.id() + "/list-00000000");
        byte[] content = store.get(list).orElseThrow();
        store.delete(list);
        int before = objects().size();

        assertThatThrownBy(() -> bases.sweep(SYSTEM))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.WAL_MISSING));

        assertThat(objects()).hasSize(before);
        store.put(list, content);
        assertThat(bases.sweep(SYSTEM)).isPositive();
    }

    @Test
    void damagedPiecesAreStoredAnew() {
        BaseBackup first = take(() -> {});
        for (int i = 0; i < first.parts(); i++) {
            store.delete(key(String.format("%s/%08d", first.id(), i)));
        }

        BaseBackup second = take(() -> {});

        assertThat(second.pieces().reusedBytes()).isZero();
        assertThat(files.verify(second.id(), second.parts(), second.pieces()).files())
                .isEqualTo(second.files());
    }

    @Test
    void aBaseBackupOfAnEarlierVersionIsReadAndIsDeletedAsAWhole() throws Exception {
        byte[] archive = archive().bytes();
        int part = 1 << 20;
        int parts = (archive.length + part - 1) / part;
        for (int i = 0; i < parts; i++) {
            long unused = WalArchive.of(vault, SOURCE, SYSTEM)
                    .files()
                    .addNew(
                            String.format("bases/000000000000001-old/%08d", i),
                            java.util.Arrays.copyOfRange(archive, i * part, Math.min(archive.length, (i + 1) * part)));
        }
        Instant now = clock.instant();
        String document = "sources/" + SOURCE + "/wal/" + SYSTEM + "/bases/000000000000001-old.json";
        store.put(
                document,
                vault.context()
                        .sealer()
                        .seal(
                                document,
                                new Earlier(
                                        "000000000000001-old",
                                        SYSTEM,
                                        15,
                                        1 << 20,
                                        1,
                                        new Lsn(1),
                                        new Lsn(2),
                                        now,
                                        now,
                                        5,
                                        1,
                                        archive.length,
                                        parts)));

        BaseBackup old = bases.list(SYSTEM).getFirst();
        pass(GRACE);
        assertThat(bases.sweep(SYSTEM)).isZero();
        assertThat(files.verify(old.id(), old.parts(), old.pieces()).files()).isEqualTo(5);
        BaseBackup next = take(() -> {});
        bases.remove(old);
        pass(GRACE);
        assertThat(bases.sweep(SYSTEM)).isEqualTo(parts);
        assertThat(bases.list(SYSTEM)).containsExactly(next);
    }

    /** The document as earlier versions wrote it. */
    private record Earlier(
            String id,
            String systemIdentifier,
            int serverMajor,
            int segmentSize,
            int timeline,
            Lsn start,
            Lsn end,
            Instant startedAt,
            Instant finishedAt,
            int files,
            long bytes,
            long tarBytes,
            int parts) {}

    /** @param meanwhile happens when the copy has begun */
    private BaseBackup take(Runnable meanwhile) {
        pass(Duration.ofSeconds(1));
        BaseBackups.Server server = new BaseBackups.Server(
                DatabaseAddress.parse("postgresql://boss@127.0.0.1:1/postgres"),
                PasswordSupplier.none(),
                15,
                1 << 20,
                clock);
        return bases.take(
                sink -> {
                    meanwhile.run();
                    archive().copy(sink);
                },
                server,
                SYSTEM);
    }

    private TarArchive archive() {
        TarArchive archive = new TarArchive(SYSTEM, clock.instant().toString());
        for (int i = 0; i < tables.length; i++) {
            archive.file("base/5/" + i, tables[i].clone());
        }
        return archive;
    }

    private void pass(Duration time) {
        passed.addAndGet(time.toNanos());
    }

    private static String key(String path) {
        return "sources/" + SOURCE + "/wal/" + SYSTEM + "/pieces/" + path;
    }

    private List<StoredObject> objects() {
        return store.list("sources/" + SOURCE + "/wal/" + SYSTEM + "/").toList();
    }

    /** Does something before a request: another process works meanwhile, or this one ends. */
    private static final class InterruptibleStore implements ObjectStore {
        /** Before the first document is written. */
        static final int COMMIT = -1;

        private final ObjectStore store;
        private final AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);
        private volatile boolean atCommit;
        private Runnable interruption = () -> {};
        private volatile boolean down;

        InterruptibleStore(ObjectStore store) {
            this.store = store;
        }

        void interruptAfter(int requests, Runnable work) {
            down = false;
            interruption = work;
            left.set(requests);
            atCommit = requests == COMMIT;
        }

        private ObjectStore request() {
            if (left.getAndDecrement() == 0) {
                interruption.run();
            }
            if (down) {
                throw HoldfastException.of(FailureCode.VAULT_UNREACHABLE, "the process has ended");
            }
            return store;
        }

        @Override
        public void put(String key, byte[] bytes) {
            if (atCommit && key.endsWith(".json")) {
                atCommit = false;
                interruption.run();
            }
            request().put(key, bytes);
        }

        @Override
        public boolean putIfAbsent(String key, byte[] bytes) {
            return request().putIfAbsent(key, bytes);
        }

        @Override
        public Optional<byte[]> get(String key) {
            return request().get(key);
        }

        @Override
        public Optional<byte[]> get(String key, long offset, int length) {
            return request().get(key, offset, length);
        }

        @Override
        public Optional<StoredObject> head(String key) {
            return request().head(key);
        }

        @Override
        public ObjectListPage page(String prefix, String after) {
            return request().page(prefix, after);
        }

        @Override
        public List<String> folders(String prefix) {
            return request().folders(prefix);
        }

        @Override
        public void delete(String key) {
            request().delete(key);
        }

        @Override
        public String describe() {
            return store.describe();
        }

        @Override
        public void close() {}
    }
}
