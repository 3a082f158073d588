package io.holdfast.engine.postgres.inplace;

import io.holdfast.contracts.RestoreId;
import io.holdfast.engine.inplace.InPlaceWriteResult;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.jdbc.ReservedNames;
import io.holdfast.engine.postgres.jdbc.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The schema of one restore in the live database: staged rows, and what was written. The latter is inserted in the
 * transaction that writes, so that either both are there or none.
 */
final class StagingSchema {
    final String name;
    private final RestoreId restore;

    StagingSchema(RestoreId restore) {
        this.restore = restore;
        this.name = ReservedNames.RESTORE_SCHEMA_PREFIX + restore.toString().replace("-", "");
    }

    String sql() {
        return QualifiedName.quote(name);
    }

    /** Two that work on the same restore wait for each other, until the transaction's end. */
    void lock(Connection connection) throws SQLException {
        Sql.list(
                connection,
                "SELECT pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended(" + Sql.literal(name) + ", 0))",
                row -> "");
    }

    void create(Connection connection) throws SQLException {
        drop(connection);
        Sql.run(connection, "CREATE SCHEMA " + sql());
        Sql.run(
                connection,
                "CREATE TABLE " + sql() + ".applied (at timestamptz NOT NULL DEFAULT pg_catalog.now(), written int NOT"
                        + " NULL, schema text NOT NULL, name text NOT NULL, inserted bigint NOT NULL, updated bigint NOT"
                        + " NULL, deleted bigint NOT NULL)");
    }

    /** Fails if somebody made something that depends on what is in it: that is never dropped along. */
    void drop(Connection connection) throws SQLException {
        drop(connection, "VIEW", "v");
        drop(connection, "TABLE", "r");
        if (exists(connection, "SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = " + Sql.literal(name))) {
            Sql.run(connection, "DROP SCHEMA " + sql());
        }
    }

    private void drop(Connection connection, String what, String kind) throws SQLException {
        List<String> all = Sql.strings(
                connection,
                "SELECT c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE"
                        + " c.relkind = '" + kind + "' AND n.nspname = " + Sql.literal(name));
        if (!all.isEmpty()) {
            Sql.run(
                    connection,
                    all.stream()
                            .map(relation -> sql() + "." + QualifiedName.quote(relation))
                            .collect(Collectors.joining(", ", "DROP " + what + " ", "")));
        }
    }

    private static boolean exists(Connection connection, String query) throws SQLException {
        return !Sql.strings(connection, query).isEmpty();
    }

    void written(Connection connection, List<InPlaceWriteResult.Table> tables) throws SQLException {
        for (int i = 0; i < tables.size(); i++) {
            InPlaceWriteResult.Table table = tables.get(i);
            Sql.run(
                    connection,
                    "INSERT INTO " + sql() + ".applied (written, schema, name, inserted, updated, deleted) VALUES (" + i
                            + ", "
                            + Sql.literal(table.name().schema()) + ", "
                            + Sql.literal(table.name().name()) + ", " + table.inserted() + ", " + table.updated() + ", "
                            + table.deleted() + ")");
        }
    }

    Optional<InPlaceWriteResult> applied(Connection connection) throws SQLException {
        if (!exists(
                connection,
                "SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE"
                        + " c.relname = 'applied' AND n.nspname = " + Sql.literal(name))) {
            return Optional.empty();
        }
        List<InPlaceWriteResult.Table> tables = Sql.list(
                connection,
                "SELECT schema, name, inserted, updated, deleted FROM " + sql() + ".applied ORDER BY written",
                row -> new InPlaceWriteResult.Table(Sql.name(row, 1), row.getLong(3), row.getLong(4), row.getLong(5)));
        return tables.isEmpty()
                ? Optional.empty()
                : Optional.of(new InPlaceWriteResult(
                        restore,
                        Sql.one(
                                connection,
                                "SELECT floor(extract(epoch FROM min(at)) * 1000)::bigint FROM " + sql() + ".applied",
                                row -> Instant.ofEpochMilli(row.getLong(1))),
                        tables));
    }
}
