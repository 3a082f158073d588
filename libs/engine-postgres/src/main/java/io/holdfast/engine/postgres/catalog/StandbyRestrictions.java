package io.holdfast.engine.postgres.catalog;

import io.holdfast.engine.model.Finding;
import io.holdfast.engine.postgres.jdbc.Sql;
import io.holdfast.engine.postgres.scope.ScopeFilter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** A source that replays another server's log: what is not in that log cannot be read there. */
final class StandbyRestrictions {
    /** A condition on {@code pg_class c}. */
    static final String READABLE = "NOT (c.relpersistence = 'u' AND pg_catalog.pg_is_in_recovery())";

    private StandbyRestrictions() {}

    static List<Finding> findings(Connection connection, ScopeFilter scopeFilter) throws SQLException {
        return Sql.list(
                connection,
                "SELECT n.nspname, c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid ="
                        + " c.relnamespace WHERE c.relkind IN ('r', 'S') AND NOT (" + READABLE + ") AND "
                        + scopeFilter.relations() + " ORDER BY 1, 2",
                row -> unlogged(Sql.name(row, 1).toString()));
    }

    private static Finding unlogged(String name) {
        return new Finding(
                Finding.Kind.NOT_CARRIED,
                name,
                name
                        + " is unlogged, and the source is a standby, which has the definition but not the content; back up the"
                        + " primary to have it");
    }
}
