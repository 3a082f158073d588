package io.holdfast.restore.saga;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.BackupKind;
import io.holdfast.contracts.CheckResult;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import io.holdfast.contracts.VerificationId;
import io.holdfast.engine.BackupScope;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.postgres.PostgresEngine;
import io.holdfast.engine.postgres.tools.PostgresTools;
import io.holdfast.transfer.backup.BackupMetadata;
import io.holdfast.transfer.backup.SnapshotUploader;
import io.holdfast.transfer.compare.ProofChecks;
import io.holdfast.transfer.progress.TransferListener;
import io.holdfast.vault.Vault;
import io.holdfast.vault.check.CheckLevel;
import io.holdfast.vault.check.ProgressListener;
import io.holdfast.vault.crypto.KeyFile;
import io.holdfast.vault.format.Extent;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.format.Proof;
import io.holdfast.vault.format.StoredChunk;
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
import java.util.function.BiConsumer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A source database, and its backups in the vault: what backup-service would do. */
@Singleton
public class Shop {
    public static final SourceRef SHOP = new SourceRef(SourceId.next(InstantSource.system()), "shop");

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
                "create table app.\"odd Näme\" (\"a b\" int, doubled int generated always as (\"a b\" * 2) stored)",
                "create view app.named as select id, name from app.clients",
                "create materialized view app.counted as select client, count(*) n from app.tickets group by client",
                "create sequence app.invoice start 1000",
                "insert into app.clients (name) select 'client ' || g from generate_series(1, 500) g",
                "insert into app.tickets (client, body) select 1 + g % 500, (select string_agg(md5(g::text || n), E'\\t')"
                        + " from generate_series(1, 8) n) from generate_series(1, 4000) g",
                "insert into app.\"odd Näme\" select g from generate_series(1, 100) g",
                "select nextval('app.invoice') from generate_series(1, 42)",
                "refresh materialized view app.counted",
                "create role powerless login password '" + site.password + "'");
    }

    public Manifest backup(SourceRef source, String... labels) {
        return backup("shop", source, labels);
    }

    public Manifest proven(SourceRef source, String... labels) {
        Manifest manifest = backup(source, labels);
        verdict(source, manifest, Proof.Outcome.PROVEN);
        return manifest;
    }

    public Manifest backup(String database, SourceRef source, String... labels) {
        return backup(database, source, BackupScope.everything(), labels);
    }

    public Manifest backup(String database, SourceRef source, BackupScope scope, String... labels) {
        return backup(database, source, scope, Instant.now(), labels);
    }

    /** A backup that says that it was begun then. */
    Manifest backup(String database, SourceRef source, BackupScope scope, Instant begun, String... labels) {
        var subject = new BackupMetadata(
                source.name(),
                List.of(labels).contains("safety") ? BackupKind.SAFETY : BackupKind.MANUAL,
                List.of(labels),
                scope,
                begun);
        var address = DatabaseAddress.parse(
                "postgresql://" + site.superuser + "@127.0.0.1:" + site.postgres + "/" + database);
        try (Snapshot snapshot = engine.open(
                        address,
                        PasswordSupplier.from(() -> site.password),
                        SnapshotOptions.defaults().withScope(scope));
                BackupWriter writer =
                        vault.write(source.id(), BackupId.next(InstantSource.system()), WriteOptions.STANDARD)) {
            return SnapshotUploader.run(snapshot, writer, 2, subject, TransferListener.NONE);
        }
    }

    /** What the verifier would leave in the vault. */
    public void verdict(SourceRef source, Manifest manifest, Proof.Outcome outcome) {
        verdict(source, manifest, outcome, null);
    }

    /** What the verifier would leave in the vault after a proof with data checks. */
    void proven(SourceRef source, Manifest manifest, CheckResult... checks) {
        verdict(source, manifest, Proof.Outcome.PROVEN, ProofChecks.report(List.of(checks)));
    }

    private void verdict(SourceRef source, Manifest manifest, Proof.Outcome outcome, @Nullable JsonNode report) {
        vault.putProof(new Proof(
                VerificationId.next(InstantSource.system()),
                manifest.backup(),
                source.id(),
                outcome,
                Instant.now(),
                Instant.now(),
                "by a test",
                report));
    }

    /** A chunk that is damaged until this is closed: backups of one source share their chunks. */
    public record Rot(String chunk, Runnable mended) implements AutoCloseable {
        @Override
        public void close() {
            mended.run();
        }
    }

    /** One bit of the rows of this table is flipped. */
    public Rot rot(SourceRef source, Manifest manifest, String table) {
        return damaged(source, manifest, table, (key, bytes) -> {
            bytes[bytes.length / 2] ^= 1;
            store.put(key, bytes);
        });
    }

    /** A chunk of the rows of this table is gone. */
    public Rot lost(SourceRef source, Manifest manifest, String table) {
        return damaged(source, manifest, table, (key, bytes) -> store.delete(key));
    }

    private Rot damaged(SourceRef source, Manifest manifest, String table, BiConsumer<String, byte[]> damage) {
        Extent first = manifest.contents().tables().stream()
                .filter(it -> it.name().name().equals(table))
                .flatMap(it -> it.extents().stream())
                .findFirst()
                .orElseThrow();
        StoredChunk chunk = manifest.chunks().stream()
                .filter(it -> it.id().equals(first.chunk()))
                .findFirst()
                .orElseThrow();
        String key = key(source, chunk);
        byte[] whole = store.get(key).orElseThrow();
        damage.accept(key, whole.clone());
        return new Rot(chunk.id().toString(), () -> {
            store.put(key, whole);
            // no more in quarantine, or the next backup would write it anew
            vault.check(source.id(), manifest.backup(), CheckLevel.LISTED, ProgressListener.NONE);
        });
    }

    static String key(SourceRef source, StoredChunk chunk) {
        String hex = chunk.id().toString();
        return "sources/" + source.id() + "/chunks/" + hex.substring(0, 2) + "/" + hex + "." + chunk.generation();
    }

    public List<String> databases() {
        return query("postgres", "select datname || ' ' || oid from pg_database order by 1");
    }

    /** The same, once nothing is left of earlier restores. */
    public List<String> settledDatabases() {
        return Awaitility.await()
                .until(this::databases, all -> all.stream().noneMatch(name -> name.startsWith("holdfast_restore_")));
    }

    /** All there is to see of a shop's database, by means of our own. */
    public List<String> portrait(String database) {
        List<String> portrait = new ArrayList<>();
        for (String table : List.of("app.clients", "app.tickets", "app.\"odd Näme\"", "app.counted", "app.named")) {
            portrait.addAll(query(
                    database,
                    "select '" + table + " ' || count(*) || ' ' || md5(coalesce(string_agg(t::text, E'\\n' order by"
                            + " t::text), '')) from " + table + " t"));
        }
        portrait.addAll(query(
                database,
                "select schemaname || sequencename || coalesce(last_value, -1) from pg_sequences order by 1"));
        portrait.addAll(query(database, "select indexdef from pg_indexes where schemaname = 'app' order by 1"));
        portrait.addAll(query(
                database,
                "select conname || pg_get_constraintdef(oid) from pg_constraint where connamespace = 'app'::regnamespace"
                        + " order by 1"));
        return portrait;
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
