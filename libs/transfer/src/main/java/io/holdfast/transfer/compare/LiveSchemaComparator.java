package io.holdfast.transfer.compare;

import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.SourceDatabase;
import io.holdfast.engine.support.ProcessTempDirectory;
import io.holdfast.transfer.manifest.SchemaDumpFile;
import io.holdfast.vault.read.BackupReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** How the schema of a database in use differs from a backup's. */
public final class LiveSchemaComparator {
    private LiveSchemaComparator() {}

    /**
     * Only reads.
     *
     * @param options those by which backups of it are made: the same scope
     * @return in words that name the objects; empty if the schemas are equal
     */
    public static List<String> differences(BackupReader backup, SourceDatabase live, SnapshotOptions options) {
        try {
            Path dump = ProcessTempDirectory.file("live-", ".dump");
            try (SchemaDumpFile stored = SchemaDumpFile.of(backup);
                    Snapshot snapshot = live.open(options);
                    OutputStream out = Files.newOutputStream(dump)) {
                snapshot.dumpSchema(out);
                return live.engine().compareSchemas(stored.file(), dump, LoadOptions.defaults());
            } finally {
                Files.deleteIfExists(dump);
            }
        } catch (IOException e) {
            throw SchemaDumpFile.unusable(e);
        }
    }
}
