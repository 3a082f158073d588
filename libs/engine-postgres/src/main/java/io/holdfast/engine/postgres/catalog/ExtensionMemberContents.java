package io.holdfast.engine.postgres.catalog;

import io.holdfast.engine.model.Finding;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.jdbc.Sql;
import io.holdfast.engine.postgres.scope.ScopeFilter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows and sequence values of extensions' members that neither pg_dump nor a backup reads: those of tables that the
 * extension did not register by {@code pg_extension_config_dump}, such as a table added by ALTER EXTENSION … ADD TABLE.
 */
final class ExtensionMemberContents {
    private record Member(QualifiedName name, String extension, boolean sequence, boolean readable, long start) {
        String content() {
            return sequence
                    ? "SELECT is_called OR last_value <> " + start + " FROM " + name.sql()
                    : "SELECT EXISTS (SELECT FROM ONLY " + name.sql() + ")";
        }

        Finding finding() {
            String what = sequence ? "the value of sequence " + name : "rows of table " + name;
            return new Finding(
                    Finding.Kind.NOT_CARRIED,
                    name.toString(),
                    what + (readable ? "" : ", which the role cannot read,")
                            + (sequence ? " is" : " are") + " not in the backup: it is a member of extension "
                            + extension
                            + ", which did not register it as configuration; if it is not the extension's own:"
                            + " ALTER EXTENSION " + QualifiedName.quote(extension) + " DROP "
                            + (sequence ? "SEQUENCE " : "TABLE ") + name.sql());
        }
    }

    private ExtensionMemberContents() {}

    static List<Finding> findings(Connection connection, ScopeFilter scopeFilter) throws SQLException {
        List<Finding> findings = new ArrayList<>();
        for (Member member : members(connection, scopeFilter)) {
            if (!member.readable() || Sql.one(connection, member.content(), row -> row.getBoolean(1))) {
                findings.add(member.finding());
            }
        }
        return findings;
    }

    /** Not with a narrower scope: what it leaves out is not missed. */
    private static List<Member> members(Connection connection, ScopeFilter scopeFilter) throws SQLException {
        return !scopeFilter.whole()
                ? List.of()
                : Sql.list(
                        connection,
                        "SELECT n.nspname, c.relname, e.extname, c.relkind = 'S', pg_catalog.has_schema_privilege(n.oid,"
                                + " 'USAGE') AND CASE c.relkind WHEN 'S' THEN pg_catalog.has_sequence_privilege(c.oid,"
                                + " 'SELECT') ELSE pg_catalog.has_table_privilege(c.oid, 'SELECT') AND NOT"
                                + " pg_catalog.row_security_active(c.oid) END, coalesce(s.seqstart, 0) FROM"
                                + " pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN"
                                + " pg_catalog.pg_depend x ON x.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND"
                                + " x.objid = c.oid AND x.objsubid = 0 AND x.refclassid ="
                                + " 'pg_catalog.pg_extension'::pg_catalog.regclass AND x.deptype = 'e' JOIN (SELECT e.* FROM"
                                + " pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace WHERE "
                                + scopeFilter.extensions()
                                + ") e ON e.oid = x.refobjid LEFT JOIN pg_catalog.pg_sequence s ON s.seqrelid = c.oid WHERE"
                                + " c.relkind IN ('r', 'S') AND c.relpersistence <> 't' AND " + scopeFilter.schemas()
                                + " AND NOT (" + scopeFilter.excluded() + ") AND NOT (" + scopeFilter.rowless()
                                + ") AND c.oid <> ALL (coalesce(e.extconfig, '{}')) AND "
                                + StandbyRestrictions.READABLE + " ORDER BY 1, 2",
                        row -> new Member(
                                Sql.name(row, 1),
                                Sql.text(row, 3),
                                row.getBoolean(4),
                                row.getBoolean(5),
                                row.getLong(6)));
    }
}
