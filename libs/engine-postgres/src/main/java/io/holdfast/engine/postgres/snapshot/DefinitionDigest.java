package io.holdfast.engine.postgres.snapshot;

import io.holdfast.engine.postgres.jdbc.Sql;
import io.holdfast.engine.postgres.scope.ScopeFilter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Hashes of the catalog rows that define the objects of a scope, one for each object, as one snapshot sees them. Two equal
 * digests mean that pg_dump writes the same in both snapshots, and that no definition was changed and changed back meanwhile.
 *
 * <p>A row is hashed by its key and its xmin, which every change replaces. Rows of pg_class, pg_index, pg_database and a few
 * others are hashed by their defining columns, because TRUNCATE, VACUUM, ANALYZE and REINDEX write the remaining ones.
 * Temporary objects and TOAST tables are not part of it.
 */
final class DefinitionDigest {
    private static final int PUBLICATIONS_OF_SCHEMAS = 15;
    private static final String BUILT_IN = " < 16384";
    private static final String CLASS = "'pg_catalog.pg_class'::pg_catalog.regclass";
    private static final String LARGE_OBJECT = "'pg_catalog.pg_largeobject'::pg_catalog.regclass";
    private static final String DATABASE =
            "(SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())";

    /** Catalog, the column with the relation's OID, and the rest of the key. */
    private static final String[][] OF_RELATIONS = {
        {"pg_attribute", "attrelid", "x.attnum"},
        {"pg_attrdef", "adrelid", "x.oid"},
        {"pg_constraint", "conrelid", "x.oid"},
        {"pg_trigger", "tgrelid", "x.oid"},
        {"pg_rewrite", "ev_class", "x.oid"},
        {"pg_policy", "polrelid", "x.oid"},
        {"pg_inherits", "inhrelid", "x.inhparent"},
        {"pg_partitioned_table", "partrelid", "0"},
        {"pg_foreign_table", "ftrelid", "0"},
        {"pg_sequence", "seqrelid", "0"},
        {"pg_statistic_ext", "stxrelid", "x.oid"},
        {"pg_publication_rel", "prrelid", "x.oid"}
    };

    /** Catalog, the columns of name and schema, and what a message calls the object. */
    private static final String[][] IN_SCHEMAS = {
        {"pg_proc", "proname", "pronamespace", "function"},
        {"pg_operator", "oprname", "oprnamespace", "operator"},
        {"pg_opclass", "opcname", "opcnamespace", "operator class"},
        {"pg_opfamily", "opfname", "opfnamespace", "operator family"},
        {"pg_collation", "collname", "collnamespace", "collation"},
        {"pg_conversion", "conname", "connamespace", "conversion"},
        {"pg_ts_config", "cfgname", "cfgnamespace", "text search configuration"},
        {"pg_ts_dict", "dictname", "dictnamespace", "text search dictionary"},
        {"pg_ts_parser", "prsname", "prsnamespace", "text search parser"},
        {"pg_ts_template", "tmplname", "tmplnamespace", "text search template"}
    };

    /** Catalog, the column of the name, and what a message calls the object. */
    private static final String[][] NAMED = {
        {"pg_language", "lanname", "language"},
        {"pg_foreign_data_wrapper", "fdwname", "foreign data wrapper"},
        {"pg_foreign_server", "srvname", "foreign server"},
        {"pg_event_trigger", "evtname", "event trigger"},
        {"pg_publication", "pubname", "publication"},
        {"pg_extension", "extname", "extension"},
        {"pg_am", "amname", "access method"}
    };

    /** Catalog, its key, and what a message calls all of its objects. */
    private static final String[][] OTHERS = {
        {"pg_cast", "x.oid", "casts"},
        {"pg_transform", "x.oid", "transforms"},
        {"pg_default_acl", "x.oid", "default privileges"},
        {"pg_amop", "x.oid", "operator families"},
        {"pg_amproc", "x.oid", "operator families"},
        {"pg_ts_config_map", "x.mapcfg, x.maptokentype, x.mapseqno", "text search configurations"},
        {"pg_init_privs", "x.classoid, x.objoid, x.objsubid", "initial privileges"}
    };

