package io.holdfast.transfer;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.BackupKind;
import io.holdfast.contracts.SourceId;
import io.holdfast.engine.BackupScope;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.ProcessTempDirectory;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.engine.TargetServer;
import io.holdfast.vault.BackupReader;
import io.holdfast.vault.BackupWriter;
import io.holdfast.vault.KeyFile;
import io.holdfast.vault.Manifest;
import io.holdfast.vault.Vault;
import io.holdfast.vault.WriteOptions;
import io.holdfast.vault.store.ObjectStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** A vault and what is done with it: the calls that the services make. */
final class Bench {
    static final LoadOptions LOADING = LoadOptions.defaults().withJobs(3);

    final Vault vault;
    final SourceId source = SourceId.next(InstantSource.system());
    SnapshotOptions reading = SnapshotOptions.defaults().withReaders(4);
    WriteOptions writing = WriteOptions.STANDARD;
    TransferListener transferListener = TransferListener.NONE;
    String lastCopy = "";

    Bench(ObjectStore store) throws IOException {
        Path key = ProcessTempDirectory.directory("key-").resolve("vault.key");
        vault = Vault.init(store, KeyFile.create(key, store));
    }

    Manifest capture(String database) {
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
    record Copy(String database, LoadReport reloaded) {}

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

    ComparisonResult compare(Manifest manifest, Copy copy) {
        try (TargetServer target = Servers.target();
                BackupReader backup = vault.reader(source, manifest.backup());
                SchemaDumpFile schema = SchemaDumpFile.of(backup);
                TargetDatabase database = target.open(copy.database(), LOADING)) {
            return DatabaseComparator.of(
                    Servers.ENGINE, manifest, schema.file(), database, copy.reloaded(), LOADING, transferListener);
        }
    }
}
