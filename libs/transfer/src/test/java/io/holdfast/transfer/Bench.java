package io.holdfast.transfer;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.BackupKind;
import io.holdfast.contracts.SourceId;
import io.holdfast.engine.BackupScope;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.engine.TargetServer;
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
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.read.BackupReader;
import io.holdfast.vault.store.ObjectStore;
import io.holdfast.vault.write.BackupWriter;
import io.holdfast.vault.write.WriteOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** A vault and what is done with it: the calls that the services make. */
public final class Bench {
    public static final LoadOptions LOADING = LoadOptions.defaults().withJobs(3);

    public final Vault vault;
    public final SourceId source = SourceId.next(InstantSource.system());
    public SnapshotOptions reading = SnapshotOptions.defaults().withReaders(4);
    public WriteOptions writing = WriteOptions.STANDARD;
    TransferListener transferListener = TransferListener.NONE;
    String lastCopy = "";

    public Bench(ObjectStore store) throws IOException {
        Path key = ProcessTempDirectory.directory("key-").resolve("vault.key");
        vault = Vault.init(store, KeyFile.create(key, store));
    }

    public Manifest capture(String database) {
        BackupId backup = BackupId.next(InstantSource.system());
        BackupMetadata backupMetadata =
                new BackupMetadata("shop", BackupKind.MANUAL, List.of("tested"), reading.scope(), Instant.now());
        try (Snapshot snapshot = Servers.ENGINE.open(Servers.address(database), Servers.password(), reading);
                BackupWriter writer = vault.write(source, backup, writing)) {
            return SnapshotUploader.run(snapshot, writer, reading.readers(), backupMetadata, transferListener);
        }
    }

    void scope(BackupScope scope) {
        reading = reading.withScope(scope);
    }

    /** A database that was restored, still to be compared or changed first. */
    public record Copy(String database, LoadReport reloaded) {}

    Copy reload(Manifest manifest) {
        String name = Servers.freshName();
        lastCopy = name;
        try (TargetServer target = Servers.target();
                BackupReader backup = vault.reader(source, manifest.backup());
                SchemaDumpFile schema = SchemaDumpFile.of(backup)) {
            target.create(name, DescriptorCodec.of(manifest));
            try (TargetDatabase database = target.open(name, LOADING)) {
                Copy copy =
                        new Copy(name, DatabaseLoader.into(database, backup, schema.file(), LOADING, transferListener));
                DatabaseLoader.admit(database, manifest);
                return copy;
            }
        }
    }

    public ComparisonResult compare(Manifest manifest, Copy copy) {
        try (TargetServer target = Servers.target();
                BackupReader backup = vault.reader(source, manifest.backup());
                SchemaDumpFile schema = SchemaDumpFile.of(backup);
                TargetDatabase database = target.open(copy.database(), LOADING)) {
            return DatabaseComparator.of(
                    Servers.ENGINE, manifest, schema.file(), database, copy.reloaded(), LOADING, transferListener);
        }
    }
}