    private final Map<String, String> hashes;

    private DefinitionDigest(Map<String, String> hashes) {
        this.hashes = hashes;
    }

    /** Reads in the open transaction, and releases its locks on the catalogs again. */
    static DefinitionDigest read(Connection connection, ScopeFilter scopeFilter) throws SQLException {
        Map<String, String> hashes = new TreeMap<>();
        Sql.run(connection, "SAVEPOINT definitions");
        String query =
                query(scopeFilter, connection.getMetaData().getDatabaseMajorVersion(), subscriptions(connection));
        Sql.list(connection, query, row -> hashes.put(Sql.text(row, 1), Sql.text(row, 2)));
        Sql.run(connection, "ROLLBACK TO SAVEPOINT definitions; RELEASE SAVEPOINT definitions");
        return new DefinitionDigest(hashes);
    }

    /** @return the objects that differ, in the order of their names */
    SortedSet<String> differences(DefinitionDigest other) {
        SortedSet<String> names = new TreeSet<>(hashes.keySet());
        names.addAll(other.hashes.keySet());
        names.removeIf(name -> Objects.equals(hashes.get(name), other.hashes.get(name)));
        return names;
    }

    /** A hash for each relation and for other objects, by what a message calls the object. */
    Map<String, String> byObject() {
        return Collections.unmodifiableMap(hashes);
    }

    private static boolean subscriptions(Connection connection) throws SQLException {
        return Sql.one(
                connection,
                "SELECT pg_catalog.has_table_privilege('pg_catalog.pg_subscription', 'SELECT')",
                row -> row.getBoolean(1));
    }

    private static String query(ScopeFilter scopeFilter, int major, boolean subscriptions) {
        StringBuilder rows = new StringBuilder(relations() + indexes() + types() + schemas());
        for (String[] part : OF_RELATIONS) {
            rows.append(" UNION ALL SELECT r.label, ")
                    .append(key(part[0], "x." + part[1] + ", " + part[2] + ", x.xmin"))
                    .append(" FROM pg_catalog." + part[0] + " x JOIN own r ON r.oid = x." + part[1]);
        }
        for (String[] part : IN_SCHEMAS) {
            rows.append(inSchema(part[0], part[1], part[2], part[3], ""));
        }
        rows.append(inSchema("pg_constraint", "conname", "connamespace", "constraint", " WHERE x.conrelid = 0"));
        for (String[] part : NAMED) {
            rows.append(others(part[0], "x.oid", label("x.oid", part[2], "x." + part[1]), ""));
        }
        for (String[] part : OTHERS) {
            rows.append(others(part[0], part[1], Sql.literal(part[2]), ""));
        }
        if (major >= PUBLICATIONS_OF_SCHEMAS) {
            rows.append(others("pg_publication_namespace", "x.oid", "'publications'", ""));
        }
        if (subscriptions) {
            rows.append(" UNION ALL SELECT 'subscription ' || x.subname, "
                    + key("pg_subscription", "(pg_catalog.to_jsonb(x) - 'subskiplsn')::text")
                    + " FROM pg_catalog.pg_subscription x WHERE x.subdbid = " + DATABASE);
        }
        rows.append(described("pg_description", "x.xmin", "comments"))
                .append(described("pg_seclabel", "x.provider, x.xmin", "security labels"))
                .append(members())
                .append(database());
        return with(scopeFilter) + " SELECT x.label, pg_catalog.count(*)::text || ' ' || pg_catalog.sum("
                + "pg_catalog.hashtextextended(x.v, 0)::numeric)::text FROM (" + rows
                + ") x(label, v) GROUP BY x.label";
    }

