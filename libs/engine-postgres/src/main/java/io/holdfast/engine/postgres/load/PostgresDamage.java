package io.holdfast.engine.postgres.load;

import io.holdfast.engine.check.Damage;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.jdbc.Sql;
import io.holdfast.engine.postgres.jdbc.SqlErrorTranslator;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Damages a copy of a database on purpose, for a test of the checks. What the server refuses is tried another way. */
final class PostgresDamage {
    private final Connection connection;
    private final QualifiedName table;

    private PostgresDamage(Connection connection, QualifiedName table) {
        this.connection = connection;
        this.table = table;
    }

    /** @return the name of the damaged object, as a comparison names it; empty: nothing can be damaged so */
    static Optional<String> of(Connection connection, Damage damage, QualifiedName table) throws SQLException {
        PostgresDamage of = new PostgresDamage(connection, table);
        // neither triggers nor foreign keys stand in the way, where the role may say so
        of.attempt("SET session_replication_role = replica");
        try {
            return switch (damage) {
                case VALUE_CHANGED -> of.changed();
                case ROW_REMOVED -> of.removed();
                case ROW_ADDED -> of.added();
                case SEQUENCE_SET_BACK -> of.setBack();
                case INDEX_DROPPED -> of.dropped();
            };
        } finally {
            of.attempt("RESET session_replication_role");
        }
    }

    /**
     * @param category of its type, as {@code pg_type.typcategory} has it
     * @param unique whether it is part of a unique index
     */
    private record Column(String name, String category, String type, boolean unique) {
        String quoted() {
            return QualifiedName.quote(name);
        }

        /** Another value; of a type of which none is known, null. */
        String other() {
            String value = quoted();
            return switch (category) {
                case "S" ->
                    "pg_catalog.overlay(" + value + "::text, CASE WHEN " + value
                            + "::text LIKE 'a%' THEN 'b' ELSE 'a' END, 1, 1)";
                case "N" -> value + " + 1";
                case "B" -> "NOT " + value;
                case "D" -> value + " + interval '1 day'";
                default -> "NULL";
            };
        }

        /** A value that no row has, if the column is unique. */
        String fresh(QualifiedName table) {
            if (!unique) {
                return quoted();
            }
            String max = "(SELECT pg_catalog.max(" + quoted() + ") FROM ONLY " + table.sql() + ")";
            return switch (category) {
                case "N" -> max + " + 1";
                case "D" -> max + " + interval '1 day'";
                case "S" -> "pg_catalog.md5(pg_catalog.random()::text)";
                default ->
                    type.equals("uuid") ? "pg_catalog.md5(pg_catalog.random()::text)::pg_catalog.uuid" : quoted();
            };
        }
    }

    private Optional<String> changed() throws SQLException {
        for (Column column : columns()) {
            String sql = "UPDATE ONLY " + table.sql() + " SET " + column.quoted() + " = " + column.other()
                    + " WHERE ctid = (SELECT ctid FROM ONLY " + table.sql() + " WHERE (" + column.other()
                    + ") IS DISTINCT FROM " + column.quoted() + " LIMIT 1)";
            if (attempt(sql) == 1) {
                return Optional.of(table.toString());
            }
        }
        return Optional.empty();
    }

    private Optional<String> removed() throws SQLException {
        String sql =
                "DELETE FROM ONLY " + table.sql() + " WHERE ctid = (SELECT ctid FROM ONLY " + table.sql() + " LIMIT 1)";
        return attempt(sql) == 1 ? Optional.of(table.toString()) : Optional.empty();
    }

    private Optional<String> added() throws SQLException {
        List<Column> columns = columns();
        String names = columns.stream().map(Column::quoted).collect(Collectors.joining(", "));
        String values = columns.stream().map(column -> column.fresh(table)).collect(Collectors.joining(", "));
        String sql = "INSERT INTO " + table.sql() + " (" + names + ") OVERRIDING SYSTEM VALUE SELECT " + values
                + " FROM ONLY " + table.sql() + " LIMIT 1";
        return !columns.isEmpty() && attempt(sql) == 1 ? Optional.of(table.toString()) : Optional.empty();
    }

