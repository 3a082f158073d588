package io.holdfast.verifier;

import io.holdfast.contracts.BackupEvent;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.BackupKind;
import io.holdfast.contracts.BackupTotals;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import io.holdfast.engine.BackupScope;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.PostgresEngine;
import io.holdfast.engine.postgres.tools.PostgresTools;
import io.holdfast.transfer.backup.BackupMetadata;
import io.holdfast.transfer.backup.SnapshotUploader;
import io.holdfast.transfer.progress.TransferListener;
import io.holdfast.vault.Vault;
import io.holdfast.vault.crypto.KeyFile;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.store.ObjectStore;
import io.holdfast.vault.store.S3ObjectStore;
import io.holdfast.vault.store.S3Settings;
import io.holdfast.vault.write.BackupWriter;
import io.holdfast.vault.write.WriteOptions;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** A source database, and its backups in the vault: what backup-service would do. */
@Singleton
class Shop {
    public static final SourceRef SHOP = new SourceRef(SourceId.next(InstantSource.system()), "shop");
    static final SourceRef LIGHT = new SourceRef(SourceId.next(InstantSource.system()), "light");
    static final SourceRef PARTS = new SourceRef(SourceId.next(InstantSource.system()), "parts");

    final ObjectStore store;
    public final Vault vault;
    private final Site site;
    private final PostgresEngine engine = new PostgresEngine(PostgresTools.find(null));

    Shop(Site site) {
        this.site = site;
        this.store = S3ObjectStore.open(
                new S3Settings(site.s3, "us-east-1", true, site.bucket, "", site.accessKey, site.secretKey));
        this.vault = Vault.init(store, KeyFile.create(site.keyFile, store));
        sql("postgres", "create database shop template template0");
        sql(
                "shop",
                "create schema app",
                "create table app.clients (id int generated always as identity primary key, name text not null)",
                "create table app.tickets (id bigserial primary key, client int references app.clients, body text)",
                "create sequence app.invoice start 1000",
                "insert into app.clients (name) select 'client ' || g from generate_series(1, 500) g",
                "insert into app.tickets (client, body) select 1 + g % 500, (select string_agg(md5(g::text || n), E'\\t')"
                        + " from generate_series(1, 8) n) from generate_series(1, 20000) g");
    }

    public Manifest backup(SourceRef source) {
        return backup(source, snapshot -> snapshot);
    }

    public Manifest backup(String database, SourceRef source) {
        return backup(database, source, snapshot -> snapshot);
    }

    /** @param misread what goes wrong between the database and the vault */
    public Manifest backup(SourceRef source, UnaryOperator<Snapshot> misread) {
        return backup("shop", source, misread);
    }

    private Manifest backup(String database, SourceRef source, UnaryOperator<Snapshot> misread) {
        return backup(database, source, BackupScope.everything(), misread);
    }

    /** Before a restore writes into these tables. */
    Manifest safety(SourceRef source, QualifiedName... tables) {
        return backup("shop", source, BackupScope.everything().narrowedTo(Set.of(tables)), snapshot -> snapshot);
    }

    private Manifest backup(String database, SourceRef source, BackupScope scope, UnaryOperator<Snapshot> misread) {
        var subject = new BackupMetadata(source.name(), BackupKind.MANUAL, List.of("tested"), scope, Instant.now());
        var address = DatabaseAddress.parse(
                "postgresql://" + site.superuser + "@127.0.0.1:" + site.postgres + "/" + database);
        try (Snapshot snapshot = engine.open(
                        address,
                        PasswordSupplier.from(() -> site.password),
                        SnapshotOptions.defaults().withScope(scope));
                BackupWriter writer =
                        vault.write(source.id(), BackupId.next(InstantSource.system()), WriteOptions.STANDARD)) {
            return SnapshotUploader.run(misread.apply(snapshot), writer, 2, subject, TransferListener.NONE);
        }
    }

    static BackupEvent.Completed completed(SourceRef source, Manifest manifest) {
        var totals = manifest.totals();
        return new BackupEvent.Completed(
                manifest.backup(),
                source,
                BackupKind.MANUAL,
                List.of("tested"),
                null,
                "postgres",
                manifest.contents().server().version(),
                manifest.contents().snapshotAt(),
                Instant.now(),
                1000,
                new BackupTotals(totals.tables(), totals.rows(), totals.bytes(), totals.storedBytes(), 0),
                false,
                List.of());
    }

    public void sql(String database, String... statements) {
        try (Connection connection = connect(database);
                Statement sql = connection.createStatement()) {
            for (String statement : statements) {
                sql.execute(statement);
            }
        } catch (SQLException e) {
            throw new AssertionError(e.getMessage(), e);
        }
    }

    public List<String> query(String database, String query) {
        try (Connection connection = connect(database);
                Statement sql = connection.createStatement();
                ResultSet rows = sql.executeQuery(query)) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                found.add(rows.getString(1));
            }
            return found;
        } catch (SQLException e) {
            throw new AssertionError(e.getMessage(), e);
        }
    }

    private Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + site.postgres + "/" + database, site.superuser, site.password);
    }
}