    /** Schemas, relations, and the indexes that pg_dump writes: not those that are still being built. */
    private static String with(ScopeFilter scopeFilter) {
        return "WITH ns AS MATERIALIZED (SELECT n.oid, n.nspname FROM pg_catalog.pg_namespace n WHERE ("
                + scopeFilter.schemas() + ") OR n.nspname IN ('pg_catalog', 'information_schema')),"
                + " rel AS MATERIALIZED (SELECT c.oid, "
                + label("c.oid", "relation", "pg_catalog.format('%I.%I', n.nspname, c.relname)")
                + " AS label FROM pg_catalog.pg_class c JOIN ns n ON n.oid = c.relnamespace WHERE c.relpersistence <> 't'"
                + " AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'c') AND NOT (" + scopeFilter.excluded() + ")),"
                + " idx AS MATERIALIZED (SELECT i.indexrelid AS oid, r.label FROM pg_catalog.pg_index i"
                + " JOIN rel r ON r.oid = i.indrelid JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid"
                + " WHERE i.indisready AND (i.indisvalid OR c.relkind = 'I')),"
                + " own AS MATERIALIZED (SELECT * FROM rel UNION ALL SELECT * FROM idx)";
    }

    private static String relations() {
        return "SELECT r.label, "
                + key(
                        "pg_class",
                        "c.oid, ROW(c.relname, c.relnamespace, c.reltype, c.reloftype, c.relowner, c.relam, s.spcname,"
                                + " c.relpersistence, c.relkind, c.relnatts, c.relchecks, c.relrowsecurity,"
                                + " c.relforcerowsecurity, c.relreplident, c.relispartition, c.relpartbound, c.relacl,"
                                + " c.reloptions, t.reloptions)::text")
                + " FROM pg_catalog.pg_class c JOIN own r ON r.oid = c.oid"
                + " LEFT JOIN pg_catalog.pg_class t ON t.oid = c.reltoastrelid"
                + " LEFT JOIN pg_catalog.pg_tablespace s ON s.oid = c.reltablespace";
    }

    private static String indexes() {
        return " UNION ALL SELECT r.label, "
                + key(
                        "pg_index",
                        "(pg_catalog.to_jsonb(i) - 'indcheckxmin' - 'indisready' - 'indislive' - 'indisvalid')::text")
                + " FROM pg_catalog.pg_index i JOIN idx r ON r.oid = i.indexrelid";
    }

    /** Types of relations, and arrays of these, belong to the relation. */
    private static String types() {
        String type = label("t.oid", "type", "pg_catalog.format('%I.%I', n.nspname, t.typname)");
        return " UNION ALL SELECT coalesce(r.label, " + type + "), " + key("pg_type", "t.oid, t.xmin")
                + " FROM pg_catalog.pg_type t JOIN ns n ON n.oid = t.typnamespace"
                + " LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem AND t.typcategory = 'A'"
                + " LEFT JOIN rel r ON r.oid = coalesce(nullif(t.typrelid, 0), e.typrelid)"
                + " WHERE coalesce(nullif(t.typrelid, 0), nullif(e.typrelid, 0)) IS NULL OR r.oid IS NOT NULL"
                + ofType("pg_enum", "enumtypid", "x.oid", type)
                + ofType("pg_range", "rngtypid", "0", type)
                + " UNION ALL SELECT "
                + label("p.oid", "function", "pg_catalog.format('%I.%I', n.nspname, p.proname)") + ", "
                + key("pg_aggregate", "p.oid, x.xmin")
                + " FROM pg_catalog.pg_aggregate x JOIN pg_catalog.pg_proc p ON p.oid = x.aggfnoid"
                + " JOIN ns n ON n.oid = p.pronamespace";
    }

    private static String ofType(String catalog, String type, String key, String label) {
        return " UNION ALL SELECT " + label + ", " + key(catalog, "t.oid, " + key + ", x.xmin") + " FROM pg_catalog."
                + catalog + " x JOIN pg_catalog.pg_type t ON t.oid = x." + type
                + " JOIN ns n ON n.oid = t.typnamespace";
    }

    private static String schemas() {
        return " UNION ALL SELECT " + label("x.oid", "schema", "x.nspname") + ", "
                + key("pg_namespace", "x.oid, x.xmin")
                + " FROM pg_catalog.pg_namespace x JOIN ns n ON n.oid = x.oid";
    }

