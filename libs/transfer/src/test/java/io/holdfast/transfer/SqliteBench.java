package io.holdfast.transfer;

import static java.util.Objects.requireNonNull;

import io.holdfast.config.Environment;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.BackupKind;
import io.holdfast.contracts.SourceId;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.sqlite.SqliteEngine;
import io.holdfast.transfer.access.SourceConnector;
import io.holdfast.transfer.access.SqliteFolders;
import io.holdfast.transfer.backup.BackupMetadata;
import io.holdfast.transfer.backup.SnapshotUploader;
import io.holdfast.transfer.compare.ComparisonResult;
import io.holdfast.transfer.compare.DatabaseComparator;
import io.holdfast.transfer.increment.IncrementBase;
import io.holdfast.transfer.load.DatabaseLoader;
import io.holdfast.transfer.load.LoadReport;
import io.holdfast.transfer.manifest.DescriptorCodec;
import io.holdfast.transfer.manifest.SchemaDumpFile;
import io.holdfast.transfer.progress.TransferListener;
import io.holdfast.vault.Vault;
import io.holdfast.vault.crypto.KeyFile;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.read.BackupReader;
import io.holdfast.vault.store.MemoryObjectStore;
import io.holdfast.vault.write.BackupWriter;
import io.holdfast.vault.write.WriteOptions;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A vault, and a source of holdfast.yaml that is a file; its table left_out, if there is one, is excluded. */
public final class SqliteBench {
    private static final SqliteEngine ENGINE = new SqliteEngine();

    public final SourceId id = SourceId.next(InstantSource.system());
    public final Vault vault;
    public final Path file;
    private final Path directory;

    public SqliteBench(Path directory) {
        this.directory = directory;
        this.file = directory.resolve("notes.db");
        var store = new MemoryObjectStore();
        this.vault = Vault.init(store, KeyFile.create(directory.resolve("vault.key"), store));
    }

    public Manifest capture(String scope) {
        return capture(scope, 0, null);
    }

    /** The next backup as backup-service makes it. */
    public Manifest increment(int readAllEvery) {
        return capture(
                "",
                SnapshotOptions.CHANGE_RANGE,
                IncrementBase.find(vault, id, readAllEvery).orElse(null));
    }

    private Manifest capture(String scope, int changeRange, @Nullable IncrementBase base) {
        String yaml = """
                holdfast:
                  vault: { bucket: abc, key-file: k }
                  sources: { notes: { engine: sqlite, url: "sqlite:%s", %s } }
                """.formatted(file, scope);
        var config = HoldfastConfig.parse(yaml, Path.of("holdfast.yaml"), Environment.of(Map.of()));
        SourceConnector access =
                new SourceConnector("notes", requireNonNull(config.sources().get("notes")));
        BackupMetadata backupMetadata =
                new BackupMetadata("notes", BackupKind.MANUAL, List.of(), access.scope(), Instant.now());
        BackupId backup = BackupId.next(InstantSource.system());
        SnapshotOptions options = access.options("holdfast/test", who -> {}).withChangeRange(changeRange);
        try (Snapshot snapshot = access.database(SqliteFolders.of(config)).open(options);
                BackupWriter writer = vault.write(
                        id,
                        backup,
                        WriteOptions.STANDARD.budget(SnapshotUploader.budget(snapshot, options.readers())))) {
            return SnapshotUploader.run(
                    snapshot, writer, options.readers(), backupMetadata, TransferListener.NONE, base);
        }
    }

    public Path reload(Manifest manifest) {
        try (TargetServer target = ENGINE.target(directory);
                BackupReader backup = vault.reader(id, manifest.backup());
                SchemaDumpFile schema = SchemaDumpFile.of(backup)) {
            target.drop("copy.db");
            target.create("copy.db", DescriptorCodec.of(manifest));
            try (TargetDatabase database = target.open("copy.db", Bench.LOADING)) {
                DatabaseLoader.into(database, backup, schema.file(), Bench.LOADING, TransferListener.NONE);
            }
        }
        return directory.resolve("copy.db");
    }

    public ComparisonResult compare(Manifest manifest, Path copy) {
        try (TargetServer target = ENGINE.target(directory);
                BackupReader backup = vault.reader(id, manifest.backup());
                SchemaDumpFile schema = SchemaDumpFile.of(backup);
                TargetDatabase database = target.open(String.valueOf(copy.getFileName()), Bench.LOADING)) {
            return DatabaseComparator.of(
                    ENGINE,
                    manifest,
                    schema.file(),
                    database,
                    LoadReport.AS_IT_WAS,
                    Bench.LOADING,
                    TransferListener.NONE);
        }
    }

    public static void sql(Path file, String... statements) {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
