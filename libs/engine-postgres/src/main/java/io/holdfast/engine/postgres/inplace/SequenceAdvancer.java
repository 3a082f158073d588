package io.holdfast.engine.postgres.inplace;

import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.jdbc.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Moves the sequences that give a table its values past the restored ones, so that the next one is free. Never back. */
final class SequenceAdvancer {
    private SequenceAdvancer() {}

    private record Sequence(QualifiedName name, String column, boolean ascending, long least, long most) {}

    static void advance(Connection connection, TableDiff delta) throws SQLException {
        for (Sequence sequence : of(connection, delta.unit.live())) {
            if (delta.unit.columns().contains(sequence.column)) {
                advance(connection, delta, sequence);
            }
        }
    }

    private static List<Sequence> of(Connection connection, LiveTable table) throws SQLException {
        String oids = Stream.concat(Stream.of(table.oid()), table.above().stream())
                .map(String::valueOf)
                .collect(Collectors.joining(", "));
        return Sql.list(
                connection,
                "SELECT DISTINCT n.nspname, s.relname, a.attname, q.seqincrement > 0, q.seqmin, q.seqmax FROM"
                        + " pg_catalog.pg_attribute a JOIN (SELECT d.refobjid AS rel, d.refobjsubid AS att, d.objid AS seq FROM"
                        + " pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refclassid"
                        + " = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype IN ('a', 'i') UNION ALL SELECT"
                        + " f.adrelid, f.adnum, d.refobjid FROM pg_catalog.pg_attrdef f JOIN pg_catalog.pg_depend d ON"
                        + " d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND d.objid = f.oid AND d.refclassid ="
                        + " 'pg_catalog.pg_class'::pg_catalog.regclass) u ON u.rel = a.attrelid AND u.att = a.attnum JOIN"
                        + " pg_catalog.pg_sequence q ON q.seqrelid = u.seq JOIN pg_catalog.pg_class s ON s.oid = u.seq JOIN"
                        + " pg_catalog.pg_namespace n ON n.oid = s.relnamespace WHERE a.attrelid IN (" + oids
                        + ") AND a.atttypid IN"
                        + " (20, 21, 23)",
                row -> new Sequence(
                        Sql.name(row, 1), Sql.text(row, 3), row.getBoolean(4), row.getLong(5), row.getLong(6)));
    }

    private static void advance(Connection connection, TableDiff delta, Sequence sequence) throws SQLException {
        String column = QualifiedName.quote(sequence.column);
        String past = sequence.ascending ? ">" : "<";
        Sql.list(
                connection,
                "SELECT pg_catalog.setval(" + Sql.literal(sequence.name.sql()) + ", v.v) FROM (SELECT "
                        + (sequence.ascending ? "max" : "min") + "(r.v) FROM (SELECT " + column + " FROM "
                        + delta.missingRows() + " UNION ALL SELECT " + column + " FROM " + delta.changedRows()
                        + ") r(v)) v(v), " + sequence.name.sql() + " s WHERE v.v BETWEEN " + sequence.least + " AND "
                        + sequence.most + " AND (v.v " + past
                        + " s.last_value OR v.v = s.last_value AND NOT s.is_called)",
                row -> row.getLong(1));
    }
}