    private static String inSchema(String catalog, String name, String schema, String noun, String where) {
        return " UNION ALL SELECT " + label("x.oid", noun, "pg_catalog.format('%I.%I', n.nspname, x." + name + ")")
                + ", " + key(catalog, "x.oid, x.xmin") + " FROM pg_catalog." + catalog + " x JOIN ns n ON n.oid = x."
                + schema + where;
    }

    private static String others(String catalog, String key, String label, String where) {
        return " UNION ALL SELECT " + label + ", " + key(catalog, key + ", x.xmin") + " FROM pg_catalog." + catalog
                + " x" + where;
    }

    /** Of relations, those of the scope; not of large objects, which are rows. */
    private static String described(String catalog, String content, String noun) {
        String key = key(catalog, "x.classoid, x.objoid, x.objsubid, " + content);
        return " UNION ALL SELECT r.label, " + key + " FROM pg_catalog." + catalog
                + " x JOIN own r ON r.oid = x.objoid WHERE x.classoid = " + CLASS
                + " UNION ALL SELECT '" + noun + "', " + key + " FROM pg_catalog." + catalog
                + " x WHERE x.classoid NOT IN (" + CLASS + ", " + LARGE_OBJECT + ")";
    }

    private static String members() {
        return " UNION ALL SELECT 'members of extensions', "
                + key("pg_depend", "x.classid, x.objid, x.objsubid, x.refclassid, x.refobjid, x.deptype, x.xmin")
                + " FROM pg_catalog.pg_depend x WHERE x.deptype IN ('e', 'x')";
    }

    /** The database itself, and the names of the roles that own its objects or have rights on them. */
    private static String database() {
        return " UNION ALL SELECT 'the database', "
                + key("pg_database", "(pg_catalog.to_jsonb(x) - 'datfrozenxid' - 'datminmxid')::text")
                + " FROM pg_catalog.pg_database x WHERE x.oid = " + DATABASE
                + " UNION ALL SELECT 'the database', " + key("pg_shdescription", "x.description")
                + " FROM pg_catalog.pg_shdescription x WHERE x.classoid ="
                + " 'pg_catalog.pg_database'::pg_catalog.regclass AND x.objoid = " + DATABASE
                + " UNION ALL SELECT 'the database', " + key("pg_shseclabel", "x.provider, x.label")
                + " FROM pg_catalog.pg_shseclabel x WHERE x.classoid ="
                + " 'pg_catalog.pg_database'::pg_catalog.regclass AND x.objoid = " + DATABASE
                + " UNION ALL SELECT 'settings of the database', "
                + key("pg_db_role_setting", "x.setrole, x.setconfig::text")
                + " FROM pg_catalog.pg_db_role_setting x WHERE x.setdatabase = " + DATABASE
                + " UNION ALL SELECT 'user mappings', "
                + key("pg_user_mappings", "x.umid, x.srvid, x.umuser, x.umoptions::text")
                + " FROM pg_catalog.pg_user_mappings x"
                + " UNION ALL SELECT 'role ' || x.rolname, " + key("pg_roles", "x.oid, x.rolname")
                + " FROM pg_catalog.pg_roles x WHERE x.oid IN (SELECT s.refobjid FROM pg_catalog.pg_shdepend s"
                + " WHERE s.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass AND s.dbid = " + DATABASE
                + " AND s.classid <> " + LARGE_OBJECT + " AND (s.classid <> " + CLASS
                + " OR s.objid IN (SELECT o.oid FROM own o)) UNION SELECT d.datdba FROM pg_catalog.pg_database d WHERE"
                + " d.datname = pg_catalog.current_database())";
    }

    private static String label(String oid, String noun, String name) {
        return "CASE WHEN " + oid + BUILT_IN + " THEN 'a built-in " + noun + "' ELSE '" + noun + " ' || " + name
                + " END";
    }

    private static String key(String catalog, String columns) {
        return "pg_catalog.concat_ws(' ', '" + catalog + "', " + columns + ")";
    }
}