    private Optional<String> setBack() throws SQLException {
        List<QualifiedName> used = Sql.list(
                connection,
                "SELECT s.schemaname, s.sequencename FROM pg_catalog.pg_sequences s WHERE s.last_value > s.min_value"
                        + " AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d WHERE d.deptype = 'e' AND d.objid ="
                        + " pg_catalog.format('%I.%I', s.schemaname, s.sequencename)::pg_catalog.regclass)"
                        + " ORDER BY 1, 2 LIMIT 10",
                row -> Sql.name(row, 1));
        for (QualifiedName sequence : used) {
            String name = Sql.literal(sequence.sql());
            if (attempt("SELECT pg_catalog.setval(" + name + ", last_value - 1) FROM " + sequence.sql()) >= 0) {
                return Optional.of(sequence.toString());
            }
        }
        return Optional.empty();
    }

    /** Rather one that backs no constraint; else that of a constraint to which no foreign key refers. */
    private Optional<String> dropped() throws SQLException {
        record Index(String name, String drop) {}
        List<Index> indexes = Sql.list(connection, """
                SELECT c.relname,
                       CASE WHEN k.conname IS NULL THEN pg_catalog.format('DROP INDEX %I.%I', n.nspname, c.relname)
                            ELSE pg_catalog.format('ALTER TABLE %I.%I DROP CONSTRAINT %I', n.nspname, t.relname, k.conname)
                       END
                FROM pg_catalog.pg_index i
                JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid AND NOT c.relispartition
                JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                LEFT JOIN pg_catalog.pg_constraint k ON k.conindid = c.oid AND k.contype IN ('p', 'u', 'x')
                WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
                  AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d WHERE d.objid = t.oid AND d.deptype = 'e')
                ORDER BY k.conname IS NOT NULL, pg_catalog.pg_relation_size(t.oid), 1 LIMIT 20""", row -> new Index(Sql.text(row, 1), Sql.text(row, 2)));
        for (Index index : indexes) {
            if (attempt(index.drop()) >= 0) {
                return Optional.of(index.name());
            }
        }
        return Optional.empty();
    }

    private List<Column> columns() throws SQLException {
        return Sql.list(
                connection,
                """
                SELECT a.attname, y.typcategory, pg_catalog.format_type(a.atttypid, NULL),
                       EXISTS (SELECT 1 FROM pg_catalog.pg_index i WHERE i.indrelid = a.attrelid
                               AND (i.indisunique OR i.indisexclusion) AND a.attnum = ANY (i.indkey::int2[])) AS in_key
                FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type y ON y.oid = a.atttypid
                WHERE a.attrelid = %s::pg_catalog.regclass AND a.attnum > 0 AND NOT a.attisdropped
                  AND (pg_catalog.to_jsonb(a) ->> 'attgenerated') IS DISTINCT FROM 's'
                  AND (pg_catalog.to_jsonb(a) ->> 'attgenerated') IS DISTINCT FROM 'v'
                ORDER BY in_key, y.typcategory IN ('S', 'N', 'B', 'D') DESC, a.attnum""".formatted(Sql.literal(table.sql())),
                row -> new Column(Sql.text(row, 1), Sql.text(row, 2), Sql.text(row, 3), row.getBoolean(4)));
    }

    /** @return rows, 0 for statements without any; -1 where the server refuses it */
    private int attempt(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.execute(sql) ? 0 : statement.getUpdateCount();
        } catch (SQLException e) {
            if (SqlErrorTranslator.connectionLost(e)
                    || SqlErrorTranslator.state(e).equals("57014")) {
                throw e;
            }
            return -1;
        }
    }
}
