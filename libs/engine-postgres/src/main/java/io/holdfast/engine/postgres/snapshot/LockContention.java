package io.holdfast.engine.postgres.snapshot;

import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.jdbc.ConnectionFactory;
import io.holdfast.engine.postgres.jdbc.Sql;
import io.holdfast.engine.postgres.jdbc.SqlErrorTranslator;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Waits for table locks while a snapshot is opened. A session that already holds locks waits only briefly for further ones,
 * because sessions queue behind the locks that it holds. After a timeout it releases all of them, and then only the locked
 * table is waited for. Each repetition waits longer, so a table that is locked most of the time is reached at last.
 */
final class LockContention {
    private static final Duration BRIEF = Duration.ofMillis(500);
    private static final int LONGER = 4;
    /** A thousand locks take that much time even if no other session has them. */
    private static final Duration A_THOUSAND = Duration.ofMillis(50);

    private static final String FIRST = " ORDER BY l.granted DESC, a.xact_start LIMIT 1";
    private static final String HOLDERS =
            "SELECT n.nspname, c.relname, pg_catalog.format('process %s%s', l.pid, coalesce(' (' || a.usename ||"
                    + " CASE WHEN a.application_name <> '' THEN ', ' || a.application_name ELSE '' END || ')', '')),"
                    + " coalesce(a.query, '') FROM pg_catalog.pg_locks l"
                    + " JOIN pg_catalog.pg_class c ON c.oid = l.relation AND c.relkind IN ('r', 'p')"
                    + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                    + " LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid WHERE l.locktype = 'relation'"
                    + " AND l.mode = 'AccessExclusiveLock' AND n.nspname !~ '^pg_' AND l.database = (SELECT d.oid FROM"
                    + " pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())"
                    + " AND ";

    private final Connection connection;
    private final ConnectionFactory source;
    private final Duration most;
    private long waited;
    private String tables = "true";
    private Duration patience = BRIEF;
    private @Nullable Holder last;

    /** A session with a conflicting lock. */
    private record Holder(QualifiedName table, String session, String statement) {
        String shown() {
            return table + " is locked by " + session
                    + (statement.isEmpty() ? "" : ", whose last statement is " + statement);
        }
    }

    /** @param most the longest wait in total: time that passes without waiting does not count */
    LockContention(Connection connection, ConnectionFactory source, Duration most) {
        this.connection = connection;
        this.source = source;
        this.most = most;
    }

    /** @param condition on {@code pg_namespace n} and {@code pg_class c}: the tables that are locked */
    void within(String condition) {
        tables = condition;
    }

    /** Tests for a lock that was not granted in time, and for a deadlock that ended this session's statement. */
    static boolean conflict(SQLException e) {
        return Set.of("55P03", "40P01").contains(SqlErrorTranslator.state(e));
    }

    /** @return milliseconds that a session with locks may wait for another lock, given the number of its locks */
    long brief(int locks) {
        long brief = patience.toMillis() + A_THOUSAND.toMillis() * locks / 1000;
        return Math.max(1, Math.min(brief, left().toMillis()));
    }

    private Duration left() {
        return most.minusNanos(waited);
    }

    /** Waits, outside of a transaction and without any lock, for the table whose lock was missing; fails when the time is over. */
    void await(Exception cause) throws SQLException {
        waited += patience.toNanos(); // in vain
        long begun = System.nanoTime();
        Sql.run(connection, "BEGIN; SET LOCAL lock_timeout = " + Math.max(1, left().toMillis()));
        try {
            List<Holder> holders = Sql.list(
                    connection,
                    HOLDERS + tables + FIRST,
                    row -> new Holder(Sql.name(row, 1), Sql.text(row, 3), StatementText.masked(Sql.text(row, 4))));
            last = holders.isEmpty() ? last : holders.getFirst();
            if (left().isNegative() || left().isZero()) {
                throw failure(cause);
            }
            if (!holders.isEmpty()) {
                Sql.run(
                        connection,
                        "LOCK TABLE ONLY " + holders.getFirst().table().sql() + " IN ACCESS SHARE MODE");
            }
        } catch (SQLException e) {
            if (conflict(e)) {
                throw failure(e);
            }
            if (SqlErrorTranslator.connectionLost(e) || SqlErrorTranslator.concernsAll(e)) {
                throw e;
            }
            // the table is gone, or only others may lock it: the next attempt decides
        } finally {
            Sql.run(connection, "ROLLBACK");
        }
        waited += System.nanoTime() - begun;
        patience = patience.multipliedBy(LONGER);
    }

    private HoldfastException failure(Exception cause) {
        Holder holder = last;
        return new HoldfastException(
                new FailureReason(
                        source.connectionRole.locked,
                        "opening a snapshot of " + source.address.shown() + ": a lock was not granted within "
                                + most.toMillis() + " ms; "
                                + (holder == null
                                        ? "find its holder with pg_blocking_pids"
                                        : holder.shown() + ": end that session")
                                + ", or run again later",
                        holder == null ? null : holder.table().toString()),
                cause);
    }
}
