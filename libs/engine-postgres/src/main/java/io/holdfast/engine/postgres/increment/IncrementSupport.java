package io.holdfast.engine.postgres.increment;

import io.holdfast.engine.increment.ChangeMark;
import io.holdfast.engine.postgres.jdbc.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** Whether a server can tell which blocks changed, and the horizon that a snapshot begins with. */
public final class IncrementSupport {
    private static final int SINCE = 17;

    /** The view does not exist before 17: asked only there. */
    private static final String READY = "SELECT NOT pg_catalog.pg_is_in_recovery()"
            + " AND pg_catalog.current_setting('summarize_wal')::boolean"
            + " AND pg_catalog.pg_has_role('pg_checkpoint', 'USAGE')"
            + " AND pg_catalog.has_function_privilege('pg_catalog.pg_available_wal_summaries()', 'EXECUTE')"
            + " AND pg_catalog.has_function_privilege('pg_catalog.pg_wal_summary_contents(bigint, pg_lsn, pg_lsn)',"
            + " 'EXECUTE') AND pg_catalog.has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE')"
            + " AND pg_catalog.has_function_privilege('pg_catalog.pg_control_checkpoint()', 'EXECUTE')";

    private IncrementSupport() {}

    /**
     * The horizon of a snapshot that the connection takes afterwards; empty if the server does not summarize WAL, is a
     * standby, or gives the role too few rights. Assigns one transaction id.
     *
     * @param connection without a transaction, so that the assigned id is done with before the snapshot
     */
    public static Optional<ChangeMark.Horizon> begin(Connection connection) throws SQLException {
        if (connection.getMetaData().getDatabaseMajorVersion() < SINCE
                || !Sql.one(connection, READY, row -> row.getBoolean(1))) {
            return Optional.empty();
        }
        // the order matters: a transaction that gets its id after the position was read writes only behind it
        long position = Sql.one(
                connection,
                "SELECT pg_catalog.pg_current_wal_insert_lsn()",
                row -> WalPosition.parse(Sql.text(row, 1)));
        long transaction = Sql.one(
                connection, "SELECT pg_catalog.pg_current_xact_id()::text", row -> Long.parseLong(Sql.text(row, 1)));
        return Optional.of(new ChangeMark.Horizon(position, transaction));
    }
}
