package io.holdfast.vault;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.vault.format.BackupContents;
import io.holdfast.vault.format.ChunkSizeClass;
import io.holdfast.vault.write.BackupWriter;
import io.holdfast.vault.write.SegmentWriter;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a large table stores again, by what changed in it. Rows are made as they are written. */
final class LargeTableTest {
    private static final int ROW = 250;
    private static final int VARIANTS = 4096;

    private final byte[][] texts = texts();
    private final TestVault test = new TestVault();
    private ChunkSizeClass sizes = ChunkSizeClass.MIB_1;
    private long all;

    /** Of 200 MB, and of 340 MB, where chunks are larger. */
    @ParameterizedTest
    @CsvSource({"MIB_1, 800000", "MIB_2, 1360000"})
    void itStoresAgainAboutWhatChanged(ChunkSizeClass itsClass, int rows) {
        sizes = itsClass;
        all = store(rows, Set.of(), Set.of());
        assertThat(all).isGreaterThan(20_000_000);

        assertThat(share(store(rows, Set.of(), Set.of()))).as("nothing changed").isLessThan(0.01);
        assertThat(share(store(rows, Set.of(rows / 2), Set.of())))
                .as("one row deleted")
                .isBetween(0.0001, 0.02);
        Set<Integer> updated =
                new SplittableRandom(7).ints(50, 0, rows).boxed().collect(Collectors.toCollection(TreeSet::new));
        assertThat(share(store(rows, Set.of(), updated))).as("50 rows updated").isBetween(0.05, 0.5);
        assertThat(share(store(rows + rows / 20, Set.of(), Set.of())))
                .as("a twentieth appended")
                .isBetween(0.05, 0.05 + 0.02);
    }

    private double share(long stored) {
        return (double) stored / all;
    }

    /** Stored bytes that this backup added. */
    private long store(int rows, Set<Integer> deleted, Set<Integer> updated) {
        try (BackupWriter writer = test.write(TestVault.backupId());
                SegmentWriter segment = writer.segment(sizes)) {
            byte[] line = new byte[ROW];
            for (int i = 0; i < rows; i++) {
                if (!deleted.contains(i)) {
                    make(line, i, updated.contains(i));
                    segment.row(line, 0, ROW, hash(line, i));
                }
            }
            BackupContents.Table table = TestVault.table("t", Rows.of(1, 1), segment.end());
            return writer.commit(TestVault.contents(writer, table)).totals().newStoredBytes();
        }
    }

    private void make(byte[] line, int number, boolean changed) {
        byte[] text = texts[(int) (mixed(number) >>> 52)];
        System.arraycopy(text, 0, line, 0, ROW);
        int rest = number;
        for (int i = 8; i >= 0; i--) {
            line[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        line[9] = (byte) (changed ? 'u' : '\t');
    }

    /** Of the number and what changed, which is all that tells one row from another. */
    private static long hash(byte[] line, int number) {
        return mixed(number * 31L + line[9]);
    }

    private static long mixed(long value) {
        long h = value * 0x9e3779b97f4a7c15L;
        return (h ^ (h >>> 32)) * 0xd6e8feb86659fd93L;
    }

    private static byte[][] texts() {
        SplittableRandom random = new SplittableRandom(3);
        return IntStream.range(0, VARIANTS)
                .mapToObj(i -> IntStream.range(0, ROW)
                        .mapToObj(k -> k == ROW - 1 ? "\n" : Character.toString('a' + random.nextInt(26)))
                        .collect(Collectors.joining())
                        .getBytes(StandardCharsets.US_ASCII))
                .toArray(byte[][]::new);
    }
}
