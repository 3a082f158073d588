package io.holdfast.cli.bench;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.BackupKind;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.postgres.PostgresEngine;
import io.holdfast.engine.postgres.tools.PostgresTools;
import io.holdfast.engine.scratch.ScratchCluster;
import io.holdfast.engine.scratch.ScratchOptions;
import io.holdfast.transfer.access.OldGenerationGcTrigger;
import io.holdfast.transfer.backup.BackupMetadata;
import io.holdfast.transfer.backup.BackupSession;
import io.holdfast.transfer.compare.ComparisonResult;
import io.holdfast.transfer.compare.DatabaseComparator;
import io.holdfast.transfer.load.DatabaseLoader;
import io.holdfast.transfer.load.LoadReport;
import io.holdfast.transfer.manifest.DescriptorCodec;
import io.holdfast.transfer.manifest.SchemaDumpFile;
import io.holdfast.transfer.progress.TransferListener;
import io.holdfast.vault.Vault;
import io.holdfast.vault.check.BackupCheckReport;
import io.holdfast.vault.check.CheckLevel;
import io.holdfast.vault.format.BackupContents;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.read.BackupReader;
import io.holdfast.vault.write.WriteOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;

/** The same calls that the services make, in this process and its small heap. */
final class HoldfastTasks {
    private final PostgresEngine engine = new PostgresEngine(PostgresTools.find(null));
    private final SourceId id = SourceId.next(InstantSource.system());
    private final DatabaseAddress source;
    private final PasswordSupplier password;
    private final int readers;

    HoldfastTasks(DatabaseAddress source, PasswordSupplier password, int readers) {
        OldGenerationGcTrigger.keep();
        this.source = source;
        this.password = password;
        this.readers = readers;
    }

    Manifest backUp(Vault vault) {
        SnapshotOptions options =
                SnapshotOptions.defaults().withReaders(readers).withApplicationName("holdfast/bench");
        BackupMetadata backupMetadata =
                new BackupMetadata("bench", BackupKind.MANUAL, List.of(), options.scope(), Instant.now());
        try (BackupSession ends = BackupSession.open(
                () -> engine.source(source, password).open(options),
                () -> vault.write(id, BackupId.next(InstantSource.system()), WriteOptions.STANDARD))) {
            return ends.capture(readers, backupMetadata, TransferListener.NONE);
        }
    }

    void check(Vault vault, Manifest manifest) {
        BackupCheckReport report = vault.check(id, manifest.backup(), CheckLevel.READ, (done, total) -> {});
        if (!report.intact()) {
            throw HoldfastException.of(
                    FailureCode.CHUNK_CORRUPT, "the backup just written is not intact: " + report.problems());
        }
    }

    /** Definitions, rows, indexes, statistics: what pg_restore does, and ANALYZE. */
    void restore(Vault vault, Manifest manifest, DatabaseAddress server, PasswordSupplier login, String name) {
        LoadOptions options = LoadOptions.defaults().withJobs(readers);
        try (TargetServer target = engine.target(server, login);
                BackupReader backup = vault.reader(id, manifest.backup());
                SchemaDumpFile schema = SchemaDumpFile.of(backup)) {
            target.create(name, DescriptorCodec.of(manifest));
            try (TargetDatabase database = target.open(name, options)) {
                DatabaseLoader.into(database, backup, schema.file(), options, TransferListener.NONE);
                DatabaseLoader.admit(database, manifest);
            }
        }
    }

    /**
     * Restores to a throw-away cluster and compares every row, as verifier-service does.
     *
     * @param folder of the cluster
     */
    void prove(Vault vault, Manifest manifest, Path folder) {
        LoadOptions options = new LoadOptions(readers, true, true, "holdfast/proof");
        DatabaseDescriptor shape = DescriptorCodec.of(manifest);
        try (ScratchCluster cluster = ScratchCluster.start(
                        ScratchOptions.in(folder, shape.serverMajor()).withRoles(shape.roles()));
                BackupReader backup = vault.reader(id, manifest.backup());
                SchemaDumpFile schema = SchemaDumpFile.of(backup)) {
            TargetServer target = cluster.target();
            target.create("proof", shape);
            try (TargetDatabase database = target.open("proof", options)) {
                LoadReport loaded =
                        DatabaseLoader.into(database, backup, schema.file(), options, TransferListener.NONE);
                ComparisonResult compared = DatabaseComparator.of(
                        engine, manifest, schema.file(), database, loaded, options, TransferListener.NONE);
                if (!compared.equal()) {
                    throw HoldfastException.of(
                            FailureCode.INTERNAL, "the restored copy differs: " + compared.differences());
                }
            }
        }
    }

    /** Reads these tables from the vault to nowhere. */
    void read(Vault vault, Manifest manifest, Set<String> tables) throws IOException {
        try (BackupReader backup = vault.reader(id, manifest.backup())) {
            for (BackupContents.Table table : manifest.contents().tables()) {
                if (tables.isEmpty() || tables.contains(table.name().toString())) {
                    try (InputStream rows = backup.open(table)) {
                        rows.transferTo(OutputStream.nullOutputStream());
                    }
                }
            }
        }
    }
}
