package io.holdfast.engine.postgres;

import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.RestoreId;
import io.holdfast.engine.CancelWatch;
import io.holdfast.engine.DatabaseAddress;
import io.holdfast.engine.DatabaseShape;
import io.holdfast.engine.LiveDatabase;
import io.holdfast.engine.LivePlan;
import io.holdfast.engine.LiveSelection;
import io.holdfast.engine.LiveStage;
import io.holdfast.engine.LiveWrites;
import io.holdfast.engine.Password;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A live database, by one connection for each call. */
final class PostgresLive implements LiveDatabase {
    private final Connections connections;
    private final Tools tools;
    private final Duration lockTimeout;

    PostgresLive(DatabaseAddress address, Password password, Tools tools, Duration lockTimeout) {
        this.tools = tools;
        this.connections = new Connections(address, password, "holdfast/restore", Side.TARGET);
        this.lockTimeout = lockTimeout;
    }

    /** Work on a connection. */
    @FunctionalInterface
    interface Work<T> {
        T with(Connection connection) throws SQLException, IOException;
    }

    /** In one transaction, which is rolled back unless the work commits it. */
    @SuppressWarnings("try") // the watch is only there to be closed
    <T> T run(String doing, String begin, Work<T> work) {
        Connection connection = connections.open();
        try (CancelWatch.Watched watched = CancelWatch.watch(() -> Connections.cancel(connection))) {
            Sql.run(connection, "SET lock_timeout = " + Math.max(1, lockTimeout.toMillis()));
            Sql.run(connection, begin);
            return work.with(connection);
        } catch (SQLException e) {
            throw failure(doing, e);
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw Failure.of(FailureCode.CANCELLED, doing + " was cancelled", e);
            }
            throw new UncheckedIOException(e);
        } finally {
            Connections.close(connection);
        }
    }

    private Failure failure(String doing, SQLException e) {
        if (Thread.currentThread().isInterrupted()) {
            return Failure.of(FailureCode.CANCELLED, doing + " was cancelled", e);
        }
        return Failures.state(e).equals("40P01")
                ? Failure.of(
                        FailureCode.TARGET_BUSY,
                        doing + ": somebody else's work and this waited for each other; nothing was changed, try again",
                        e)
                : connections.failure(doing, null, e);
    }

    @Override
    public LivePlan plan(LiveSelection selection, DatabaseShape backup, Path schemaDump) {
        BackupTypes types = new BackupTypes(tools, schemaDump);
        return run(
                "planning in " + connections.address.shown(),
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
                connection -> LivePlans.of(connection, selection, backup, types));
    }

    @Override
    public LiveStage stage(RestoreId restore, LiveSelection selection, DatabaseShape backup) {
        StageSchema schema = new StageSchema(restore);
        return run("staging in " + connections.address.shown(), "BEGIN", connection -> {
            schema.lock(connection);
            if (schema.applied(connection).isPresent()) {
                throw Failure.about(
                        restore.toString(),
                        FailureCode.REQUEST_CONFLICT,
                        "restore " + restore + " has been applied to the live database already");
            }
            LivePlanning.Resolved resolved = LivePlanning.of(connection, selection, backup);
            LivePlan.refuse(resolved.problems());
            schema.create(connection);
            PostgresStage stage = new PostgresStage(this, schema, selection, backup, resolved);
            stage.create(connection);
            Sql.run(connection, "COMMIT");
            return stage;
        });
    }

    @Override
    public Optional<LiveWrites> applied(RestoreId restore) {
        StageSchema schema = new StageSchema(restore);
        return run("asking " + connections.address.shown() + " what was restored", "BEGIN", schema::applied);
    }

    @Override
    public void discard(RestoreId restore) {
        StageSchema schema = new StageSchema(restore);
        run("removing the stage in " + connections.address.shown(), "BEGIN", connection -> {
            schema.lock(connection);
            schema.drop(connection);
            Sql.run(connection, "COMMIT");
            return List.of();
        });
    }

    @Override
    public void close() {
        // every call closes its own connection
    }
}
