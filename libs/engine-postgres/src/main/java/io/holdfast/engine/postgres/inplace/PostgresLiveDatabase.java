package io.holdfast.engine.postgres.inplace;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.RestoreId;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.inplace.InPlacePlan;
import io.holdfast.engine.inplace.InPlaceSelection;
import io.holdfast.engine.inplace.InPlaceStage;
import io.holdfast.engine.inplace.InPlaceWriteResult;
import io.holdfast.engine.inplace.LiveDatabase;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.postgres.jdbc.ConnectionFactory;
import io.holdfast.engine.postgres.jdbc.ConnectionRole;
import io.holdfast.engine.postgres.jdbc.Sql;
import io.holdfast.engine.postgres.jdbc.SqlErrorTranslator;
import io.holdfast.engine.postgres.tools.PostgresTools;
import io.holdfast.engine.support.InterruptWatcher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A live database, by one connection for each call. */
public final class PostgresLiveDatabase implements LiveDatabase {
    private final ConnectionFactory connections;
    private final PostgresTools tools;
    private final Duration lockTimeout;

    public PostgresLiveDatabase(
            DatabaseAddress address, PasswordSupplier password, PostgresTools tools, Duration lockTimeout) {
        this.tools = tools;
        this.connections = new ConnectionFactory(address, password, "holdfast/restore", ConnectionRole.TARGET);
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
        try (InterruptWatcher.Watched watched = InterruptWatcher.watch(() -> ConnectionFactory.cancel(connection))) {
            Sql.run(connection, "SET lock_timeout = " + Math.max(1, lockTimeout.toMillis()));
            Sql.run(connection, begin);
            return work.with(connection);
        } catch (SQLException e) {
            throw failure(doing, e);
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw HoldfastException.of(FailureCode.CANCELLED, doing + " was cancelled", e);
            }
            throw new UncheckedIOException(e);
        } finally {
            ConnectionFactory.close(connection);
        }
    }

    private HoldfastException failure(String doing, SQLException e) {
        if (Thread.currentThread().isInterrupted()) {
            return HoldfastException.of(FailureCode.CANCELLED, doing + " was cancelled", e);
        }
        return SqlErrorTranslator.state(e).equals("40P01")
                ? HoldfastException.of(
                        FailureCode.TARGET_BUSY,
                        doing
                                + ": this and another session waited for each other (deadlock); nothing was changed, try again",
                        e)
                : connections.failure(doing, null, e);
    }

    @Override
    public InPlacePlan plan(InPlaceSelection selection, DatabaseDescriptor backup, Path schemaDump) {
        BackupColumnTypes types = new BackupColumnTypes(tools, schemaDump);
        return run(
                "planning in " + connections.address.shown(),
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
                connection -> InPlacePlanBuilder.of(connection, selection, backup, types));
    }

    @Override
    public InPlaceStage stage(RestoreId restore, InPlaceSelection selection, DatabaseDescriptor backup) {
        StagingSchema schema = new StagingSchema(restore);
        return run("staging in " + connections.address.shown(), "BEGIN", connection -> {
            schema.lock(connection);
            if (schema.applied(connection).isPresent()) {
                throw HoldfastException.about(
                        restore.toString(),
                        FailureCode.REQUEST_CONFLICT,
                        "restore " + restore + " has been applied to the live database already");
            }
            InPlacePlanner.Resolved resolved = InPlacePlanner.of(connection, selection, backup);
            InPlacePlan.refuse(resolved.problems());
            schema.create(connection);
            PostgresInPlaceStage stage = new PostgresInPlaceStage(this, schema, selection, backup, resolved);
            stage.create(connection);
            Sql.run(connection, "COMMIT");
            return stage;
        });
    }

    @Override
    public Optional<InPlaceWriteResult> applied(RestoreId restore) {
        StagingSchema schema = new StagingSchema(restore);
        return run("asking " + connections.address.shown() + " what was restored", "BEGIN", schema::applied);
    }

    @Override
    public void discard(RestoreId restore) {
        StagingSchema schema = new StagingSchema(restore);
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
