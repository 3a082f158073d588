package io.holdfast.backup;

import io.holdfast.devstack.FaultInjectionProxy;
import io.holdfast.devstack.StackAddresses;
import io.holdfast.engine.support.ProcessTempDirectory;
import io.holdfast.testsupport.producer.TestProducer;
import io.holdfast.vault.Vault;
import io.holdfast.vault.crypto.KeyFile;
import io.holdfast.vault.store.MemoryObjectStore;
import io.holdfast.vault.store.ObjectStore;
import io.holdfast.vault.store.S3ObjectStore;
import io.holdfast.vault.store.S3Settings;
import io.holdfast.vault.store.StoredObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.sqlite.SQLiteDataSource;

/** What backup-service works on in these tests: databases that are protected, a vault, the way to it. */
public final class Bed implements AutoCloseable {
    static final String PREFIX = "vault";

    final FaultInjectionProxy faultInjectionProxy;
    final ObjectStore objects;
    final Path keyFile;
    final String kafka;

    /** May back up the source "slow" only. */
    final TestProducer deployment = TestProducer.named("deployment");

    private final StackAddresses addresses;
    private final Path folder;

    Bed(StackAddresses addresses) {
        try {
            this.addresses = addresses;
            this.kafka = addresses.kafka();
            this.folder = ProcessTempDirectory.directory("backup-service-");
            this.keyFile = folder.resolve("vault.key");
            StackAddresses.S3 s3 = addresses.s3();
            URI behind = URI.create(s3.endpoint());
            this.faultInjectionProxy = new FaultInjectionProxy(behind.getHost(), behind.getPort());
            this.objects = S3ObjectStore.open(new S3Settings(
                    URI.create(s3.endpoint()), s3.region(), true, s3.bucket(), PREFIX, s3.accessKey(), s3.secretKey()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void databases() {
        daily();
        sql(
                "postgres",
                "create database shop",
                "create database slow",
                "create database changing",
                "create database shrinking",
                "create role visitor login password 'visitor'");
        sql(
                "shop",
                "create table clients (id int primary key, name text)",
                "insert into clients select g, 'client ' || g from generate_series(1, 1000) g",
                "create table orders (id bigserial primary key, client int references clients, body text)",
                "insert into orders (client, body) select 1 + g % 1000, md5(g::text) from generate_series(1, 3000) g",
                "create table secrets (id int)",
                "grant select on clients, orders to visitor");
        sql(
                "shrinking",
                "create table things (id int primary key)",
                "insert into things select g from generate_series(1, 1000) g");
        sql(
                "slow",
                "create table rows (id int, body text)",
                "insert into rows select g, repeat(md5(g::text), 8) from generate_series(1, 30000) g");
    }

    /** @return the configuration file */
    Path configuration() {
        try {
            StackAddresses.S3 s3 = addresses.s3();
            StackAddresses.Postgres server = addresses.postgres();
            String shop = server.uri(server.superuser(), "shop");
            return Files.writeString(yaml(), """
                    holdfast:
                      vault:
                        endpoint: "http://127.0.0.1:%s"
                        region: %s
                        path-style: true
                        bucket: %s
                        prefix: %s
                        create: true
                        access-key: { file: %s }
                        secret-key: { file: %s }
                        key-file: vault.key
                      defaults: { production: {} }
                      sources:
                        shop: { engine: postgres, url: "%s", password: { file: %s }, environment: production }
                        store: { engine: postgres, url: "%s", password: { file: %8$s } }
                        lost: { engine: postgres, url: "%7$s", password: { file: %8$s } }
                        slow:
                          engine: postgres
                          url: "%s"
                          password: { file: %8$s }
                          limits: { readers: 2, bytes-per-second: 400kB }
                        changing: { engine: postgres, url: "%s", password: { file: %8$s }, limits: { lock-timeout: 3s } }
                        changing-slowly:
                          engine: postgres
                          url: "%11$s"
                          password: { file: %8$s }
                          limits: { readers: 1, bytes-per-second: 400kB, blocked-ddl-patience: 100ms }
                        nowhere: { engine: postgres, url: "postgresql://nobody@127.0.0.1:%d/nothing" }
                        locked-out: { engine: postgres, url: "%7$s", password: { file: %s } }
                        forbidden: { engine: postgres, url: "%s", password: { file: %s } }
                        notes: { engine: sqlite, url: "sqlite:%s" }
                        daily: &daily
                          engine: sqlite
                          url: "sqlite:%s/daily.db"
                          schedule: { backups: ["17 3 * * *"] }
                        nightly: { <<: *daily }
                        watched: { engine: sqlite, url: "sqlite:%17$s/watched.db" }
                        shrinking: { engine: postgres, url: "%18$s", password: { file: %8$s } }
                        flaky: { <<: *daily, url: "sqlite:%17$s/flaky.db" }
                        retained:
                          engine: sqlite
                          url: "sqlite:%19$s"
                          retention: { all: 1d, daily: 5d, guard: 100%%, labels: { before-migration: 90d } }
                        guarded: { engine: sqlite, url: "sqlite:%19$s", retention: { all: 1d } }
                        two-keys:
                          engine: sqlite
                          url: "sqlite:%17$s/daily.db"
                          approval: { delete: required, export: required }
                        secretless: { engine: postgres, url: "%7$s", password: { file: no-such-file } }
                      platform: { lease: 4s, heartbeat: 1s, check-every: 10m }
                      access: { anonymous: [admin], cron-secret: { file: %20$s }, producers: { %21$s } }
                    """.formatted(
                            faultInjectionProxy.port(),
                            s3.region(),
                            s3.bucket(),
                            PREFIX,
                            secret("s3-key", s3.accessKey()),
                            secret("s3-secret", s3.secretKey()),
                            shop,
                            secret("superuser", server.password()),
                            shop,
                            server.uri(server.superuser(), "slow"),
                            server.uri(server.superuser(), "changing"),
                            closedPort(),
                            secret("wrong", "certainly-not-it"),
                            server.uri("visitor", "shop"),
                            secret("visitor", "visitor"),
                            notes(),
                            folder,
                            server.uri(server.superuser(), "shrinking"),
                            retained(),
                            secret("cron-secret", "from-the-cron"),
                            deployment.configuration(folder, "roles: [backup], sources: [slow]")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void daily() {
        SQLiteDataSource file = new SQLiteDataSource(); // the driver is not registered in Quarkus' class loader
        file.setUrl("jdbc:sqlite:" + folder.resolve("daily.db"));
        try (Connection connection = file.getConnection();
                Statement sql = connection.createStatement()) {
            sql.execute("create table days (day text)");
            sql.execute("insert into days values ('monday')");
        } catch (SQLException e) {
            throw new AssertionError(e.getMessage(), e);
        }
    }

    /** The configuration file. */
    public Path yaml() {
        return folder.resolve("holdfast.yaml");
    }

    /** The file of the source "notes", which need not be there. */
    public Path notes() {
        return folder.resolve("notes.db");
    }

    /** The file of the sources "retained" and "guarded". */
    Path retained() {
        return folder.resolve("retained.db");
    }

    /** The file of {@code access.cron-secret}. */
    Path cronSecret() {
        return folder.resolve("cron-secret");
    }

    private Path secret(String name, String value) throws IOException {
        Path file = Files.writeString(folder.resolve(name), value);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
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

    List<String> query(String database, String query) {
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

    Connection connect(String database) throws SQLException {
        StackAddresses.Postgres server = addresses.postgres();
        return DriverManager.getConnection(server.jdbcUrl(database), server.superuser(), server.password());
    }

    /** Everything in the vault but what workers leave for the next one, and what is written to try the bucket out. */
    List<String> keys() {
        return objects.list("")
                .map(StoredObject::key)
                .filter(key -> !key.contains("/journal/") && !key.startsWith("probe/"))
                .sorted()
                .toList();
    }

    /** The vault as it is now, to be put back. */
    Map<String, byte[]> copy() {
        Map<String, byte[]> copy = new HashMap<>();
        for (String key : keys()) {
            copy.put(key, objects.get(key).orElseThrow());
        }
        return copy;
    }

    void empty() {
        objects.list("").map(StoredObject::key).toList().forEach(objects::delete);
    }

    void restore(Map<String, byte[]> copy) {
        empty();
        copy.forEach(objects::put);
    }

    Vault vault() {
        return Vault.open(objects, KeyFile.read(keyFile));
    }

    void makeAnotherVault() {
        Vault.init(objects, KeyFile.read(keyFile));
    }

    void makeAnotherKey() {
        KeyFile.create(keyFile, new MemoryObjectStore());
    }

    @Override
    public void close() {
        faultInjectionProxy.close();
        objects.close();
    }
}
