package io.holdfast.engine.postgres.increment;

import io.holdfast.engine.increment.ChangeMark;
import io.holdfast.engine.postgres.jdbc.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells whether a server records which blocks changed, and finds the horizon with which a snapshot begins. */
public final class IncrementSupport {
    private static final Logger LOG = LoggerFactory.getLogger(IncrementSupport.class);
    private static final int SINCE = 17;

    /** The view does not exist before 17: asked only there. */
    private static final String READY = "SELECT NOT pg_catalog.pg_is_in_recovery()"
            + " AND pg_catalog.current_setting('summarize_wal')::boolean"
            + " AND pg_catalog.pg_has_role('pg_checkpoint', 'USAGE')"
            + " AND pg_catalog.has_function_privilege('pg_catalog.pg_available_wal_summaries()', 'EXECUTE')"
            + " AND pg_catalog.has_function_privilege('pg_catalog.pg_wal_summary_contents(bigint, pg_lsn, pg_lsn)',"
            + " 'EXECUTE') AND pg_catalog.has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE')"
            + " AND pg_catalog.has_function_privilege('pg_catalog.pg_control_checkpoint()', 'EXECUTE')";

    /** End of the newest WAL summary of the present timeline; null without a summary. */
    private static final String SUMMARIZED = "SELECT pg_catalog.max(s.end_lsn) FROM"
            + " pg_catalog.pg_available_wal_summaries() s WHERE pg_catalog.lpad(pg_catalog.upper("
            + "pg_catalog.to_hex(s.tli)), 8, '0') = pg_catalog.substr(pg_catalog.pg_walfile_name("
            + "pg_catalog.pg_current_wal_insert_lsn()), 1, 8)";

    private IncrementSupport() {}

    /**
     * The horizon of a snapshot that the connection takes afterwards; empty if the server does not summarize WAL, is a
     * standby, or gives the role too few rights. Also empty if a summary reaches beyond the end of the WAL: the server lost WAL,
     * wrote other WAL in its place, and still has summaries of what was lost. Assigns one transaction id.
     *
     * @param connection without a transaction, so that the assigned id is done with before the snapshot
     */
    public static Optional<ChangeMark.Horizon> begin(Connection connection) throws SQLException {
        if (connection.getMetaData().getDatabaseMajorVersion() < SINCE
                || !Sql.one(connection, READY, row -> row.getBoolean(1))) {
            return Optional.empty();
        }
        // listed before the position is read, so that no summary of the present WAL ends behind it
        String summarized = Sql.one(connection, SUMMARIZED, row -> row.getString(1));
        // the order matters: a transaction that gets its id after the position was read writes only behind it
        long position = Sql.one(
                connection,
                "SELECT pg_catalog.pg_current_wal_insert_lsn()",
                row -> WalPosition.parse(Sql.text(row, 1)));
        if (summarized != null && WalPosition.parse(summarized) > position) {
            LOG.warn(
                    "WAL summaries reach to {}, beyond the end of the WAL at {}: the server lost WAL that was summarized;"
                            + " backups read all rows until the WAL has passed this position, or the files in"
                            + " pg_wal/summaries were removed",
                    summarized,
                    WalPosition.text(position));
            return Optional.empty();
        }
        long transaction = Sql.one(
                connection, "SELECT pg_catalog.pg_current_xact_id()::text", row -> Long.parseLong(Sql.text(row, 1)));
        return Optional.of(new ChangeMark.Horizon(position, transaction));
    }
}
