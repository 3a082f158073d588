package io.holdfast.vault.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.contracts.SourceId;
import io.holdfast.vault.Rows;
import io.holdfast.vault.TestVault;
import io.holdfast.vault.Vault;
import io.holdfast.vault.store.FaultyStore;
import io.holdfast.vault.write.BackupWriter;
import io.holdfast.vault.write.SegmentPart;
import io.holdfast.vault.write.SegmentWriter;
import io.holdfast.vault.write.WriteOptions;
import io.holdfast.vault.write.WriteStats;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DeduplicationTest {
    private static final Rows ROWS = Rows.of(42, 200_000);

    private final TestVault test = new TestVault();

    @Test
    void whatDidNotChangeIsNotStoredAgain() {
        Manifest first = test.backup(ROWS);
        Manifest second = test.backup(ROWS);

        assertThat(first.totals().newChunks()).isGreaterThan(10);
        assertThat(second.totals().newStoredBytes()).isLessThan(first.totals().newStoredBytes() / 100);
        assertThat(second.totals().storedBytes()).isEqualTo(first.totals().storedBytes());
    }

    @Test
    void aDeletedRowCostsFewChunks() {
        test.backup(ROWS);

        for (int row : List.of(0, 77_777, 199_999)) {
            Manifest next = test.backup(ROWS.without(row));
            assertThat(next.totals().newChunks()).isBetween(1, 3);
        }
    }

    @Test
    void chunksAreOfTheSizeTheirClassSays() {
        Manifest manifest = test.backup(ROWS);

        List<Integer> sizes = manifest.chunks().stream().map(StoredChunk::bytes).toList();
        int rows = sizes.size() - 2; // the last one and the schema dump may be small
        assertThat(sizes).allMatch(size -> size <= 3 << 20);
        assertThat(sizes.stream().filter(size -> size >= 1 << 18).count()).isGreaterThanOrEqualTo(rows);
        assertThat(ROWS.bytes().length / (double) rows).isBetween(0.6 * (1 << 20), 1.6 * (1 << 20));
    }

    @Test
    void ofATableOf320MebibytesChunksAreTwiceAsLargeAndNoneIsVeryLarge() {
        BackupContents.Name name = new BackupContents.Name("public", "large");
        List<Integer> sizes;
        try (BackupWriter writer = test.write(TestVault.backupId())) {
            assertThat(writer.sizes(name, (320L << 20) - 1)).isEqualTo(ChunkSizeClass.MIB_1);
            assertThat(writer.sizes(name, 320L << 20)).isEqualTo(ChunkSizeClass.MIB_2);
            try (SegmentWriter segment = writer.segment(ChunkSizeClass.MIB_2)) {
                ROWS.writeTo(segment);
                sizes = segment.end().stream().map(Extent::length).toList();
            }
        }

        assertThat(sizes).allMatch(size -> size <= 3 << 20);
        assertThat(sizes.subList(0, sizes.size() - 1)).allMatch(size -> size >= 3 << 19);
        assertThat(ROWS.bytes().length / (double) sizes.size()).isBetween(1.2 * (1 << 20), 2.8 * (1 << 20));
    }

    @Test
    void aTableKeepsItsSizeClassAsItGrows() {
        BackupContents.Name name = new BackupContents.Name("public", "t");
        long gib = 1L << 30;
        test.backup(ROWS); // in the smallest class

        try (BackupWriter writer = test.write(TestVault.backupId())) {
            assertThat(writer.sizes(name, 100 * gib)).isEqualTo(ChunkSizeClass.MIB_1);
            assertThat(writer.sizes(name, 5000 * gib)).isEqualTo(ChunkSizeClass.MIB_16);
            assertThat(writer.sizes(new BackupContents.Name("public", "new"), 100 * gib))
                    .isEqualTo(ChunkSizeClass.MIB_4);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "MIB_1, 100, MIB_1",
        "MIB_1, 1024, MIB_16",
        "MIB_2, 0, MIB_2",
        "MIB_2, 100, MIB_2",
        "MIB_2, 1024, MIB_16",
        "MIB_4, 0, MIB_4",
        "MIB_4, 1024, MIB_4",
        "MIB_16, 1, MIB_2",
        "MIB_16, 100, MIB_16"
    })
    void aClassIsKeptUnlessItIsFarFromWhatTheSizeAsksFor(ChunkSizeClass present, long gib, ChunkSizeClass kept) {
        assertThat(ChunkSizeClass.keep(present, gib << 30)).isEqualTo(kept);
    }

    /** A table that shrank keeps its class in a run whose memory is for smaller ones, if that suffices. */
    @ParameterizedTest
    @CsvSource({"MIB_2, MIB_1, MIB_2", "MIB_1, MIB_2, MIB_1", "MIB_4, MIB_2, MIB_2", "MIB_16, MIB_4, MIB_4"})
    void aClassIsGivenUpOnlyForMemory(ChunkSizeClass best, ChunkSizeClass affordable, ChunkSizeClass used) {
        assertThat(best.within(affordable)).isEqualTo(used);
        assertThat(WriteOptions.leastBudget(used, 3)).isLessThanOrEqualTo(WriteOptions.leastBudget(affordable, 3));
    }

    /** What a later version writes; it costs this one a table that is stored again, and never a backup. */
    @Test
    void aClassThatALaterVersionKnowsIsTakenForTheUsualOne() throws IOException {
        assertThat(VaultJson.MAPPER.readValue("[\"MIB_3\"]", ChunkSizeClass[].class))
                .containsExactly(ChunkSizeClass.MIB_1);
    }

    @Test
    void onlyTheNewestManifestsAreReadBeforeABackup() {
        for (int i = 0; i < 20; i++) {
            test.backup(Rows.of(i, 10));
        }
        AtomicInteger read = new AtomicInteger();
        Vault counting = Vault.open(
                new FaultyStore(test.store) {
                    @Override
                    protected void before(String verb, String key) {
                        if (verb.equals("get") && key.contains("/backups/")) {
                            read.incrementAndGet();
                        }
                    }
                },
                test.key);

        try (BackupWriter writer = counting.write(test.source, TestVault.backupId(), WriteOptions.STANDARD)) {
            assertThat(read).hasValue(12);
            assertThat(writer.known()).isEqualTo(13); // a table each, and the schema dump
        }
    }

    @Test
    void backupsOfSingleTablesDoNotPushOutWhatAWholeOneHas() {
        test.backup(ROWS);
        for (int i = 0; i < 30; i++) {
            test.safety(Rows.of(i, 10));
        }

        Manifest again = test.backup(ROWS);

        assertThat(again.totals().newStoredBytes()).isZero();
        try (BackupWriter writer = test.write(TestVault.backupId())) {
            assertThat(writer.sizes(new BackupContents.Name("public", "t"), 100L << 30))
                    .as("the class that the table has, though the newest backup was without it")
                    .isEqualTo(ChunkSizeClass.MIB_1);
        }
    }

    @Test
    void twoThousandSmallTablesAreAFewObjects() {
        List<SegmentPart> parts = new ArrayList<>();
        Rows small = Rows.of(5, 20);
        try (BackupWriter writer = test.write(TestVault.backupId());
                SegmentWriter segment = writer.segment()) {
            for (int i = 0; i < 2000; i++) {
                Rows.of(i, 20).writeTo(segment);
                parts.add(segment.endTable());
            }
            segment.end();
            BackupContents.Table[] tables = parts.stream()
                    .map(part -> TestVault.table("t", small, part.extents()))
                    .toArray(BackupContents.Table[]::new);
            Manifest manifest = writer.commit(TestVault.contents(writer, tables));

            assertThat(manifest.chunks().size()).isLessThan(30);
        }
    }

    @Test
    void equalChunksOfOneBackupAreStoredOnce() {
        try (BackupWriter writer = test.write(TestVault.backupId())) {
            BackupContents.Table one = TestVault.table(writer, "one", Rows.of(9, 30_000));
            BackupContents.Table two = TestVault.table(writer, "two", Rows.of(9, 30_000));
            Manifest manifest = writer.commit(TestVault.contents(writer, one, two));

            assertThat(two.extents()).isEqualTo(one.extents());
            assertThat(writer.stats().reusedChunks()).isEqualTo(one.extents().size());
            assertThat(manifest.totals().bytes()).isGreaterThan(2 * one.bytes());
        }
    }

    @Test
    void anotherSourceSharesNothing() {
        Manifest here = test.backup(Rows.of(1, 1000));
        SourceId other = SourceId.next(InstantSource.system());
        try (BackupWriter writer = test.vault.write(other, TestVault.backupId(), WriteOptions.STANDARD)) {
            Manifest there = writer.commit(TestVault.contents(writer, TestVault.table(writer, "t", Rows.of(1, 1000))));

            Set<ChunkId> ids = new HashSet<>();
            here.chunks().forEach(chunk -> ids.add(chunk.id()));
            assertThat(there.chunks()).noneMatch(chunk -> ids.contains(chunk.id()));
        }
    }

    @Test
    void statsTellNewFromReused() {
        List<WriteStats> heard = new ArrayList<>();
        test.backup(ROWS);
        try (BackupWriter writer =
                test.vault.write(test.source, TestVault.backupId(), WriteOptions.STANDARD.progress(stats -> {
                    synchronized (heard) {
                        heard.add(stats);
                    }
                }))) {
            assertThat(writer.known()).isGreaterThan(10);
            TestVault.table(writer, "t", ROWS.without(0));
            WriteStats stats = writer.stats();

            assertThat(stats.rows()).isEqualTo(199_999);
            assertThat(stats.bytes()).isEqualTo(ROWS.without(0).bytes().length);
            assertThat(stats.reusedBytes()).isBetween(stats.bytes() / 2, stats.bytes() - 1);
            assertThat(stats.storedBytes()).isPositive().isLessThan(stats.bytes() / 4);
            assertThat(heard).hasSize(stats.newChunks() + stats.reusedChunks()).contains(stats);
        }
    }
}
