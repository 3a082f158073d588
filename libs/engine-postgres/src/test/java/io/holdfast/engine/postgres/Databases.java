package io.holdfast.engine.postgres;

import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.model.Fingerprint;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.model.TableDescriptor;
import io.holdfast.engine.postgres.jdbc.ConnectionFactory;
import io.holdfast.engine.postgres.jdbc.ConnectionRole;
import io.holdfast.engine.postgres.jdbc.Sql;
import io.holdfast.engine.postgres.tools.PostgresTools;
import io.holdfast.engine.rows.ReadTask;
import io.holdfast.engine.rows.RowSink;
import io.holdfast.engine.rows.TableReadRange;
import io.holdfast.engine.rows.TableReadResult;
import io.holdfast.engine.scratch.ScratchCluster;
import io.holdfast.engine.scratch.ScratchOptions;
import io.holdfast.engine.support.ProcessTempDirectory;
import io.holdfast.testsupport.engine.Copies;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One real server for all tests of this module, a database for each test, and a backup held in memory. */
public final class Databases {
    /** The server's major version: 15, or what the profile {@code majors} sets. */
    public static final int MAJOR = Integer.getInteger("holdfast.test.postgres", 15);

    /** Where the server's programs are; null: the usual places. */
    private static final @Nullable Path PROGRAMS = Optional.ofNullable(
                    System.getProperty("holdfast.test.postgres-programs"))
            .map(Path::of)
            .orElse(null);

    public static final PostgresTools TOOLS = PostgresTools.find(PROGRAMS);
    public static final PostgresEngine ENGINE = new PostgresEngine(TOOLS);
    public static final SnapshotOptions OPTIONS = SnapshotOptions.defaults().withReaders(2);
    private static final int KEPT = 50;
    /** Those of one test, unless they have subscriptions: those keep a database. */
    private static final String ENDED = "SELECT d.datname FROM pg_database d WHERE d.datname IN ('t%1$d', 'r%1$d')"
            + " AND NOT EXISTS (SELECT FROM pg_subscription s WHERE s.subdbid = d.oid)";

    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final ScratchCluster CLUSTER = start();

    private Databases() {}

    private static ScratchCluster start() {
        ScratchCluster cluster = ScratchCluster.start(new ScratchOptions(
                Path.of(System.getProperty("java.io.tmpdir"), "holdfast-engine-tests"), MAJOR, List.of(), PROGRAMS));
        Runtime.getRuntime().addShutdownHook(new Thread(cluster::close));
        return cluster;
    }

    /** Another server: of the version that {@code holdfast.test.postgres-target} names, else of the same. */
    public static ScratchCluster otherServer() {
        String target = System.getProperty("holdfast.test.postgres-target-programs");
        return ScratchCluster.start(new ScratchOptions(
                Path.of("/tmp"),
                Integer.getInteger("holdfast.test.postgres-target", MAJOR),
                List.of(),
                target == null ? PROGRAMS : Path.of(target)));
    }

    public static DatabaseAddress server() {
        return CLUSTER.address();
    }

    /** Those of tests that have long ended go, so that there is little to remove when all have. */
    public static DatabaseAddress fresh() {
        int number = NUMBER.incrementAndGet();
        String name = "t" + number;
        sql(server(), "CREATE DATABASE " + name + " TEMPLATE template0" + (MAJOR < 15 ? "" : " STRATEGY file_copy"));
        query(server(), ENDED.formatted(number - KEPT))
                .forEach(ended -> sql(server(), "DROP DATABASE " + ended + " WITH (FORCE)"));
        return server().withDatabase(name);
    }

    public static Connection connect(DatabaseAddress address) {
        return new ConnectionFactory(address, PasswordSupplier.none(), "test", ConnectionRole.SOURCE).open();
    }

    public static void sql(DatabaseAddress address, String... statements) {
        Connection connection = connect(address);
        try {
            Sql.run(connection, "RESET search_path; RESET row_security");
            for (String statement : statements) {
                Sql.run(connection, statement);
            }
        } catch (SQLException e) {
            throw new AssertionError(e.getMessage(), e);
        } finally {
            ConnectionFactory.close(connection);
        }
    }

