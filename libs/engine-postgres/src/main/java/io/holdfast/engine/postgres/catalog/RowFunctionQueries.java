package io.holdfast.engine.postgres.catalog;

import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.jdbc.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;

/** Code of the database's own, not of the server or of an extension, that runs on each row: it may read other tables. */
public final class RowFunctionQueries {
    private static final String WRITTEN =
            "WITH RECURSIVE written(classid, objid) AS (SELECT d.classid, d.objid FROM pg_catalog.pg_depend d WHERE"
                    + " d.refclassid IN ('pg_catalog.pg_proc'::pg_catalog.regclass,"
                    + " 'pg_catalog.pg_operator'::pg_catalog.regclass) AND d.refobjid >= 16384 AND NOT EXISTS (SELECT FROM"
                    + " pg_catalog.pg_depend x WHERE x.classid = d.refclassid AND x.objid = d.refobjid AND x.deptype = 'e'))";

    /** Types whose values it looks at: domains, and whatever is made of those. */
    private static final String TYPES =
            ", types(oid) AS (SELECT k.contypid FROM pg_catalog.pg_constraint k JOIN written w ON w.objid = k.oid"
                    + " AND w.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass WHERE k.contypid <> 0 UNION"
                    + " SELECT CASE WHEN d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass THEN d.objid ELSE (SELECT"
                    + " c.reltype FROM pg_catalog.pg_class c WHERE c.oid = d.objid) END FROM pg_catalog.pg_depend d JOIN"
                    + " types t ON d.refobjid = t.oid WHERE d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass AND"
                    + " d.classid IN ('pg_catalog.pg_type'::pg_catalog.regclass,"
                    + " 'pg_catalog.pg_class'::pg_catalog.regclass))";

    private RowFunctionQueries() {}

    /** Tables with generated columns that it makes the values of. */
    public static Set<QualifiedName> generating(Connection connection) throws SQLException {
        return Set.copyOf(Sql.list(
                connection,
                WRITTEN + " SELECT DISTINCT n.nspname, c.relname FROM written w JOIN pg_catalog.pg_attrdef g ON g.oid ="
                        + " w.objid AND w.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass JOIN"
                        + " pg_catalog.pg_attribute a ON a.attrelid = g.adrelid AND a.attnum = g.adnum JOIN"
                        + " pg_catalog.pg_class c ON c.oid = g.adrelid JOIN pg_catalog.pg_namespace n ON n.oid ="
                        + " c.relnamespace WHERE a.attgenerated <> ''",
                row -> Sql.name(row, 1)));
    }

    /**
     * Whether there is any in a check or in the order of an index: loads may read other tables then, and hold locks on
     * them, and what an index holds may depend on others' rows.
     */
    public static boolean inChecksOrIndexes(Connection connection) throws SQLException {
        return !Sql.strings(
                        connection,
                        WRITTEN
                                + " SELECT 1 FROM pg_catalog.pg_constraint k JOIN written w ON w.objid = k.oid AND w.classid"
                                + " = 'pg_catalog.pg_constraint'::pg_catalog.regclass UNION ALL SELECT 1 FROM"
                                + " pg_catalog.pg_opclass o WHERE o.oid >= 16384 AND NOT EXISTS (SELECT FROM"
                                + " pg_catalog.pg_depend x WHERE x.classid = 'pg_catalog.pg_opclass'::pg_catalog.regclass"
                                + " AND x.objid = o.oid AND x.deptype = 'e') LIMIT 1")
                .isEmpty();
    }

    /** Whether it may refuse rows of the table, by its constraints or those of its columns' domains. */
    public static boolean checks(Connection connection, QualifiedName table) throws SQLException {
        String oid = Sql.literal(table.sql()) + "::pg_catalog.regclass";
        return !Sql.strings(
                        connection,
                        WRITTEN + TYPES
                                + " SELECT 1 FROM pg_catalog.pg_constraint k JOIN written w ON w.objid = k.oid AND w.classid"
                                + " = 'pg_catalog.pg_constraint'::pg_catalog.regclass WHERE k.conrelid = " + oid
                                + " UNION ALL SELECT 1 FROM pg_catalog.pg_attribute a JOIN types t ON t.oid = a.atttypid WHERE"
                                + " a.attrelid = " + oid + " LIMIT 1")
                .isEmpty();
    }
}
