package io.holdfast.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.config.Environment;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.config.SourceConfig;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.BackupKind;
import io.holdfast.contracts.SourceId;
import io.holdfast.devstack.d1.D1Server;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.TargetServer;
import io.holdfast.transfer.access.SourceConnector;
import io.holdfast.transfer.access.SqliteFolders;
import io.holdfast.transfer.backup.BackupMetadata;
import io.holdfast.transfer.backup.SnapshotUploader;
import io.holdfast.transfer.progress.TransferListener;
import io.holdfast.transfer.restore.NewDatabaseRestorer;
import io.holdfast.vault.Vault;
import io.holdfast.vault.crypto.KeyFile;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.read.BackupReader;
import io.holdfast.vault.store.MemoryObjectStore;
import io.holdfast.vault.write.BackupWriter;
import io.holdfast.vault.write.WriteOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

/** A source of D1, from holdfast.yaml through the vault to the compared copy. */
class D1Test {
    private static final SourceId SOURCE = SourceId.next(InstantSource.system());
    private static final String CONTENT = "SELECT group_concat(id || typeof(v) || hex(CAST(v AS BLOB)), ',') FROM"
            + " (SELECT id, v FROM notes ORDER BY id)";

    @TempDir
    private Path directory;

    private D1Server d1;
    private String database;
    private Vault vault;

    @BeforeEach
    void start() {
        d1 = D1Server.start(directory.resolve("d1"));
        database = d1.create("edge");
        d1.sql(
                database,
                "CREATE TABLE notes (id INTEGER PRIMARY KEY, v)",
                "INSERT INTO notes VALUES (1, 'one'), (2, 9007199254740993), (3, x'00ff'), (4, -0.0)",
                "CREATE TABLE left_out (x)",
                "CREATE VIRTUAL TABLE found USING fts5(body)",
                "INSERT INTO found VALUES ('words to be found')");
        MemoryObjectStore store = new MemoryObjectStore();
        vault = Vault.init(store, KeyFile.create(directory.resolve("vault.key"), store));
    }

    @AfterEach
    void stop() {
        d1.close();
    }

    private HoldfastConfig config(String into) throws Exception {
        Files.createDirectories(directory.resolve("restored"));
        return HoldfastConfig.parse(
                """
                holdfast:
                  vault: { bucket: backups, key-file: vault.key }
                  sources:
                    edge:
                      engine: d1
                      url: "d1://%s/%s"
                      password: { env: TOKEN }
                      scope: { exclude: { tables: [left_out] } }
                      d1: { endpoint: "%s", folder: "%s", restore-to: %s }
                """.formatted(D1Server.ACCOUNT, database, d1.endpoint(), directory.resolve("restored"), into),
                directory.resolve("holdfast.yaml"),
                Environment.of(Map.of("TOKEN", d1.token(D1Server.Right.WRITE))));
    }

    private SourceConnector connector(HoldfastConfig config) {
        SourceConfig source = config.sources().get("edge");
        assertThat(source).isNotNull();
        return new SourceConnector("edge", source);
    }

    private NewDatabaseRestorer.Made restored(HoldfastConfig config, String name) {
        SourceConnector connector = connector(config);
        BackupMetadata metadata =
                new BackupMetadata("edge", BackupKind.MANUAL, List.of(), connector.scope(), Instant.now());
        BackupId id = BackupId.next(InstantSource.system());
        SnapshotOptions options = connector.options("holdfast/test", who -> {});
        Manifest manifest;
        try (Snapshot snapshot = connector.database(SqliteFolders.of(config)).open(options);
                BackupWriter writer = vault.write(SOURCE, id, WriteOptions.STANDARD)) {
            manifest = SnapshotUploader.run(snapshot, writer, options.readers(), metadata, TransferListener.NONE);
        }
        assertThat(manifest.contents().server().engine()).isEqualTo("sqlite");
        assertThat(manifest.contents().partial()).isFalse();
        try (BackupReader backup = vault.reader(SOURCE, id);
                TargetServer target =
                        connector.database(SqliteFolders.of(config)).target()) {
            return NewDatabaseRestorer.of(backup, target, name, false, TransferListener.NONE);
        }
    }

    @Test
    void aBackupIsRestoredIntoAFile() throws Exception {
        NewDatabaseRestorer.Made made = restored(config("sqlite"), "back.db");

        Path back = directory.resolve("restored/back.db");
        assertThat(made.comparison().differences()).isEmpty();
        assertThat(query(back, CONTENT)).isEqualTo(query(d1.file(database), CONTENT));
        assertThat(query(back, "SELECT count(*) FROM sqlite_schema WHERE name = 'left_out'"))
                .isEqualTo("0");
    }

    @Test
    void aBackupIsRestoredIntoANewD1Database() throws Exception {
        restored(config("d1"), "edge_back");

        Path back = d1.file(d1.databases("edge_back").getFirst());
        assertThat(query(back, CONTENT)).isEqualTo(query(d1.file(database), CONTENT));
        assertThat(query(back, "SELECT count(*) FROM found WHERE found MATCH 'words'"))
                .isEqualTo("1");
        try (var files = Files.list(directory.resolve("restored"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .allMatch(name -> name.startsWith(".holdfast-d1-"));
        }
    }

    private static String query(Path file, String sql) throws SQLException {
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl("jdbc:sqlite:" + file);
        try (var connection = source.getConnection();
                var statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.getString(1);
        }
    }
}
