package io.holdfast.engine.postgres.catalog;

import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.model.TableDescriptor;
import io.holdfast.engine.postgres.jdbc.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Large objects as rows: their pages, and a row for each with size, owner, grants and comment. Pages are padded, and
 * those of zeros left out, so that the same content gives the same rows however it was written; the size says where it
 * ends.
 */
public final class LargeObjectQueries {
    public static final int PAGE = 2048;
    private static final QualifiedName PAGES = new QualifiedName("pg_catalog", "pg_largeobject");
    public static final QualifiedName METADATA = new QualifiedName("pg_catalog", "pg_largeobject_metadata");
    private static final int NAMED = 5;

    /** INV_WRITE of libpq-fs.h. */
    private static final int WRITE = 131_072;

    private static final String ZEROS =
            "(SELECT pg_catalog.decode(pg_catalog.repeat('00', " + PAGE + "), 'hex') AS page) zero";
    private static final String PADDED = "pg_catalog.substr(d.data || zero.page, 1, " + PAGE + ")";
    private static final String NOT_EMPTY = "d.data <> pg_catalog.substr(zero.page, 1, pg_catalog.length(d.data))";

    /**
     * Its size by opening it: for roles that may read the object and not the catalog. Each one is closed again. The
     * object's number is in every step, because the planner would remember the answer for a descriptor used before.
     */
    private static final String OPENED =
            " CROSS JOIN LATERAL (SELECT pg_catalog.lo_open(m.oid, 262144) AS fd OFFSET 0) o"
                    + " CROSS JOIN LATERAL (SELECT pg_catalog.lo_lseek64(o.fd, 0 * m.oid::bigint, 2) AS bytes OFFSET 0) s"
                    + " CROSS JOIN LATERAL (SELECT CASE WHEN s.bytes >= 0 AND m.oid > 0 THEN pg_catalog.lo_close(o.fd) END AS done"
                    + " OFFSET 0) c";

    private static final String LOOKED_UP = " CROSS JOIN LATERAL (SELECT coalesce((SELECT l.pageno::bigint * " + PAGE
            + " + pg_catalog.length(l.data) FROM pg_catalog.pg_largeobject l WHERE l.loid = m.oid"
            + " ORDER BY l.pageno DESC LIMIT 1), 0) AS bytes, 0 AS done) c";
    /** Who gave it is said where that was not the owner, so that the rows of most are as they always were. */
    private static final String GRANTS = "CASE WHEN m.lomacl IS NOT NULL THEN (SELECT coalesce(pg_catalog.jsonb_agg("
            + "pg_catalog.jsonb_build_array(r.rolname, a.privilege_type, a.is_grantable)"
            + " || CASE WHEN g.oid IS NULL THEN '[]' ELSE pg_catalog.jsonb_build_array(g.rolname) END"
            + " ORDER BY r.rolname COLLATE \"C\", a.privilege_type COLLATE \"C\", g.rolname COLLATE \"C\"), '[]') FROM"
            + " pg_catalog.aclexplode(m.lomacl) a LEFT JOIN pg_catalog.pg_roles r ON r.oid = a.grantee"
            + " LEFT JOIN pg_catalog.pg_roles g ON g.oid = a.grantor AND g.oid <> m.lomowner"
            + " WHERE a.grantee = 0 OR r.oid IS NOT NULL) END";

    private static final String READABLE = "(pg_catalog.pg_has_role(m.lomowner, 'USAGE') OR EXISTS (SELECT FROM"
            + " pg_catalog.aclexplode(m.lomacl) a WHERE a.privilege_type = 'SELECT'"
            + " AND CASE a.grantee WHEN 0 THEN true ELSE pg_catalog.pg_has_role(a.grantee, 'USAGE') END))";

    private static final String LABELS = "labels";
    private static final String OF_OBJECT =
            "pg_catalog.pg_seclabel s WHERE s.classoid =" + " 'pg_catalog.pg_largeobject'::pg_catalog.regclass";

    private LargeObjectQueries() {}

    /** Whether this role may read their catalog, which is faster than one after the other. */
    public static boolean direct(Connection connection) throws SQLException {
        return Sql.one(
                connection,
                "SELECT pg_catalog.has_table_privilege('pg_catalog.pg_largeobject', 'SELECT')"
                        + " AND pg_catalog.current_setting('block_size')::int / 4 = " + PAGE,
                row -> row.getBoolean(1));
    }

    static boolean any(Connection connection) throws SQLException {
        return !Sql.strings(connection, "SELECT 1 FROM pg_catalog.pg_largeobject_metadata LIMIT 1")
                .isEmpty();
    }

