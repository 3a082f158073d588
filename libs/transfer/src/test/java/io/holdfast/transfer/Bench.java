package io.holdfast.transfer;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.BackupKind;
import io.holdfast.contracts.SourceId;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.Scope;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.Target;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.vault.BackupReader;
import io.holdfast.vault.BackupWriter;
import io.holdfast.vault.KeyFile;
import io.holdfast.vault.Manifest;
import io.holdfast.vault.Vault;
import io.holdfast.vault.WriteOptions;
import io.holdfast.vault.store.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
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
    Listener listener = Listener.NONE;
    String lastCopy = "";

    Bench(ObjectStore store) throws IOException {
        Path key = Files.createTempDirectory("holdfast-key").resolve("vault.key");
        vault = Vault.init(store, KeyFile.create(key, store));
    }

    Manifest capture(String database) {
        BackupId backup = BackupId.next(InstantSource.system());
        Subject subject = new Subject("shop", BackupKind.MANUAL, List.of("tested"), reading.scope(), Instant.now());
        try (Snapshot snapshot = Servers.ENGINE.open(Servers.address(database), Servers.password(), reading);
                BackupWriter writer = vault.write(source, backup, writing)) {
            return Capture.run(snapshot, writer, reading.readers(), subject, listener);
        }
    }

    void scope(Scope scope) {
        reading = reading.withScope(scope);
    }

    /** A database that was restored, still to be compared or changed first. */
    record Copy(String database, Reloaded reloaded) {}

    Copy reload(Manifest manifest) {
        String name = Servers.freshName();
        lastCopy = name;
        try (Target target = Servers.target();
                BackupReader backup = vault.reader(source, manifest.backup());
                StoredSchema schema = StoredSchema.of(backup)) {
            target.create(name, Shapes.of(manifest));
            try (TargetDatabase database = target.open(name, LOADING)) {
                Copy copy = new Copy(name, Reload.into(database, backup, schema.file(), LOADING, listener));
                Reload.admit(database, manifest);
                return copy;
            }
        }
    }

    Comparison compare(Manifest manifest, Copy copy) {
        try (Target target = Servers.target();
                BackupReader backup = vault.reader(source, manifest.backup());
                StoredSchema schema = StoredSchema.of(backup);
                TargetDatabase database = target.open(copy.database(), LOADING)) {
            return Comparing.of(Servers.ENGINE, manifest, schema.file(), database, copy.reloaded(), LOADING, listener);
        }
    }
}
