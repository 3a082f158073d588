package io.holdfast.engine.postgres.increment;

import io.holdfast.engine.increment.ChangeMark;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.jdbc.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The files of the tables whose rows, as text, change only with their blocks or their definition. Not among them: unlogged
 * tables, other access methods than heap, and tables with a column whose text depends on something else. These are names of
 * objects and roles (regclass, aclitem), and types with an output function of a library, such as an extension's: its settings
 * may be set for a role or in the server's files, and a new library may have the same version.
 *
 * <p>The definitions of the columns' types are in the snapshot's digest: a scope that leaves one out is refused by {@link
 * io.holdfast.engine.postgres.scope.ScopeDependencies}.
 */
final class TableFiles {
    /** The OID of the language of functions that are part of the server. */
    private static final int INTERNAL = 12;

    /** The types of all columns, with the types that these consist of. */
    private static final String TYPES = "WITH RECURSIVE used(rel, typ) AS (SELECT a.attrelid, a.atttypid FROM"
            + " pg_catalog.pg_attribute a WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attrelid = ANY ('{%1$s}'::oid[])"
            + " UNION SELECT u.rel, x.typ FROM used u JOIN pg_catalog.pg_type t ON t.oid = u.typ CROSS JOIN LATERAL ("
            + "SELECT t.typelem WHERE t.typelem <> 0"
            + " UNION ALL SELECT t.typbasetype WHERE t.typbasetype <> 0"
            + " UNION ALL SELECT r.rngsubtype FROM pg_catalog.pg_range r WHERE t.oid IN (r.rngtypid, r.rngmultitypid)"
            + " UNION ALL SELECT a.atttypid FROM pg_catalog.pg_attribute a WHERE t.typrelid <> 0"
            + " AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped) x(typ))";

    private static final String QUERY = TYPES
            + " SELECT c.oid, n.nspname, c.relname,"
            + " pg_catalog.pg_relation_filenode(c.oid), coalesce(nullif(c.reltablespace, 0), d.dattablespace),"
            + " pg_catalog.format('relation %%I.%%I', n.nspname, c.relname), EXISTS (SELECT FROM used u"
            + " JOIN pg_catalog.pg_type t ON t.oid = u.typ WHERE u.rel = c.oid AND t.typtype = 'c')"
            + " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
            + " JOIN pg_catalog.pg_am m ON m.oid = c.relam JOIN pg_catalog.pg_database d"
            + " ON d.datname = pg_catalog.current_database() WHERE c.oid = ANY ('{%1$s}'::oid[]) AND c.relkind = 'r'"
            + " AND c.relpersistence = 'p' AND m.amname = 'heap' AND pg_catalog.pg_relation_filenode(c.oid) <> 0"
            + " AND NOT EXISTS (SELECT FROM used u JOIN pg_catalog.pg_type t ON t.oid = u.typ"
            + " JOIN pg_catalog.pg_namespace s ON s.oid = t.typnamespace JOIN pg_catalog.pg_proc o ON o.oid = t.typoutput"
            + " WHERE u.rel = c.oid AND (s.nspname = 'pg_catalog' AND (t.typname ~ '^_?reg' OR t.typname ~ '^_?aclitem')"
            + " OR o.oid >= 16384 AND o.prolang <> " + INTERNAL + "))";

    private TableFiles() {}

    /**
     * Reads in the snapshot, under the locks that keep the files from being replaced.
     *
     * @param definitions hashes by object: a table without one is left out
     * @param everything digest of all definitions, for tables with columns of composite types: such a type may be the row
     *     type of another table
     */
    static Map<String, ChangeMark.TableFile> read(
            Connection connection, Collection<Long> oids, Map<String, String> definitions, String everything)
            throws SQLException {
        String list = oids.stream().map(String::valueOf).collect(Collectors.joining(","));
        Map<String, ChangeMark.TableFile> files = new HashMap<>();
        for (Found found : Sql.list(connection, QUERY.formatted(list), TableFiles::found)) {
            String definition = found.composite ? everything : definitions.get(found.label);
            if (definition != null) {
                files.put(
                        found.name.sql(),
                        new ChangeMark.TableFile(found.oid, found.file, found.tablespace, definition));
            }
        }
        return files;
    }

    private record Found(long oid, QualifiedName name, long file, long tablespace, String label, boolean composite) {}

    private static Found found(ResultSet row) throws SQLException {
        return new Found(
                row.getLong(1), Sql.name(row, 2), row.getLong(4), row.getLong(5), Sql.text(row, 6), row.getBoolean(7));
    }
}
