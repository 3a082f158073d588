package io.holdfast.vault;

import io.holdfast.vault.check.CheckLevel;
import io.holdfast.vault.check.ProgressListener;
import io.holdfast.vault.format.Extent;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.write.BackupWriter;
import io.holdfast.vault.write.SegmentWriter;
import io.holdfast.vault.write.WriteOptions;
import java.util.List;
import java.util.SplittableRandom;

/** Not a test: prints how fast the pipeline is, against memory. Arguments: megabytes, zstd level. */
final class Throughput {
    private Throughput() {}

    public static void main(String[] arguments) {
        int megabytes = Integer.parseInt(arguments[0]);
        int level = Integer.parseInt(arguments[1]);
        byte[][] lines = lines();
        for (int round = 0; round < 4; round++) {
            TestVault test = new TestVault();
            WriteOptions options = WriteOptions.STANDARD.compression(level);
            long start = System.nanoTime();
            Manifest manifest = run(test, options, lines, megabytes, round);
            double fresh = megabytes / seconds(start);
            start = System.nanoTime();
            run(test, options, lines, megabytes, round);
            double again = megabytes / seconds(start);
            start = System.nanoTime();
            test.vault.check(test.source, manifest.backup(), CheckLevel.READ, ProgressListener.NONE);
            System.out.printf(
                    "write %.0f MB/s, write again %.0f MB/s, read and check %.0f MB/s, stored %.0f%%%n",
                    fresh,
                    again,
                    megabytes / seconds(start),
                    100.0 * manifest.totals().storedBytes() / manifest.totals().bytes());
        }
    }

    private static Manifest run(TestVault test, WriteOptions options, byte[][] lines, int megabytes, int seed) {
        try (BackupWriter writer = test.vault.write(test.source, TestVault.backupId(), options);
                SegmentWriter segment = writer.segment()) {
            SplittableRandom random = new SplittableRandom(seed);
            long left = (long) megabytes * 1_000_000;
            while (left > 0) {
                byte[] line = lines[random.nextInt(lines.length)];
                segment.row(line, 0, line.length, random.nextLong());
                left -= line.length;
            }
            List<Extent> extents = segment.end();
            return writer.commit(TestVault.contents(writer, TestVault.table("t", Rows.of(1, 1), extents)));
        }
    }

    /** Rows with names, numbers and dates, which compress about as those of a real table do. */
    private static byte[][] lines() {
        SplittableRandom random = new SplittableRandom(1);
        byte[][] lines = new byte[200_000][];
        for (int i = 0; i < lines.length; i++) {
            lines[i] = "%d\tcustomer %d\t%d.%02d\t2026-%02d-%02d %02d:%02d:%02d\t%x%x\tpaid\n"
                    .formatted(
                            i,
                            random.nextInt(5000),
                            random.nextInt(900),
                            random.nextInt(100),
                            random.nextInt(1, 13),
                            random.nextInt(1, 29),
                            random.nextInt(24),
                            random.nextInt(60),
                            random.nextInt(60),
                            random.nextLong(),
                            random.nextLong())
                    .getBytes(java.nio.charset.StandardCharsets.UTF_8);
        }
        return lines;
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }
}
