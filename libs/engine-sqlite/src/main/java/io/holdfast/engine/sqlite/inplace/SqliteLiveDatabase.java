package io.holdfast.engine.sqlite.inplace;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.RestoreId;
import io.holdfast.engine.inplace.InPlacePlan;
import io.holdfast.engine.inplace.InPlaceSelection;
import io.holdfast.engine.inplace.InPlaceStage;
import io.holdfast.engine.inplace.InPlaceWriteResult;
import io.holdfast.engine.inplace.LiveDatabase;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.sqlite.jdbc.SqliteConnections;
import io.holdfast.engine.sqlite.jdbc.SqliteErrorTranslator;
import io.holdfast.engine.sqlite.snapshot.LiveFileHandle;
import io.holdfast.engine.sqlite.snapshot.OnlineFileCopy;
import io.holdfast.engine.support.InterruptWatcher;
import io.holdfast.engine.support.ProcessTempDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file in use, by one connection for each call. Foreign keys do not act on it, and triggers are taken away for the
 * transaction that writes. Stages are private files, which end with this object or with the process.
 */
public final class SqliteLiveDatabase implements LiveDatabase {
    private final Path file;
    private final Duration lockTimeout;
    private final List<Path> directories = new ArrayList<>();

    public SqliteLiveDatabase(Path file, Duration lockTimeout) {
        this.file = file;
        this.lockTimeout = lockTimeout;
    }

    /** Work on a connection. */
    @FunctionalInterface
    interface Work<T> {
        T with(Connection connection) throws SQLException, IOException, InterruptedException;
    }

    @FunctionalInterface
    private interface Opening {
        Connection open() throws SQLException;
    }

    @FunctionalInterface
    private interface Failing {
        HoldfastException of(String doing, SQLException e);
    }

    /** In one transaction, which is rolled back unless the work commits it. */
    @SuppressWarnings("try") // the handle is only there to be closed
    <T> T run(String doing, String begin, @Nullable Path stage, Work<T> work) {
        try (LiveFileHandle handle = LiveFileHandle.of(file)) {
            return inHandle(doing, begin, stage, work);
        }
    }

    private <T> T inHandle(String doing, String begin, @Nullable Path stage, Work<T> work) {
        Failing failing = (what, e) -> SqliteErrorTranslator.target(file, what, e);
        return work(doing, failing, () -> SqliteConnections.inUse(file, lockTimeout), connection -> {
            SqliteConnections.run(connection, "PRAGMA foreign_keys = OFF");
            if (stage != null) {
                attach(doing, connection, stage);
            }
            SqliteConnections.run(connection, begin);
            return work.with(connection);
        });
    }

    /** On a stage, which nobody else knows. */
    static <T> T fill(String doing, Path stage, Work<T> work) {
        return work(
                doing,
                (what, e) -> SqliteErrorTranslator.stage(stage, what, e),
                () -> SqliteConnections.writing(stage),
                work);
    }

    /** Read only: then only the live file is written, and a commit is one file's. */
    private static void attach(String doing, Connection connection, Path stage) {
        try (PreparedStatement statement = connection.prepareStatement("ATTACH ? AS stage")) {
            statement.setString(1, SqliteConnections.uri(stage, "mode=ro"));
            statement.execute();
        } catch (SQLException e) {
            throw SqliteErrorTranslator.stage(stage, doing, e);
        }
    }

    @SuppressWarnings("try") // the watch is only there to be closed
    private static <T> T work(String doing, Failing failing, Opening opening, Work<T> work) {
        Connection connection = null;
        try {
            Connection open = opening.open();
            connection = open;
            try (InterruptWatcher.Watched watched = InterruptWatcher.watch(() -> SqliteConnections.interrupt(open))) {
                return work.with(open);
            }
        } catch (SQLException e) {
            throw Thread.currentThread().isInterrupted() ? cancelled(doing, e) : failing.of(doing, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw cancelled(doing, e);
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw cancelled(doing, e);
            }
            throw HoldfastException.of(FailureCode.INTERNAL, doing + ": its rows could not be read (" + e + ")", e);
        } finally {
            SqliteConnections.close(connection);
        }
    }

    private static HoldfastException cancelled(String doing, Exception e) {
        return HoldfastException.of(FailureCode.CANCELLED, doing + " was cancelled", e);
    }

    @Override
    public InPlacePlan plan(InPlaceSelection selection, DatabaseDescriptor backup, Path schemaDump) {
        return run(
                "planning",
                "BEGIN",
                null,
                connection -> InPlacePlanner.shown(
                        selection, InPlacePlanner.of(connection, selection, backup), unwritable()));
    }

    private List<FailureReason> unwritable() {
        Path directory = java.util.Objects.requireNonNull(file.getParent());
        return Files.isWritable(file) && Files.isWritable(directory)
                ? List.of()
                : List.of(FailureReason.of(
                        FailureCode.TARGET_PERMISSION_DENIED,
                        "user " + System.getProperty("user.name") + " may not write " + file + " and its folder, where"
                                + " SQLite keeps its journal; let this user write there",
                        file.toString()));
    }

    @Override
    public InPlaceStage stage(RestoreId restore, InPlaceSelection selection, DatabaseDescriptor backup) {
        RestoreMarkerTable mark = new RestoreMarkerTable(restore);
        Path directory = OnlineFileCopy.directory();
        synchronized (directories) {
            directories.add(directory);
        }
        Path staged = directory.resolve("stage.db");
        return run("staging", "BEGIN IMMEDIATE", null, connection -> {
            if (mark.applied(connection).isPresent()) {
                throw HoldfastException.about(
                        restore.toString(),
                        FailureCode.REQUEST_CONFLICT,
                        "restore " + restore + " has been applied to the live file already");
            }
            InPlacePlanner.Resolved resolved = InPlacePlanner.of(connection, selection, backup);
            InPlacePlan.refuse(resolved.problems());
            SqliteInPlaceStage stage = new SqliteInPlaceStage(this, mark, staged, selection, backup, resolved);
            create(staged, SqliteConnections.one(connection, "PRAGMA encoding"));
            mark.set(connection, stage.token());
            SqliteConnections.run(connection, "COMMIT");
            return stage;
        });
    }

    private static void create(Path staged, String encoding) {
        try {
            ProcessTempDirectory.create(staged);
        } catch (IOException e) {
            throw SqliteErrorTranslator.noRoom(e);
        }
        fill("staging", staged, connection -> {
            SqliteConnections.run(connection, "PRAGMA encoding = '" + encoding + "'");
            SqliteConnections.run(connection, "CREATE TABLE stage (restore)"); // from now on the encoding stays
            return true;
        });
    }

    @Override
    public Optional<InPlaceWriteResult> applied(RestoreId restore) {
        return run("asking what was restored", "BEGIN", null, new RestoreMarkerTable(restore)::applied);
    }

    @Override
    public void discard(RestoreId restore) {
        RestoreMarkerTable mark = new RestoreMarkerTable(restore);
        run("removing the stage", "BEGIN IMMEDIATE", null, connection -> {
            if (mark.drop(connection)) {
                SqliteConnections.run(connection, "COMMIT");
            }
            return true;
        });
    }

    @Override
    public void close() {
        synchronized (directories) {
            directories.forEach(OnlineFileCopy::delete);
            directories.clear();
        }
    }
}
