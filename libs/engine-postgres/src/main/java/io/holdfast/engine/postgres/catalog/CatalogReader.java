package io.holdfast.engine.postgres.catalog;

import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.model.DatabaseSecurityLabel;
import io.holdfast.engine.model.DatabaseSetting;
import io.holdfast.engine.model.ExcludedObject;
import io.holdfast.engine.model.Grant;
import io.holdfast.engine.model.InstalledExtension;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.model.RowRoleReference;
import io.holdfast.engine.model.SequenceState;
import io.holdfast.engine.model.TableDescriptor;
import io.holdfast.engine.postgres.jdbc.Sql;
import io.holdfast.engine.postgres.scope.ScopeDependencies;
import io.holdfast.engine.postgres.scope.ScopeFilter;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Reads what a database is, in the snapshot's transaction. */
public final class CatalogReader {
    private static final int SEQUENCES_AT_ONCE = 200;
    private static final String PRESENT = "pg_catalog.current_database()";
    private static final String DATABASE =
            "SELECT d.datname, pg_catalog.pg_get_userbyid(d.datdba), pg_catalog.pg_encoding_to_char(d.encoding),"
                    + " coalesce(d.datcollate, 'C'), coalesce(d.datctype, 'C'),"
                    + " CASE pg_catalog.to_jsonb(d) ->> 'datlocprovider' WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE"
                    + " 'libc' END, coalesce(pg_catalog.to_jsonb(d) ->> 'datlocale', pg_catalog.to_jsonb(d) ->>"
                    + " 'daticulocale'), d.datconnlimit, pg_catalog.shobj_description(d.oid, 'pg_database'),"
                    + " pg_catalog.current_setting('server_version'), d.datacl IS NULL, d.datistemplate,"
                    + " (SELECT t.spcname FROM pg_catalog.pg_tablespace t WHERE t.oid = d.dattablespace AND t.spcname <>"
                    + " 'pg_default'), pg_catalog.to_jsonb(d) ->> 'daticurules' FROM pg_catalog.pg_database d"
                    + " WHERE d.datname = pg_catalog.current_database()";
    private static final String TABLESPACES =
            "SELECT t.spcname FROM pg_catalog.pg_tablespace t WHERE t.spcname NOT IN ('pg_default', 'pg_global') AND"
                    + " (t.oid IN (SELECT c.reltablespace FROM pg_catalog.pg_class c) OR t.oid = (SELECT d.dattablespace FROM"
                    + " pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())) ORDER BY 1";
    private static final String LABEL_PROVIDERS =
            "SELECT l.provider FROM pg_catalog.pg_seclabel l UNION SELECT s.provider FROM pg_catalog.pg_shseclabel s"
                    + " JOIN pg_catalog.pg_database d ON d.oid = s.objoid WHERE d.datname = pg_catalog.current_database()"
                    + " AND s.classoid = 'pg_catalog.pg_database'::pg_catalog.regclass ORDER BY 1";

    private CatalogReader() {}

    public static DatabaseDescriptor read(
            Connection connection,
            ScopeFilter scopeFilter,
            List<TableDescriptor> tables,
            List<RowRoleReference> inRows,
            List<DatabaseSetting> session)
            throws SQLException {
        ScopeDependencies scopeDependencies = ScopeDependencies.of(connection, scopeFilter);
        return Sql.one(
                connection,
                DATABASE,
                row -> shape(connection, row, scopeFilter, tables, inRows, scopeDependencies, session));
    }

    private static DatabaseDescriptor shape(
            Connection connection,
            ResultSet row,
            ScopeFilter scopeFilter,
            List<TableDescriptor> tables,
            List<RowRoleReference> inRows,
            ScopeDependencies scopeDependencies,
            List<DatabaseSetting> session)
            throws SQLException {
        return new DatabaseDescriptor(
                "postgres",
                Sql.text(row, 10),
                connection.getMetaData().getDatabaseMajorVersion(),
                Sql.text(row, 1),
                Sql.text(row, 2),
                Sql.text(row, 3),
                Sql.text(row, 4),
                Sql.text(row, 5),
                Sql.text(row, 6),
                row.getString(7),
                row.getInt(8),
                row.getString(9),
                row.getBoolean(12),
                row.getString(13),
                Sql.strings(connection, TABLESPACES),
                Sql.strings(connection, LABEL_PROVIDERS),
                settings(connection, PRESENT),
                row.getBoolean(11) ? null : grants(connection, PRESENT),
                extensions(connection, scopeFilter, scopeDependencies),
                ReferencedRoles.referenced(connection, inRows),
                tables,
                sequences(connection, scopeFilter),
                PopulatedMatviewQuery.inOrder(connection, scopeFilter).stream()
                        .filter(view -> !scopeDependencies.views().contains(view))
                        .toList(),
                Stream.of(
                                scopeFilter.findings(scopeDependencies),
                                StandbyRestrictions.findings(connection, scopeFilter),
                                ExtensionMemberContents.findings(connection, scopeFilter))
                        .flatMap(List::stream)
                        .toList(),
                inRows,
                scopeDependencies.leftOut(),
                labels(connection, PRESENT),
                session,
                row.getString(14),
                SearchPath.effective(connection));
    }

