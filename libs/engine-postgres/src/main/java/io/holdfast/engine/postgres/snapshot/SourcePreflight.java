package io.holdfast.engine.postgres.snapshot;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.postgres.catalog.LargeObjectQueries;
import io.holdfast.engine.postgres.jdbc.ConnectionFactory;
import io.holdfast.engine.postgres.jdbc.Sql;
import io.holdfast.engine.postgres.scope.ScopeFilter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Refuses, before anything is read, what could not be carried whole: everything at once and by name. */
final class SourcePreflight {
    private static final int OLDEST = 12;
    private static final String DO = "; a backup without them would not be the whole database";

    /** Tables of extensions: pg_dump locks them too, which takes the same right. */
    private static final String MEMBERS =
            " OR (n.nspname !~ '^pg_' AND c.relkind IN ('r', 'p') AND EXISTS (SELECT FROM pg_catalog.pg_depend x"
                    + " WHERE x.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND x.objid = c.oid"
                    + " AND x.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND x.deptype = 'e'))";

    private SourcePreflight() {}

    static void check(Connection connection, ScopeFilter scopeFilter, String user) throws SQLException {
        permissions(connection, scopeFilter, user);
    }

    static void supported(Connection connection) throws SQLException {
        List<String> found = new ArrayList<>();
        int major = connection.getMetaData().getDatabaseMajorVersion();
        if (major < OLDEST) {
            found.add("the server is PostgreSQL " + major + ", older than " + OLDEST + ": upgrade it");
        }
        if (Sql.strings(connection, "SHOW server_encoding").contains("SQL_ASCII")) {
            found.add(
                    "the database's encoding is SQL_ASCII, so the meaning of its bytes is unknown: dump it and load it into a"
                            + " database with a real encoding");
        }
        if (!found.isEmpty()) {
            throw HoldfastException.of(
                    FailureCode.SOURCE_UNSUPPORTED,
                    "this database holds what this version cannot carry: " + String.join("; ", found) + DO);
        }
    }

    /** The failure of a database with more tables than the server can lock; the connection is without a transaction. */
    static HoldfastException lockTableFull(
            Connection connection, ConnectionFactory source, ScopeFilter scopeFilter, SQLException cause)
            throws SQLException {
        int tables = SnapshotLeader.list(connection, scopeFilter).size();
        int now = setting(connection, "max_locks_per_transaction");
        int transactions = setting(connection, "max_connections") + setting(connection, "max_prepared_transactions");
        // a quarter more: the other sessions have locks too
        int needed = Math.max(2 * now, tables / transactions * 5 / 4 + 1);
        return HoldfastException.of(
                source.connectionRole.unsupported(),
                "opening a snapshot of " + source.address.shown() + ": the server's lock table is full, and " + tables
                        + " tables need a lock each; set max_locks_per_transaction = " + needed + " (now " + now
                        + ") and restart the server",
                cause);
    }

    private static int setting(Connection connection, String name) throws SQLException {
        return Sql.one(
                connection, "SELECT pg_catalog.current_setting(" + Sql.literal(name) + ")::int", row -> row.getInt(1));
    }

    private static void permissions(Connection connection, ScopeFilter scopeFilter, String user) throws SQLException {
        List<String> unreadable = Sql.strings(
                connection,
                "SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) FROM pg_catalog.pg_class c"
                        + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'S')"
                        + " AND NOT (pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND CASE c.relkind WHEN 'S' THEN"
                        + " pg_catalog.has_sequence_privilege(c.oid, 'SELECT') ELSE"
                        + " pg_catalog.has_table_privilege(c.oid, 'SELECT') END) AND (" + scopeFilter.relations()
                        + (scopeFilter.everySchema() ? MEMBERS : "") + ") ORDER BY 1");
        List<String> filtered = Sql.strings(
                connection,
                "SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) FROM pg_catalog.pg_class c"
                        + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p')"
                        + " AND pg_catalog.row_security_active(c.oid) AND " + scopeFilter.relations() + " ORDER BY 1");
        List<String> refused =
                new ArrayList<>(scopeFilter.whole() ? LargeObjectQueries.refused(connection, user) : List.of());
        if (!unreadable.isEmpty()) {
            refused.add("\"" + user + "\" may not read " + String.join(", ", unreadable)
                    + " (GRANT pg_read_all_data TO \"" + user + "\", or SELECT on each)");
        }
        if (!filtered.isEmpty()) {
            refused.add("row level security would hide rows of " + String.join(", ", filtered) + " from \"" + user
                    + "\" (ALTER ROLE \"" + user + "\" BYPASSRLS)");
        }
        if (!refused.isEmpty()) {
            throw HoldfastException.of(FailureCode.SOURCE_PERMISSION_DENIED, String.join("; ", refused));
        }
    }
}
