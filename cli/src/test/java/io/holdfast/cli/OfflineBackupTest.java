package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.config.Environment;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.BackupKind;
import io.holdfast.contracts.SourceId;
import io.holdfast.devstack.DevStack;
import io.holdfast.devstack.StackAddresses;
import io.holdfast.devstack.StackComponent;
import io.holdfast.devstack.StackOptions;
import io.holdfast.devstack.d1.D1Server;
import io.holdfast.engine.BackupScope;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.sqlite.SqliteEngine;
import io.holdfast.transfer.access.VaultConnector;
import io.holdfast.transfer.backup.BackupMetadata;
import io.holdfast.transfer.backup.SnapshotUploader;
import io.holdfast.transfer.progress.TransferListener;
import io.holdfast.vault.write.BackupWriter;
import io.holdfast.vault.write.WriteOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A vault on a real S3 server, and no service. */
class OfflineBackupTest {
    @TempDir
    static Path folder;

    private static DevStack stack;
    private static D1Server d1;
    private static Path config;
    private static BackupId backup;

    @BeforeAll
    static void backUp() throws IOException, SQLException {
        stack = DevStack.start(StackOptions.temporary().only(StackComponent.S3));
        StackAddresses.S3 s3 = stack.addresses().s3();
        d1 = D1Server.start(folder.resolve("d1"));
        config = Files.writeString(folder.resolve("holdfast.yaml"), """
                holdfast:
                  vault: { endpoint: "%s", region: %s, path-style: true, bucket: %s, prefix: offline,
                           access-key: { env: S3_KEY }, secret-key: { env: S3_SECRET }, key-file: vault.key }
                  sources:
                    notes: { engine: sqlite, url: "sqlite:/nonexistent/notes.db" }
                    edge: { engine: d1, url: "d1://%s/gone", password: { env: NONE }, d1: { endpoint: "%s" } }
                """.formatted(
                        s3.endpoint(), s3.region(), s3.bucket(), D1Server.ACCOUNT, d1.endpoint()));
        Path file = folder.resolve("notes.db");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement sql = connection.createStatement()) {
            sql.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT)");
            sql.execute("INSERT INTO notes (body) VALUES ('one'), ('it''s two')");
        }
        backup = BackupId.next(InstantSource.system());
        var loaded = HoldfastConfig.load(config, Environment.of(secrets()));
        BackupMetadata backupMetadata =
                new BackupMetadata("notes", BackupKind.MANUAL, List.of(), BackupScope.everything(), Instant.now());
        try (VaultConnector access =
                        new VaultConnector(loaded.vault(), loaded.platform().grace());
                Snapshot snapshot = new SqliteEngine().source(file).open(SnapshotOptions.defaults());
                BackupWriter writer =
                        access.init().write(SourceId.next(InstantSource.system()), backup, WriteOptions.STANDARD)) {
            SnapshotUploader.run(snapshot, writer, 2, backupMetadata, TransferListener.NONE);
        }
    }

    private static Map<String, String> secrets() {
        StackAddresses.S3 s3 = stack.addresses().s3();
        return Map.of("S3_KEY", s3.accessKey(), "S3_SECRET", s3.secretKey());
    }

    @AfterAll
    static void stop() {
        stack.close();
        d1.close();
    }

    private static Shell.Result vault(String... args) {
        Shell shell = new Shell().with("HOLDFAST_CONFIG", config.toString());
        secrets().forEach(shell::with);
        String[] all = new String[args.length + 1];
        all[0] = "vault";
        System.arraycopy(args, 0, all, 1, args.length);
        return shell.run(all);
    }

    @Test
    void aBackupIsRestoredIntoANewFileAndNotOverIt() throws SQLException {
        Path copy = folder.resolve("copy.db");

        Shell.Result restored = vault("restore", backup.toString(), "--to", "sqlite:" + copy);

        assertThat(restored.err()).isEmpty();
        assertThat(restored.exit()).isZero();
        assertThat(restored.out())
                .contains("vault restore: loading", "vault restore: comparing")
                .contains("1 tables with 2 rows, all equal to the backup");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + copy);
                Statement sql = connection.createStatement();
                ResultSet rows = sql.executeQuery("SELECT group_concat(body) FROM notes")) {
            rows.next();
            assertThat(rows.getString(1)).isEqualTo("one,it's two");
        }
        Shell.Result again = vault("restore", backup.toString(), "--to", "sqlite:" + copy);
        assertThat(again.exit()).isEqualTo(3);
        assertThat(again.err()).contains("TARGET_EXISTS");
    }

    @Test
    void aBackupBecomesANewD1DatabaseWithoutAnyService() throws SQLException, IOException {
        String to = "d1://" + D1Server.ACCOUNT + "/back";
        String token = file("token", d1.token(D1Server.Right.WRITE));
        String reading = d1.token(D1Server.Right.READ);

        Shell.Result refused =
                vault("restore", backup.toString(), "--to", to, "--password-file", file("reading", reading));
        assertThat(refused.exit()).isEqualTo(3);
        assertThat(refused.err()).contains("TARGET_PERMISSION_DENIED").doesNotContain(reading);
        Shell.Result restored = vault("restore", backup.toString(), "--to", to, "--password-file", token);

        assertThat(restored.err()).isEmpty();
        assertThat(restored.exit()).isZero();
        assertThat(d1.databases("back")).hasSize(1);
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:sqlite:" + d1.file(d1.databases("back").getFirst()));
                Statement sql = connection.createStatement();
                ResultSet rows = sql.executeQuery("SELECT group_concat(body) FROM notes")) {
            rows.next();
            assertThat(rows.getString(1)).isEqualTo("one,it's two");
        }
        assertThat(vault("restore", backup.toString(), "--to", to, "--password-file", token)
                        .exit())
                .isEqualTo(3);
        assertThat(vault("restore", backup.toString(), "--to", "d1://nothing").err())
                .contains("d1://account-id/name");
    }

    private static String file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content).toString();
    }

    @Test
    void aFileHasNothingToGoOnWithout() {
        Shell.Result refused =
                vault("restore", backup.toString(), "--to", "sqlite:" + folder.resolve("never.db"), "--keep-going");

        assertThat(refused.exit()).isEqualTo(2);
        assertThat(refused.err()).contains("--keep-going is for PostgreSQL");
    }

    @Test
    void aBackupIsExportedAsAScriptWithItsOwnName() throws IOException {
        Path place = Files.createDirectory(folder.resolve("scripts"));

        Shell.Result exported = vault("export", backup.toString(), "--to", place.toString());

        assertThat(exported.exit()).isZero();
        try (var files = Files.list(place)) {
            assertThat(files).singleElement().satisfies(script -> {
                assertThat(script.getFileName().toString()).matches("database-\\d{4}(-\\d\\d){5}\\.sql");
                assertThat(script).content().contains("INSERT INTO \"notes\"", "'it''s two'");
            });
        }
    }

    @Test
    void aBackupIsExportedAsAFolder() throws IOException {
        Path place = folder.resolve("folders");

        Shell.Result exported = vault("export", backup.toString(), "--format", "directory", "--to", place.toString());

        assertThat(exported.err()).isEmpty();
        assertThat(exported.exit()).isZero();
        try (var folders = Files.list(place)) {
            assertThat(folders)
                    .singleElement()
                    .satisfies(made -> assertThat(made.toFile().list())
                            .containsExactlyInAnyOrder(
                                    "create_schema.sql", "notes.sql", "full_backup.sql", "manifest.json"));
        }
    }

    @Test
    void aBackupThatIsNotThereIsSaidSo() {
        UUID unknown = UUID.randomUUID();

        Shell.Result result = vault("export", unknown.toString(), "--to", folder.toString());

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err()).contains("has no backup " + unknown);
    }
}
