package io.holdfast.transfer.increment;

import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.postgres.PostgresEngine;
import io.holdfast.engine.postgres.jdbc.ConnectionFactory;
import io.holdfast.engine.postgres.jdbc.ConnectionRole;
import io.holdfast.engine.postgres.jdbc.Sql;
import io.holdfast.engine.postgres.tools.PostgresTools;
import io.holdfast.engine.scratch.DirectoryServer;
import io.holdfast.engine.scratch.RecoveryDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A server from PostgreSQL 17 on that summarizes its WAL, in a data directory that can be copied while it is stopped. */
final class SummarizingServer implements AutoCloseable {
    private static final String PROPERTY = "holdfast.test.postgres-summaries";
    private static final String DATABASE = "postgres";

    static final String MISSING = "the programs of PostgreSQL 17 or later are missing: set -D" + PROPERTY
            + "=DIRECTORY, such as the bin folder that libs/engine-postgres/src/test/majors/install.sh makes";

    private final Path programs;
    private final RecoveryDirectory directory;
    private @Nullable DirectoryServer server;

    private SummarizingServer(Path programs, RecoveryDirectory directory) {
        this.programs = programs;
        this.directory = directory;
    }

    static Optional<Path> programs() {
        return Optional.ofNullable(System.getProperty(PROPERTY)).map(Path::of);
    }

    static SummarizingServer start() throws IOException, InterruptedException {
        Path programs = programs().orElseThrow();
        RecoveryDirectory directory = RecoveryDirectory.create();
        Path data = Files.createDirectory(directory.data());
        run(data, programs.resolve("initdb").toString(), "-D", data.toString(), "-U", "postgres", "-N", "-E", "UTF8");
        SummarizingServer server = new SummarizingServer(programs, directory);
        server.resume();
        return server;
    }

    /** As the owner of the data directory, who is not root. */
    private static void run(Path data, String... command) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>();
        if ("root".equals(System.getProperty("user.name"))) {
            new ProcessBuilder("chown", "-R", "postgres", data.toString())
                    .start()
                    .waitFor();
            words.addAll(List.of("runuser", "-u", "postgres", "--"));
        }
        words.addAll(List.of(command));
        Path log = Files.createTempFile("command", ".log");
        int exit = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start()
                .waitFor();
        if (exit != 0) {
            throw new AssertionError(String.join(" ", words) + ": " + Files.readString(log));
        }
    }

    void resume() throws IOException, InterruptedException {
        DirectoryServer started = DirectoryServer.start(
                programs,
                directory.data(),
                List.of(),
                List.of("summarize_wal=on", "wal_level=replica", "max_prepared_transactions=10", "fsync=off"));
        server = started;
        if (!started.awaitReady()) {
            throw new AssertionError(String.join("\n", started.log()));
        }
    }

    void stop() {
        DirectoryServer running = server;
        if (running != null) {
            running.close();
            server = null;
        }
    }

    /** Copies the data directory of the stopped server. */
    void save() throws IOException, InterruptedException {
        Path copy = Files.createDirectory(saved());
        run(copy, "cp", "-a", directory.data() + "/.", copy.toString());
    }

    /** Sets the stopped server back to the copy. */
    void setBack() throws IOException, InterruptedException {
        String data = directory.data().toString();
        run(directory.data(), "sh", "-c", "rm -rf \"$0\"/* && cp -a \"$1\"/. \"$0\"", data, saved().toString());
    }

    private Path saved() {
        return directory.data().resolveSibling("saved");
    }

    DatabaseAddress address() {
        return address(DATABASE);
    }

    private DatabaseAddress address(String database) {
        DirectoryServer running = server;
        if (running == null) {
            throw new IllegalStateException("the server is stopped");
        }
        return running.address(database, "postgres");
    }

    PostgresEngine engine() {
        return new PostgresEngine(PostgresTools.find(programs));
    }

    Connection connect() {
        return connect(DATABASE);
    }

    private Connection connect(String database) {
        return new ConnectionFactory(address(database), PasswordSupplier.none(), "test", ConnectionRole.SOURCE).open();
    }

    void sql(String... statements) {
        try (Connection connection = connect()) {
            for (String statement : statements) {
                Sql.run(connection, statement);
            }
        } catch (SQLException e) {
            throw new AssertionError(e.getMessage(), e);
        }
    }

    /** Makes a summary as of WAL that the server lost: of timeline 1, far beyond the end of the WAL. */
    Path summaryBeyondTheWal() throws IOException, InterruptedException {
        Path summary = directory.data().resolve("pg_wal/summaries/0000000100000F000000002800000F0000100028.summary");
        run(directory.data(), "touch", summary.toString());
        return summary;
    }

    long count(String query) {
        return count(DATABASE, query);
    }

    long count(String database, String query) {
        try (Connection connection = connect(database)) {
            return Sql.one(connection, query, row -> row.getLong(1));
        } catch (SQLException e) {
            throw new AssertionError(e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        stop();
        directory.close();
    }
}
