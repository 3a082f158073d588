package io.holdfast.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.contracts.SourceId;
import io.holdfast.vault.check.CheckLevel;
import io.holdfast.vault.check.ProgressListener;
import io.holdfast.vault.format.BackupContents;
import io.holdfast.vault.format.Extent;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.store.LocalS3;
import io.holdfast.vault.write.BackupWriter;
import io.holdfast.vault.write.SegmentPart;
import io.holdfast.vault.write.SegmentWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RoundTripTest {

    @Property(tries = 15)
    void anyRowsComeBackByteByByte(@ForAll long seed, @ForAll @IntRange(max = 200) int count) throws IOException {
        TestVault test = new TestVault();
        Rows rows = ofAnyLength(seed, count);

        Manifest manifest = test.backup(rows);

        assertThat(test.read(manifest, "t")).isEqualTo(rows.bytes());
        assertThat(manifest.totals().rows()).isEqualTo(count);
        assertThat(test.vault
                        .check(test.source, manifest.backup(), CheckLevel.READ, ProgressListener.NONE)
                        .intact())
                .isTrue();
    }

    /** Mostly short rows, some empty, some longer than the smallest and a few longer than the largest chunk. */
    private static Rows ofAnyLength(long seed, int count) {
        SplittableRandom random = new SplittableRandom(seed);
        List<byte[]> lines = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int kind = random.nextInt(200);
            int bound = kind == 0 ? 20 << 20 : kind < 5 ? 1 << 20 : 2000;
            byte[] line = new byte[random.nextInt(bound)];
            random.nextBytes(line);
            lines.add(line);
        }
        return new Rows(lines);
    }

    @Test
    void severalTablesShareASegmentAndComeBackApart() throws IOException {
        TestVault test = new TestVault();
        List<Rows> all = new ArrayList<>();
        List<SegmentPart> parts = new ArrayList<>();
        Manifest manifest;
        try (BackupWriter writer = test.write(TestVault.backupId());
                SegmentWriter segment = writer.segment()) {
            for (int i = 0; i < 30; i++) {
                Rows rows = Rows.of(i, i % 7 == 0 ? 0 : i * 500);
                rows.writeTo(segment);
                all.add(rows);
                parts.add(segment.endTable());
            }
            segment.end();
            BackupContents.Table[] tables = new BackupContents.Table[30];
            for (int i = 0; i < 30; i++) {
                tables[i] = TestVault.table("t" + i, all.get(i), parts.get(i).extents());
            }
            manifest = writer.commit(TestVault.contents(writer, tables));
        }

        for (int i = 0; i < 30; i++) {
            assertThat(test.read(manifest, "t" + i)).isEqualTo(all.get(i).bytes());
            assertThat(parts.get(i).bytes()).isEqualTo(all.get(i).bytes().length);
        }
    }

    @Test
    void theManifestComesBackEqual() {
        TestVault test = new TestVault();

        Manifest written = test.backup(Rows.of(1, 20_000));

        assertThat(test.vault.manifest(test.source, written.backup())).isEqualTo(written);
        assertThat(test.vault.backups(test.source)).containsExactly(written.backup());
        assertThat(test.vault.sources()).containsExactly(test.source);
    }

    @Test
    void aBlobComesBack() throws IOException {
        TestVault test = new TestVault();
        byte[] blob = Rows.one(5_000_000).bytes();
        try (BackupWriter writer = test.write(TestVault.backupId())) {
            List<Extent> extents = writer.blob(new ByteArrayInputStream(blob));
            Manifest manifest = writer.commit(TestVault.contents(writer, TestVault.table("b", Rows.one(1), extents)));

            assertThat(test.read(manifest, "b")).isEqualTo(blob);
        }
    }

    @Test
    void aBackupOnRealS3ComesBack(@TempDir Path folder) throws Exception {
        try (LocalS3 s3 = LocalS3.start(folder);
                var store = s3.store("deep/prefix")) {
            TestVault test = new TestVault(store);
            Rows rows = Rows.of(3, 60_000);

            Manifest manifest = test.backup(rows);
            Manifest again = test.backup(rows);

            assertThat(test.read(manifest, "t")).isEqualTo(rows.bytes());
            assertThat(again.totals().newChunks()).isZero();
            assertThat(test.vault
                            .check(test.source, again.backup(), CheckLevel.READ, ProgressListener.NONE)
                            .intact())
                    .isTrue();
            assertThat(test.vault.findSource(TestVault.NAME)).hasValue(test.source);
            assertThat(test.vault.backups(test.source)).containsExactly(again.backup(), manifest.backup());
            assertThat(test.keys("sources/" + test.source + "/journal/")).isEmpty();

            test.vault.delete(test.source, manifest.backup(), "ops", "old");
            test.vault.delete(test.source, again.backup(), "ops", "old");
            assertThat(test.vault.sweep(test.source, false).chunks()).isZero();
            Vault impatient = test.vault.withGrace(Duration.ofNanos(1));
            await().atMost(Duration.ofSeconds(60))
                    .until(
                            () -> { // the server's clock ticks by the second
                                impatient.sweep(test.source, false);
                                return test.vault.backups(test.source).isEmpty()
                                        && test.keys("sources/" + test.source + "/backups/")
                                                .isEmpty();
                            });
            assertThat(test.keys("sources/" + test.source + "/chunks/")).isEmpty();
            assertThat(test.keys("sources/" + test.source + "/backups/")).isEmpty();
        }
    }

    @Test
    void aSourceWithoutBackupsHasNone() {
        TestVault test = new TestVault();

        assertThat(test.vault.backups(SourceId.parse("00000000-0000-7000-8000-000000000000")))
                .isEmpty();
        assertThat(test.vault.findSource("nobody")).isEmpty();
    }
}
