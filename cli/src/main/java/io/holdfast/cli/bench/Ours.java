package io.holdfast.cli.bench;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.BackupKind;
import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.SourceId;
import io.holdfast.engine.DatabaseAddress;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.Password;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.Target;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.engine.postgres.PostgresEngine;
import io.holdfast.engine.postgres.Tools;
import io.holdfast.transfer.BackupEnds;
import io.holdfast.transfer.HeapCeiling;
import io.holdfast.transfer.Listener;
import io.holdfast.transfer.Reload;
import io.holdfast.transfer.Shapes;
import io.holdfast.transfer.StoredSchema;
import io.holdfast.transfer.Subject;
import io.holdfast.vault.BackupReader;
import io.holdfast.vault.CheckLevel;
import io.holdfast.vault.CheckReport;
import io.holdfast.vault.Contents;
import io.holdfast.vault.Manifest;
import io.holdfast.vault.Vault;
import io.holdfast.vault.WriteOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;

/** The same calls that the services make, in this process and its small heap. */
final class Ours {
    private final PostgresEngine engine = new PostgresEngine(Tools.find(null));
    private final SourceId id = SourceId.next(InstantSource.system());
    private final DatabaseAddress source;
    private final Password password;
    private final int readers;

    Ours(DatabaseAddress source, Password password, int readers) {
        HeapCeiling.keep();
        this.source = source;
        this.password = password;
        this.readers = readers;
    }

    Manifest backUp(Vault vault) {
        SnapshotOptions options =
                SnapshotOptions.defaults().withReaders(readers).withApplicationName("holdfast/bench");
        Subject subject = new Subject("bench", BackupKind.MANUAL, List.of(), options.scope(), Instant.now());
        try (BackupEnds ends = BackupEnds.open(
                () -> engine.source(source, password).open(options),
                () -> vault.write(id, BackupId.next(InstantSource.system()), WriteOptions.STANDARD))) {
            return ends.capture(readers, subject, Listener.NONE);
        }
    }

    void check(Vault vault, Manifest manifest) {
        CheckReport report = vault.check(id, manifest.backup(), CheckLevel.READ, (done, total) -> {});
        if (!report.intact()) {
            throw Failure.of(FailureCode.CHUNK_CORRUPT, "the backup just written is not intact: " + report.problems());
        }
    }

    /** Definitions, rows, indexes, statistics: what pg_restore does, and ANALYZE. */
    void restore(Vault vault, Manifest manifest, DatabaseAddress server, Password login, String name) {
        LoadOptions options = LoadOptions.defaults().withJobs(readers);
        try (Target target = engine.target(server, login);
                BackupReader backup = vault.reader(id, manifest.backup());
                StoredSchema schema = StoredSchema.of(backup)) {
            target.create(name, Shapes.of(manifest));
            try (TargetDatabase database = target.open(name, options)) {
                Reload.into(database, backup, schema.file(), options, Listener.NONE);
                Reload.admit(database, manifest);
            }
        }
    }

    /** Reads these tables from the vault to nowhere. */
    void read(Vault vault, Manifest manifest, Set<String> tables) throws IOException {
        try (BackupReader backup = vault.reader(id, manifest.backup())) {
            for (Contents.Table table : manifest.contents().tables()) {
                if (tables.isEmpty() || tables.contains(table.name().toString())) {
                    try (InputStream rows = backup.open(table)) {
                        rows.transferTo(OutputStream.nullOutputStream());
                    }
                }
            }
        }
    }
}