    /** @param database an expression of SQL */
    public static List<DatabaseSecurityLabel> labels(Connection connection, String database) throws SQLException {
        return Sql.list(
                connection,
                "SELECT s.provider, s.label FROM pg_catalog.pg_shseclabel s JOIN pg_catalog.pg_database d ON d.oid = s.objoid"
                        + " WHERE s.classoid = 'pg_catalog.pg_database'::pg_catalog.regclass AND d.datname = "
                        + database
                        + " ORDER BY 1",
                row -> new DatabaseSecurityLabel(Sql.text(row, 1), Sql.text(row, 2)));
    }

    /** @param database an expression of SQL */
    public static List<DatabaseSetting> settings(Connection connection, String database) throws SQLException {
        return Sql.list(
                connection,
                "SELECT r.rolname, pg_catalog.split_part(c, '=', 1), pg_catalog.substr(c, pg_catalog.strpos(c, '=') + 1)"
                        + " FROM pg_catalog.pg_db_role_setting s JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase"
                        + " LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.setrole, pg_catalog.unnest(s.setconfig) WITH ORDINALITY o(c, n)"
                        + " WHERE d.datname = " + database + " AND (s.setrole = 0 OR r.oid IS NOT NULL)"
                        + " ORDER BY r.rolname NULLS FIRST, o.n",
                row -> new DatabaseSetting(row.getString(1), Sql.text(row, 2), Sql.text(row, 3)));
    }

    /** @param database an expression of SQL */
    public static List<Grant> grants(Connection connection, String database) throws SQLException {
        return Sql.list(
                connection,
                "SELECT r.rolname, a.privilege_type, a.is_grantable, g.rolname FROM pg_catalog.pg_database d CROSS JOIN"
                        + " pg_catalog.aclexplode(d.datacl) a LEFT JOIN pg_catalog.pg_roles r ON r.oid = a.grantee"
                        + " LEFT JOIN pg_catalog.pg_roles g ON g.oid = a.grantor AND g.oid <> d.datdba"
                        + " WHERE d.datname = " + database + " AND (a.grantee = 0 OR r.oid IS NOT NULL)"
                        + " ORDER BY 1 NULLS FIRST, 2, 3, 4 NULLS FIRST",
                row -> new Grant(row.getString(1), Sql.text(row, 2), row.getBoolean(3), row.getString(4)));
    }

    private record Extension(ExcludedObject object, InstalledExtension shape) {}

    /** Those that a copy has: a target need not have others. */
    private static List<InstalledExtension> extensions(
            Connection connection, ScopeFilter scopeFilter, ScopeDependencies scopeDependencies) throws SQLException {
        List<Extension> extensions = Sql.list(
                connection,
                "SELECT e.extname, e.extversion, n.nspname, e.tableoid, e.oid FROM pg_catalog.pg_extension e"
                        + " JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace WHERE "
                        + scopeFilter.extensions() + " ORDER BY 1",
                row -> new Extension(
                        new ExcludedObject(row.getLong(4), row.getLong(5)),
                        new InstalledExtension(Sql.text(row, 1), Sql.text(row, 2), Sql.text(row, 3))));
        return extensions.stream()
                .filter(extension -> !scopeDependencies.leftOut().contains(extension.object))
                .map(Extension::shape)
                .toList();
    }

    /** Sequences know no snapshots: read after it they are never behind the rows. */
    private static List<SequenceState> sequences(Connection connection, ScopeFilter scopeFilter) throws SQLException {
        List<QualifiedName> names = Sql.list(
                connection,
                "SELECT n.nspname, c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n"
                        + " ON n.oid = c.relnamespace WHERE c.relkind = 'S' AND " + StandbyRestrictions.READABLE
                        + " AND "
                        + scopeFilter.relations()
                        + " ORDER BY n.nspname COLLATE \"C\", c.relname COLLATE \"C\"",
                row -> Sql.name(row, 1));
        List<SequenceState> sequences = new ArrayList<>();
        for (int from = 0; from < names.size(); from += SEQUENCES_AT_ONCE) {
            List<QualifiedName> batch = names.subList(from, Math.min(names.size(), from + SEQUENCES_AT_ONCE));
            String query = IntStream.range(0, batch.size())
                    .mapToObj(i -> "SELECT " + i + ", last_value, is_called FROM "
                            + batch.get(i).sql())
                    .collect(Collectors.joining(" UNION ALL "));
            // releases the locks on sequences, so that the server's lock table holds only those on tables
            Sql.run(connection, "SAVEPOINT sequences");
            sequences.addAll(Sql.list(
                    connection,
                    query + " ORDER BY 1",
                    row -> new SequenceState(batch.get(row.getInt(1)), row.getLong(2), row.getBoolean(3))));
            Sql.run(connection, "ROLLBACK TO SAVEPOINT sequences; RELEASE SAVEPOINT sequences");
        }
        return sequences;
    }
}
