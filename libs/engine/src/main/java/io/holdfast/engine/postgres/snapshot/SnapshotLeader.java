package io.holdfast.engine.postgres.snapshot;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.catalog.TableIdentity;
import io.holdfast.engine.postgres.jdbc.PoolerDetector;
import io.holdfast.engine.postgres.jdbc.Sql;
import io.holdfast.engine.postgres.jdbc.SqlErrorTranslator;
import io.holdfast.engine.postgres.scope.ScopeFilter;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * The connection that holds the locks and exports the snapshot. Locks come first: an imported snapshot does not protect
 * against TRUNCATE or a rewriting ALTER, after which a reader would get no rows and no error.
 */
public final class SnapshotLeader {
    private static final int ATTEMPTS = 5;
    private static final int LOCKED_AT_ONCE = 500;

    final Connection connection;
    final List<TableIdentity> relations;
    final String snapshot;
    final Instant at;

    /** The server process. */
    final int process;

    private final Map<QualifiedName, Long> oids;

    private SnapshotLeader(
            Connection connection, List<TableIdentity> relations, String snapshot, Instant at, int process) {
        this.connection = connection;
        this.relations = relations;
        this.snapshot = snapshot;
        this.at = at;
        this.process = process;
        this.oids = relations.stream().collect(Collectors.toMap(TableIdentity::name, TableIdentity::oid));
    }

    /** Where a test changes the database under our feet. */
    public interface Phases {
        default void listed() {}

        default void locked() {}
    }

    static SnapshotLeader take(Connection connection, ScopeFilter scopeFilter, Duration lockTimeout, Phases phases)
            throws SQLException {
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            List<TableIdentity> listed = list(connection, scopeFilter);
            phases.listed();
            Sql.run(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
            // also of what comes later, such as the lock on an index that is built anew
            Sql.run(connection, lockTimeout(lockTimeout));
            if (lock(connection, listed)) {
                phases.locked();
                List<String> exported = Sql.list(
                                connection,
                                "SELECT pg_catalog.pg_export_snapshot(), pg_catalog.clock_timestamp()",
                                row -> List.of(
                                        Sql.text(row, 1),
                                        row.getObject(2, OffsetDateTime.class)
                                                .toInstant()
                                                .toString()))
                        .get(0);
                if (list(connection, scopeFilter).equals(listed)) {
                    return new SnapshotLeader(
                            connection,
                            listed,
                            exported.get(0),
                            Instant.parse(exported.get(1)),
                            PoolerDetector.process(connection));
                }
            }
            Sql.run(connection, "ROLLBACK");
        }
        throw HoldfastException.of(
                FailureCode.SOURCE_CHANGED,
                "tables were created, dropped, truncated or rewritten during each of " + ATTEMPTS
                        + " attempts to lock them; run the backup when no migration runs");
    }

    /** False if a table is gone. LOCK TABLE takes no snapshot, so rows committed while it waits will be seen. */
    private static boolean lock(Connection connection, List<TableIdentity> relations) throws SQLException {
        try {
            for (int from = 0; from < relations.size(); from += LOCKED_AT_ONCE) {
                String names = relations.subList(from, Math.min(relations.size(), from + LOCKED_AT_ONCE)).stream()
                        .map(relation -> "ONLY " + relation.name().sql())
                        .collect(Collectors.joining(", "));
                Sql.run(connection, "LOCK TABLE " + names + " IN ACCESS SHARE MODE");
            }
        } catch (SQLException e) {
            String state = SqlErrorTranslator.state(e);
            // 42809: the name is now something else than a table
            if (state.equals("42P01") || state.equals("3F000") || state.equals("42809")) {
                return false;
            }
            throw e;
        }
        return true;
    }

    static String lockTimeout(Duration most) {
        return "SET LOCAL lock_timeout = " + Math.max(1, most.toMillis());
    }

    static List<TableIdentity> list(Connection connection, ScopeFilter scopeFilter) throws SQLException {
        return Sql.list(
                connection,
                "SELECT c.oid, n.nspname, c.relname, c.relkind, c.relispartition, c.relfilenode FROM pg_catalog.pg_class c"
                        + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                        + " WHERE c.relkind IN ('r', 'p') AND " + scopeFilter.relations()
                        + " ORDER BY n.nspname COLLATE \"C\", c.relname COLLATE \"C\"",
                row -> new TableIdentity(
                        row.getLong(1), Sql.name(row, 2), Sql.text(row, 4), row.getBoolean(5), row.getLong(6)));
    }

    /**
     * Fails if the name means another table now. A table's lock keeps nobody from renaming its schema, and whoever has the
     * name then may be empty in this snapshot.
     *
     * @param connection which has just read what has the name, and so knows what that is
     */
    void stillNamed(Connection connection, QualifiedName name) throws SQLException {
        long named = Sql.one(
                connection,
                "SELECT coalesce(pg_catalog.to_regclass(" + Sql.literal(name.sql()) + ")::oid, 0)",
                row -> row.getLong(1));
        if (!Objects.equals(oids.get(name), named)) {
            throw HoldfastException.about(
                    name.toString(),
                    FailureCode.SOURCE_CHANGED,
                    name + " is not the table any more that the backup began with: its schema was renamed; run again");
        }
    }

    /** Fails unless the locks are still held, that is, unless this connection's transaction lives. */
    void stillHolds() throws SQLException {
        synchronized (connection) {
            Sql.run(connection, "SELECT 1");
        }
    }
}
