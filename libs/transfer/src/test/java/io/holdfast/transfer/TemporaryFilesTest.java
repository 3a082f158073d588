package io.holdfast.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.support.ProcessTempDirectory;
import io.holdfast.transfer.export.SqlExporter;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.read.BackupReader;
import io.holdfast.vault.store.MemoryObjectStore;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The temporary files of backups, restores, comparisons and exports, listed all the time by another thread. */
class TemporaryFilesTest {
    private static final Set<String> POSTGRES_KINDS = Set.of("copy", "key", "pass", "schema", "toc");
    private static final Set<String> SQLITE_KINDS = Set.of("copy", "copy.db", "schema", "sqlite");

    /** Some files live for milliseconds: a busy machine may not let the watcher see them the first time. */
    private static final int TRIES = 20;

    @TempDir
    Path directory;

    /** The kind of file, which its name begins with, and the modes it was seen with. */
    private final Map<String, Set<String>> seen = new ConcurrentSkipListMap<>();

    /** Work whose temporary files are listed. */
    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }

    @Test
    void onlyTheirOwnerReadsTheFilesOfAPostgresDatabase() throws Exception {
        watching(POSTGRES_KINDS, () -> {
            Bench bench = new Bench(new MemoryObjectStore());
            Manifest manifest = bench.capture(Shop.create());
            assertThat(bench.compare(manifest, bench.reload(manifest)).differences())
                    .isEmpty();
            try (BackupReader backup = bench.vault.reader(bench.source, manifest.backup())) {
                SqlExporter.sql(backup, OutputStream.nullOutputStream());
            }
        });

        assertThat(seen.keySet()).containsAll(POSTGRES_KINDS);
        assertThat(seen.values()).allSatisfy(modes -> assertThat(modes).isSubsetOf("-rw-------", "drwx------"));
    }

    @Test
    void onlyTheirOwnerReadsTheFilesOfASqliteDatabase() throws Exception {
        SqliteBench bench = new SqliteBench(directory);
        SqliteBench.sql(
                bench.file,
                "PRAGMA journal_mode = WAL",
                "CREATE TABLE t (x)",
                "INSERT INTO t WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)"
                        + " SELECT randomblob(3000) FROM n");
        watching(SQLITE_KINDS, () -> {
            Manifest manifest = bench.capture("");
            assertThat(bench.compare(manifest, bench.reload(manifest)).differences())
                    .isEmpty();
        });

        assertThat(seen.keySet()).containsAll(SQLITE_KINDS);
        assertThat(seen.values()).allSatisfy(modes -> assertThat(modes).isSubsetOf("-rw-------", "drwx------"));
    }

    private void watching(Set<String> kinds, Work work) throws Exception {
        Path folder = ProcessTempDirectory.folder();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
        Thread watcher = Thread.ofPlatform().start(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                list(folder);
            }
        });
        try {
            for (int i = 0; i < TRIES && !seen.keySet().containsAll(kinds); i++) {
                work.run();
            }
        } finally {
            watcher.interrupt();
            watcher.join();
        }
    }

    private void list(Path folder) {
        try (Stream<Path> all = Files.list(folder)) {
            for (Path path : all.toList()) {
                String kind = path.getFileName().toString().replaceFirst("-\\d.*", "");
                boolean directory = Files.isDirectory(path);
                String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
                seen.computeIfAbsent(kind, any -> new TreeSet<>()).add((directory ? "d" : "-") + mode);
                if (directory) {
                    list(path);
                }
            }
        } catch (IOException | UncheckedIOException e) {
            // removed in the meantime
        }
    }
}
