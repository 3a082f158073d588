package io.holdfast.transfer.increment;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.BackupKind;
import io.holdfast.contracts.SourceId;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.rows.ReadTask;
import io.holdfast.engine.rows.RowSink;
import io.holdfast.engine.rows.TableReadRange;
import io.holdfast.engine.support.ProcessTempDirectory;
import io.holdfast.transfer.backup.BackupMetadata;
import io.holdfast.transfer.backup.SnapshotUploader;
import io.holdfast.transfer.compare.ComparisonResult;
import io.holdfast.transfer.compare.DatabaseComparator;
import io.holdfast.transfer.load.DatabaseLoader;
import io.holdfast.transfer.load.LoadReport;
import io.holdfast.transfer.manifest.DescriptorCodec;
import io.holdfast.transfer.manifest.SchemaDumpFile;
import io.holdfast.transfer.progress.TransferListener;
import io.holdfast.vault.Vault;
import io.holdfast.vault.crypto.KeyFile;
import io.holdfast.vault.format.BackupContents;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.read.BackupReader;
import io.holdfast.vault.store.MemoryObjectStore;
import io.holdfast.vault.write.BackupWriter;
import io.holdfast.vault.write.WriteOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Backups of one server, each of which is compared with all rows of its own snapshot. */
final class IncrementalBackups {
    final MemoryObjectStore store = new MemoryObjectStore();
    final Vault vault;
    final SourceId source = SourceId.next(InstantSource.system());
    private final SummarizingServer server;
    private SnapshotOptions options = SnapshotOptions.defaults().withReaders(2).withChangeRange(16);

    /** Parts that the last backup did not read. */
    private final TreeSet<String> taken = new TreeSet<>();

    IncrementalBackups(SummarizingServer server) throws IOException {
        this.server = server;
        Path key = ProcessTempDirectory.directory("key-").resolve("vault.key");
        vault = Vault.init(store, KeyFile.create(key, store));
    }

    void options(SnapshotOptions value) {
        options = value;
    }

    SnapshotOptions options() {
        return options;
    }

    /** The next backup as backup-service makes it. */
    Manifest next(int every) throws IOException {
        return next(IncrementBase.find(vault, source, every).orElse(null));
    }

    Manifest next(@Nullable IncrementBase base) throws IOException {
        BackupId backup = BackupId.next(InstantSource.system());
        BackupMetadata metadata =
                new BackupMetadata("shop", BackupKind.MANUAL, List.of(), options.scope(), Instant.now());
        taken.clear();
        try (Snapshot snapshot = server.engine().open(server.address(), PasswordSupplier.none(), options);
                BackupWriter writer = vault.write(source, backup, WriteOptions.STANDARD)) {
            ReadParts watched = new ReadParts(snapshot);
            Manifest manifest =
                    SnapshotUploader.run(watched, writer, options.readers(), metadata, TransferListener.NONE, base);
            snapshot.plan().stream()
                    .flatMap(task -> task.parts().stream())
                    .map(ReadParts::shown)
                    .filter(part -> !watched.read.contains(part))
                    .forEach(taken::add);
            requireEqual(manifest, snapshot);
            return manifest;
        }
    }

    /** Parts of the last backup that were taken from the one before: {@code schema.table from block}. */
    Set<String> taken() {
        return taken;
    }

    boolean tookAnyOf(String table) {
        return taken.stream().anyMatch(part -> part.startsWith(table + " "));
    }

    /** Restores a backup into a new database of the server, and compares this database with the manifest. */
    ComparisonResult restore(Manifest manifest, String database) {
        LoadOptions loading = LoadOptions.defaults().withJobs(2);
        try (TargetServer target = server.engine().target(server.address(), PasswordSupplier.none());
                BackupReader backup = vault.reader(source, manifest.backup());
                SchemaDumpFile schema = SchemaDumpFile.of(backup)) {
            target.create(database, DescriptorCodec.of(manifest));
            try (TargetDatabase copy = target.open(database, loading)) {
                LoadReport loaded = DatabaseLoader.into(copy, backup, schema.file(), loading, TransferListener.NONE);
                DatabaseLoader.admit(copy, manifest);
                return DatabaseComparator.of(
                        server.engine(), manifest, schema.file(), copy, loaded, loading, TransferListener.NONE);
            }
        }
    }

    private void requireEqual(Manifest manifest, Snapshot snapshot) throws IOException {
        Map<BackupContents.Name, ByteArrayOutputStream> rows = new HashMap<>();
        for (ReadTask task : snapshot.plan()) {
            snapshot.read(task, new RowSink() {
                private ByteArrayOutputStream table = new ByteArrayOutputStream();

                @Override
                public void begin(TableReadRange part) {
                    table = rows.computeIfAbsent(
                            DescriptorCodec.name(part.table().name()), name -> new ByteArrayOutputStream());
                }

                @Override
                public void row(byte[] buffer, int offset, int length, long hash) {
                    table.write(buffer, offset, length);
                }
            });
        }
        try (BackupReader reader = vault.reader(source, manifest.backup())) {
            for (BackupContents.Table table : manifest.contents().tables()) {
                try (InputStream stored = reader.open(table)) {
                    String expected = rows.getOrDefault(table.name(), new ByteArrayOutputStream())
                            .toString(StandardCharsets.UTF_8);
                    String found = new String(stored.readAllBytes(), StandardCharsets.UTF_8);
                    assertThat(found.equals(expected))
                            .as(() -> difference(table, expected, found))
                            .isTrue();
                    assertThat(table.rows()).isEqualTo(expected.lines().count());
                }
            }
        }
    }

    private String difference(BackupContents.Table table, String expected, String found) {
        List<String> missing = new ArrayList<>(expected.lines().toList());
        Set<String> there = new HashSet<>(found.lines().toList());
        missing.removeIf(there::contains);
        return table.name() + ": " + found.lines().count() + " rows instead of "
                + expected.lines().count() + ", missing: "
                + missing.stream().limit(3).toList() + ", taken: " + taken;
    }
}
