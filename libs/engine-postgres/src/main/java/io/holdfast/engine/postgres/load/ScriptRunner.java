package io.holdfast.engine.postgres.load;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.SqlScript;
import io.holdfast.engine.postgres.jdbc.ConnectionFactory;
import io.holdfast.engine.postgres.jdbc.SqlErrorTranslator;
import io.holdfast.engine.support.InterruptWatcher;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Runs scripts of the configuration over one connection, which is closed afterwards with all settings that they changed. */
final class ScriptRunner {
    /** Of a script that begins a transaction and does not end it; without one, the server only warns. */
    private static final String COMMIT = "COMMIT";

    private ScriptRunner() {}

    @SuppressWarnings("try") // the watch is only there to be closed
    static void run(ConnectionFactory owner, List<SqlScript> scripts) {
        Connection connection = owner.open();
        try (InterruptWatcher.Watched watched = InterruptWatcher.watch(() -> ConnectionFactory.cancel(connection))) {
            for (SqlScript script : scripts) {
                run(owner, connection, script);
            }
        } finally {
            ConnectionFactory.close(connection);
        }
    }

    private static void run(ConnectionFactory owner, Connection connection, SqlScript script) {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(script.sql());
            statement.execute(COMMIT);
        } catch (SQLException e) {
            String doing = "running " + script.name() + " in " + owner.address.shown();
            if (Thread.currentThread().isInterrupted()) {
                throw HoldfastException.of(FailureCode.CANCELLED, doing + " was cancelled", e);
            }
            if (SqlErrorTranslator.ofTheServer(e)) {
                throw owner.failure(doing, null, e);
            }
            throw new HoldfastException(refused(script, e), e);
        }
    }

    private static FailureReason refused(SqlScript script, SQLException e) {
        return new FailureReason(
                FailureCode.CONFIG_INVALID,
                script.name() + ": the database refuses a statement (" + SqlErrorTranslator.said(e) + ", SQLSTATE "
                        + SqlErrorTranslator.state(e) + "); correct the SQL",
                script.name());
    }
}