    public static List<String> query(DatabaseAddress address, String sql) {
        Connection connection = connect(address);
        try {
            Sql.run(connection, "RESET search_path");
            return Sql.list(connection, sql, row -> String.valueOf(row.getString(1)));
        } catch (SQLException e) {
            throw new AssertionError(e.getMessage(), e);
        } finally {
            ConnectionFactory.close(connection);
        }
    }

    public static Snapshot open(DatabaseAddress address) {
        return ENGINE.open(address, PasswordSupplier.none(), OPTIONS);
    }

    /** What a backup is to this module. */
    public record Backup(
            DatabaseDescriptor shape,
            Path dump,
            Map<QualifiedName, byte[]> rows,
            Map<QualifiedName, Fingerprint> prints) {}

    public static Backup backup(Snapshot snapshot) throws IOException {
        Path dump = ProcessTempDirectory.file("schema", ".dump");
        dump.toFile().deleteOnExit();
        try (OutputStream out = Files.newOutputStream(dump)) {
            snapshot.dumpSchema(out);
        }
        Map<QualifiedName, ByteArrayOutputStream> rows = new HashMap<>();
        Map<QualifiedName, Fingerprint> prints = new HashMap<>();
        for (ReadTask task : snapshot.plan()) {
            for (TableReadResult result : snapshot.read(task, keeping(rows))) {
                prints.merge(result.part().table().name(), result.fingerprint(), Fingerprint::plus);
            }
        }
        Map<QualifiedName, byte[]> kept = new HashMap<>();
        rows.forEach((name, bytes) -> kept.put(name, bytes.toByteArray()));
        return new Backup(snapshot.shape(), dump, kept, prints);
    }

    private static RowSink keeping(Map<QualifiedName, ByteArrayOutputStream> rows) {
        return new RowSink() {
            private ByteArrayOutputStream current = new ByteArrayOutputStream();

            @Override
            public void begin(TableReadRange part) {
                current = rows.computeIfAbsent(part.table().name(), name -> new ByteArrayOutputStream());
            }

            @Override
            public void row(byte[] buffer, int offset, int length, long hash) {
                current.write(buffer, offset, length);
            }
        };
    }

    public static Map<QualifiedName, Fingerprint> fingerprints(Snapshot snapshot) {
        Map<QualifiedName, Fingerprint> prints = new HashMap<>();
        for (ReadTask task : snapshot.plan()) {
            for (TableReadResult result : snapshot.read(task, (buffer, offset, length, hash) -> {})) {
                prints.merge(result.part().table().name(), result.fingerprint(), Fingerprint::plus);
            }
        }
        return prints;
    }

    public static void loadRows(TargetDatabase database, Backup backup) {
        for (TableDescriptor table : backup.shape().tables()) {
            Fingerprint print = backup.prints().getOrDefault(table.name(), Fingerprint.EMPTY);
            byte[] rows = backup.rows().getOrDefault(table.name(), new byte[0]);
            if (table.dataIncluded()) {
                database.load(table, print.rows(), () -> new ByteArrayInputStream(rows));
            }
        }
    }

    /** Restores to a new database of the target and answers its name. */
    public static String restore(TargetServer target, Backup backup) {
        target.createRoles(backup.shape().roles());
        return restore(target, backup, LoadOptions.defaults());
    }

    public static String restore(TargetServer target, Backup backup, LoadOptions options) {
        String name = "r" + NUMBER.incrementAndGet();
        DatabaseDescriptor shape = backup.shape();
        target.create(name, shape);
        try (TargetDatabase database = target.open(name, options)) {
            load(database, backup);
            database.admit(shape);
        }
        return name;
    }

    /** Everything, up to where it can be compared. */
    public static void load(TargetDatabase database, Backup backup) {
        DatabaseDescriptor shape = backup.shape();
        database.settings(shape);
        database.preData(backup.dump());
        loadRows(database, backup);
        while (database.indexLoaded(backup.dump())) {}
        database.postData(backup.dump());
        database.refresh(shape.populatedViews());
        database.sequences(shape.sequences());
        Copies.analyze(database);
        database.finish(backup.dump());
        database.properties(shape);
    }
}
