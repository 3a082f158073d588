package io.holdfast.engine.postgres.snapshot;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.model.LogPosition;
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
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The connection that holds the locks and exports the snapshot. Locks come first: an imported snapshot does not protect
 * against TRUNCATE or a rewriting ALTER, after which a reader would get no rows and no error.
 */
public final class SnapshotLeader {
    private static final int ATTEMPTS = 5;
    private static final int LOCKED_AT_ONCE = 500;

    /** SQLSTATEs of a table or schema that is gone; 42809: the name is now something else than a table. */
    private static final Set<String> GONE = Set.of("42P01", "3F000", "42809");

    final Connection connection;
    final List<TableIdentity> relations;
    final String snapshot;
    final Instant at;

    /** The server process. */
    final int process;

    /** Empty if it was not asked for, or could not be found. */
    final Optional<LogPosition> position;

    private final Map<QualifiedName, Long> oids;

    private SnapshotLeader(
            Connection connection,
            List<TableIdentity> relations,
            String snapshot,
            Instant at,
            int process,
            Optional<LogPosition> position) {
        this.connection = connection;
        this.relations = relations;
        this.snapshot = snapshot;
        this.at = at;
        this.process = process;
        this.position = position;
        this.oids = relations.stream().collect(Collectors.toMap(TableIdentity::name, TableIdentity::oid));
    }

    /** Where a test changes the database under our feet. */
    public interface Phases {
        default void exported() {}

        default void dumped() {}

        default void listed() {}

        default void locked() {}
    }

    /**
     * @param connection without a transaction; when it fails, one may be open
     * @param position whether {@link #position} is asked for
     */
    static SnapshotLeader take(
            Connection connection, ScopeFilter scopeFilter, LockContention contention, Phases phases, boolean position)
            throws SQLException {
        String changed = "";
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            List<TableIdentity> listed = list(connection, scopeFilter);
            phases.listed();
            String gone = gone(connection, listed, contention);
            if (gone != null) {
                changed = gone;
                continue;
            }
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
            Optional<LogPosition> found = position ? SnapshotPosition.find(connection) : Optional.empty();
            List<TableIdentity> now = list(connection, scopeFilter);
            if (now.equals(listed)) {
                return new SnapshotLeader(
                        connection,
                        listed,
                        exported.get(0),
                        Instant.parse(exported.get(1)),
                        PoolerDetector.process(connection),
                        found);
            }
            changed = Stream.concat(now.stream().filter(table -> !listed.contains(table)), listed.stream())
                    .filter(table -> !now.contains(table) || !listed.contains(table))
                    .map(table -> "relation " + table.name())
                    .findFirst()
                    .orElse("");
            Sql.run(connection, "ROLLBACK");
        }
        throw HoldfastException.of(
                FailureCode.SOURCE_CHANGED,
                "tables were created, dropped or renamed during each of " + ATTEMPTS + " attempts to lock them, last: "
                        + changed + "; run the backup when no migration runs");
    }

    /** Repeats until no lock is missing, then leaves the transaction open; or returns the message for a table that is gone. */
    private static @Nullable String gone(Connection connection, List<TableIdentity> listed, LockContention contention)
            throws SQLException {
        while (true) {
            try {
                Sql.run(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
                Sql.run(connection, lockTimeout(Duration.ofMillis(contention.brief(listed.size()))));
                lock(connection, listed);
                return null;
            } catch (SQLException e) {
                boolean gone = GONE.contains(SqlErrorTranslator.state(e));
                if (!gone && !LockContention.conflict(e)) {
                    throw e;
                }
                Sql.run(connection, "ROLLBACK");
                if (gone) {
                    return SqlErrorTranslator.said(e);
                }
                contention.await(e);
            }
        }
    }

    /** LOCK TABLE takes no snapshot, so rows committed while it waits will be seen. */
    private static void lock(Connection connection, List<TableIdentity> relations) throws SQLException {
        for (int from = 0; from < relations.size(); from += LOCKED_AT_ONCE) {
            String names = relations.subList(from, Math.min(relations.size(), from + LOCKED_AT_ONCE)).stream()
                    .map(relation -> "ONLY " + relation.name().sql())
                    .collect(Collectors.joining(", "));
            Sql.run(connection, "LOCK TABLE " + names + " IN ACCESS SHARE MODE");
        }
    }

    static String lockTimeout(Duration most) {
        return "SET LOCAL lock_timeout = " + Math.max(1, most.toMillis());
    }

    static List<TableIdentity> list(Connection connection, ScopeFilter scopeFilter) throws SQLException {
        return Sql.list(
                connection,
                "SELECT c.oid, n.nspname, c.relname, c.relkind, c.relispartition FROM pg_catalog.pg_class c"
                        + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                        + " WHERE c.relkind IN ('r', 'p') AND " + scopeFilter.relations()
                        + " ORDER BY n.nspname COLLATE \"C\", c.relname COLLATE \"C\"",
                row -> new TableIdentity(row.getLong(1), Sql.name(row, 2), Sql.text(row, 4), row.getBoolean(5)));
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