    public static List<TableDescriptor> shapes(Connection connection) throws SQLException {
        if (!any(connection)) {
            return List.of();
        }
        List<String> described = new ArrayList<>(List.of("oid", "bytes", "owner", "grants", "comment"));
        if (!Sql.strings(connection, "SELECT 1 FROM " + OF_OBJECT + " LIMIT 1").isEmpty()) {
            described.add(LABELS); // only then, so that all other backups stay as they were
        }
        return Sql.one(
                connection,
                "SELECT greatest(reltuples, 0)::bigint, pg_catalog.pg_table_size(oid) FROM pg_catalog.pg_class"
                        + " WHERE oid = 'pg_catalog.pg_largeobject'::pg_catalog.regclass",
                row -> List.of(
                        shape(
                                PAGES,
                                TableDescriptor.Kind.LARGE_OBJECTS,
                                List.of("loid", "pageno", "data"),
                                row.getLong(1),
                                row.getLong(2)),
                        shape(METADATA, TableDescriptor.Kind.LARGE_OBJECT_METADATA, described, 0, 0)));
    }

    private static TableDescriptor shape(
            QualifiedName name, TableDescriptor.Kind kind, List<String> columns, long rows, long bytes) {
        return new TableDescriptor(name, columns, kind, null, List.of(), true, rows, bytes, null);
    }

    public static String pages(boolean direct) {
        String rows = direct
                ? "pg_catalog.pg_largeobject d, " + ZEROS
                : "(SELECT m.oid AS loid, p.no::int AS pageno, pg_catalog.lo_get(m.oid, p.no * " + PAGE + ", " + PAGE
                        + ") AS data FROM pg_catalog.pg_largeobject_metadata m" + OPENED
                        + ", pg_catalog.generate_series(0, (s.bytes - 1) / " + PAGE
                        + ") p(no) WHERE c.done = 0 AND s.bytes > 0 OFFSET 0) d, " + ZEROS;
        return "SELECT d.loid, d.pageno, " + PADDED + " FROM " + rows + " WHERE " + NOT_EMPTY
                + " ORDER BY d.loid, d.pageno";
    }

    /** Whether its rows have the objects' security labels too. */
    public static boolean labelled(TableDescriptor metadata) {
        return metadata.columns().contains(LABELS);
    }

    /** Columns and types of a table that takes its rows. */
    public static String metadataTypes(TableDescriptor metadata) {
        return "oid oid, bytes bigint, owner text, grants jsonb, comment text"
                + (labelled(metadata) ? ", " + LABELS + " jsonb" : "");
    }

    public static String metadata(boolean direct, TableDescriptor table) {
        String labels = labelled(table)
                ? ", (SELECT pg_catalog.jsonb_object_agg(s.provider, s.label) FROM " + OF_OBJECT
                        + " AND s.objoid = m.oid)"
                : "";
        return "SELECT m.oid, " + (direct ? "c" : "s") + ".bytes, pg_catalog.pg_get_userbyid(m.lomowner), " + GRANTS
                + ", pg_catalog.obj_description(m.oid, 'pg_largeobject')" + labels
                + " FROM pg_catalog.pg_largeobject_metadata m"
                + (direct ? LOOKED_UP : OPENED) + " WHERE c.done = 0 ORDER BY m.oid";
    }

    /** What the user may not read, in words; empty if nothing. */
    public static List<String> refused(Connection connection, String user) throws SQLException {
        if (direct(connection)) {
            return List.of();
        }
        List<String> hidden = Sql.strings(
                connection,
                "SELECT m.oid FROM pg_catalog.pg_largeobject_metadata m WHERE NOT " + READABLE + " ORDER BY m.oid");
        List<String> refused = new ArrayList<>();
        if (!hidden.isEmpty()) {
            String first = String.join(", ", hidden.subList(0, Math.min(NAMED, hidden.size())));
            refused.add("\"" + user + "\" may not read " + hidden.size() + " large objects: " + first
                    + (hidden.size() > NAMED ? ", …" : "") + " (GRANT SELECT ON LARGE OBJECT " + first + " TO \"" + user
                    + "\", or pg_read_all_data on servers from 14)");
        }
        return refused;
    }

    /**
     * Sets large objects to their length: the last page was padded, and pages of zeros at the end were not written.
     *
     * @param objects a relation with the columns oid and bytes
     */
    public static String resize(String objects) {
        return "SELECT pg_catalog.count(c.done) FROM " + objects
                + " m CROSS JOIN LATERAL (SELECT pg_catalog.lo_open(m.oid, " + WRITE + ") AS fd OFFSET 0) o"
                + " CROSS JOIN LATERAL (SELECT pg_catalog.lo_truncate64(o.fd, m.bytes + 0 * m.oid::bigint) AS done OFFSET 0) s"
                + " CROSS JOIN LATERAL (SELECT CASE WHEN s.done = 0 AND m.oid > 0 THEN pg_catalog.lo_close(o.fd) END AS done OFFSET 0) c"
                + " WHERE m.bytes > 0 AND c.done = 0";
    }
}
