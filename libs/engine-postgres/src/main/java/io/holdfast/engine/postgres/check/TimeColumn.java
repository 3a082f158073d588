package io.holdfast.engine.postgres.check;

import io.holdfast.engine.check.DataCheck;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.jdbc.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** A column of times that says by its name when its row was recorded. */
record TimeColumn(QualifiedName table, String column) {

    /** At most {@link DataCheck.RecordTimes#MOST}, in the order of their names; without those of extensions. */
    static List<TimeColumn> all(Connection connection) throws SQLException {
        return Sql.list(
                connection,
                """
                SELECT n.nspname, c.relname, a.attname
                FROM pg_catalog.pg_class c
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
                  AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
                  AND a.atttypid IN ('pg_catalog.timestamptz'::pg_catalog.regtype,
                                     'pg_catalog.timestamp'::pg_catalog.regtype)
                  AND pg_catalog.lower(a.attname) ~ %s
                  AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e'
                                  AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass)
                ORDER BY 1, 2, 3 LIMIT %d""".formatted(Sql.literal(DataCheck.RecordTimes.NAMES), DataCheck.RecordTimes.MOST),
                row -> new TimeColumn(Sql.name(row, 1), Sql.text(row, 3)));
    }

    /** Times without a zone are read as UTC; infinity is no time. */
    String laterThan(String instant) {
        String value = "t." + QualifiedName.quote(column);
        return "SELECT pg_catalog.count(*) FROM " + table.sql() + " t WHERE " + value + " > " + instant
                + " AND pg_catalog.isfinite(" + value + ")";
    }

    String shown() {
        return table + "." + column;
    }
}
