package io.holdfast.vault.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.contracts.FailureCode;
import io.holdfast.vault.Rows;
import io.holdfast.vault.TestVault;
import io.holdfast.vault.format.BackupContents;
import io.holdfast.vault.format.ChunkId;
import io.holdfast.vault.format.Extent;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.format.StoredChunk;
import io.holdfast.vault.format.VaultLayout;
import io.holdfast.vault.read.BackupReader;
import io.holdfast.vault.store.FaultyStore;
import io.holdfast.vault.store.MemoryObjectStore;
import io.holdfast.vault.write.BackupWriter;
import io.holdfast.vault.write.SegmentPart;
import io.holdfast.vault.write.SegmentWriter;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Small tables share chunks, and are still read one by one. */
final class ExtentsTest {
    private final AtomicLong fetched = new AtomicLong();
    private final TestVault test = new TestVault(new FaultyStore(new MemoryObjectStore()) {
        @Override
        protected byte[] got(String key, byte[] bytes) {
            if (key.contains("/chunks/")) {
                fetched.addAndGet(bytes.length);
            }
            return bytes;
        }
    });

    @Test
    void twoThousandSmallTablesAreDozensOfObjectsAndStoreNothingAgain() {
        List<Rows> tables = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            tables.add(Rows.of(i, 20 + i % 60));
        }

        Manifest first = backup(tables);
        Manifest second = backup(tables);

        assertThat(first.chunks().size()).isBetween(5, 60);
        assertThat(first.chunks()).as("a small table costs a small chunk").allMatch(c -> c.bytes() < 300_000);
        assertThat(second.totals().newChunks()).isZero();
    }

    @Test
    void aStreamThatFailedNeitherGoesOnNorEnds() throws IOException {
        Manifest manifest = test.backup(Rows.of(1, 200_000));
        BackupContents.Table table = TestVault.find(manifest, "t");
        assertThat(table.extents()).hasSizeGreaterThan(1);
        ChunkId first = table.extents().getFirst().chunk();
        manifest.chunks().stream()
                .filter(chunk -> chunk.id().equals(first))
                .forEach(chunk -> test.store.delete(VaultLayout.chunk(test.source, chunk)));

        try (BackupReader reader = test.vault.reader(test.source, manifest.backup());
                InputStream rows = reader.open(table)) {
            TestVault.assertFails(FailureCode.CHUNK_MISSING, rows::read);
            TestVault.assertFails(FailureCode.CHUNK_MISSING, rows::read);
        }
    }

    /** Many of them are kept for other tables, so that none may take more than it has bytes. */
    @Test
    void whatIsKeptOfAChunkIsAsLongAsTheChunk() {
        Manifest manifest = test.backup(Rows.of(1, 20_000));
        try (ChunkReader reader = new ChunkReader(
                test.vault.context(),
                test.source,
                manifest.backup(),
                ReadLease.start(test.vault.context(), test.source, manifest.backup()))) {
            assertThat(manifest.chunks()).anyMatch(chunk -> ChunkBufferPool.room(chunk.bytes()) > chunk.bytes());
            assertThat(manifest.chunks())
                    .allSatisfy(chunk -> assertThat(reader.copy(chunk, "t")).hasSize(chunk.bytes()));
        }
    }

    @Test
    void aChangedSmallTableStoresLittleAgain() {
        List<Rows> tables = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            tables.add(Rows.of(i, 50));
        }
        backup(tables);
        tables.set(250, Rows.of(250, 90));

        assertThat(backup(tables).totals().newChunks()).isBetween(1, 2);
    }

    @Test
    void aTableIsReadWithoutTheRest() throws IOException {
        List<Rows> tables = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 120; i++) {
            tables.add(Rows.of(i, i % 10 == 0 ? random.nextInt(10_000, 40_000) : random.nextInt(2000)));
        }
        Manifest manifest = backup(tables);
        Map<ChunkId, StoredChunk> chunks = new HashMap<>();
        manifest.chunks().forEach(chunk -> chunks.put(chunk.id(), chunk));
        long largest =
                manifest.chunks().stream().mapToLong(StoredChunk::stored).max().orElseThrow();

        for (int i = 0; i < tables.size(); i++) {
            String name = "t" + i;
            double stored = TestVault.find(manifest, name).extents().stream()
                    .mapToDouble(e -> share(
                            e, chunks.getOrDefault(e.chunk(), manifest.chunks().getFirst())))
                    .sum();
            fetched.set(0);

            assertThat(test.read(manifest, name)).isEqualTo(tables.get(i).bytes());

            assertThat((double) fetched.get()).as(name).isLessThanOrEqualTo(1.1 * stored + largest);
        }
    }

    @Test
    void aTableThatGoesOnInAnotherChunkBeginsOne() {
        List<Rows> tables = List.of(Rows.of(1, 500), Rows.of(2, 30_000), Rows.of(3, 500));

        Manifest manifest = backup(tables);

        List<Extent> large = TestVault.find(manifest, "t1").extents();
        assertThat(large).hasSizeGreaterThan(2);
        assertThat(large.getFirst().offset()).isZero();
        assertThat(manifest.totals().rows()).isEqualTo(31_000);
    }

    @Test
    void rowsAreCountedOnceHoweverChunksAreCut() {
        try (BackupWriter writer = test.write(TestVault.backupId());
                SegmentWriter segment = writer.segment()) {
            for (int i = 0; i < 40; i++) {
                Rows.of(i, 900 * (i % 4)).writeTo(segment);
                segment.endTable();
            }
            segment.end();

            assertThat(writer.stats().rows()).isEqualTo(10 * (900 + 1800 + 2700));
        }
    }

    private static double share(Extent extent, StoredChunk chunk) {
        return (double) chunk.stored() * extent.length() / chunk.bytes();
    }

    private Manifest backup(List<Rows> tables) {
        try (BackupWriter writer = test.write(TestVault.backupId())) {
            List<SegmentPart> parts = new ArrayList<>();
            try (SegmentWriter segment = writer.segment()) {
                for (Rows rows : tables) {
                    rows.writeTo(segment);
                    parts.add(segment.endTable());
                }
                segment.end();
            }
            BackupContents.Table[] stored = new BackupContents.Table[tables.size()];
            for (int i = 0; i < stored.length; i++) {
                stored[i] = TestVault.table("t" + i, tables.get(i), parts.get(i).extents());
            }
            return writer.commit(TestVault.contents(writer, stored));
        }
    }
}
