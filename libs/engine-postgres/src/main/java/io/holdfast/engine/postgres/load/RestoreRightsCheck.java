package io.holdfast.engine.postgres.load;

import io.holdfast.engine.model.Finding;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.jdbc.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The rights of a role to make a copy of a database. pg_restore sets the owner of each object, which takes a superuser, or a
 * role that owns each of them: an object's owner needs CREATE in the schema of the new database, which membership does not
 * give.
 */
final class RestoreRightsCheck {
    /** Each object that pg_dump dumps with an owner, without those of initdb and of extensions. */
    private static final String OWNERS = """
            SELECT pg_catalog.pg_get_userbyid(o.owner), r.rolsuper, pg_catalog.count(*)
            FROM (SELECT 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid AS class, c.oid, c.relowner AS owner
                  FROM pg_catalog.pg_class c WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f', 'c') AND c.relpersistence <> 't'
                  UNION ALL SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass, p.oid, p.proowner FROM pg_catalog.pg_proc p
                  UNION ALL SELECT 'pg_catalog.pg_type'::pg_catalog.regclass, t.oid, t.typowner FROM pg_catalog.pg_type t
                            WHERE t.typrelid = 0
                  UNION ALL SELECT 'pg_catalog.pg_namespace'::pg_catalog.regclass, n.oid, n.nspowner
                            FROM pg_catalog.pg_namespace n WHERE n.nspname !~ '^pg_'
                  UNION ALL SELECT 'pg_catalog.pg_event_trigger'::pg_catalog.regclass, e.oid, e.evtowner
                            FROM pg_catalog.pg_event_trigger e
                  UNION ALL SELECT 'pg_catalog.pg_largeobject'::pg_catalog.regclass, l.oid, l.lomowner
                            FROM pg_catalog.pg_largeobject_metadata l) o
            LEFT JOIN pg_catalog.pg_roles r ON r.oid = o.owner
            WHERE o.oid >= 16384 AND o.owner <> (SELECT u.oid FROM pg_catalog.pg_roles u WHERE u.rolname = CURRENT_USER)
              AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                              WHERE d.classid = o.class AND d.objid = o.oid AND d.deptype = 'e')
            GROUP BY 1, 2 ORDER BY 1""";

    private RestoreRightsCheck() {}

    private record Owner(String name, boolean superuser, long objects) {}

    /** @param connection to any database of the server */
    static boolean isSuperuser(Connection connection) throws SQLException {
        return attribute(connection, "rolsuper");
    }

    /** The right to create databases, if it is missing. */
    static List<Finding> creation(Connection connection, String user) throws SQLException {
        return attribute(connection, "rolsuper OR rolcreatedb")
                ? List.of()
                : List.of(finding(
                        user,
                        "may not create databases; run there: ALTER ROLE " + QualifiedName.quote(user) + " CREATEDB"));
    }

    private static boolean attribute(Connection connection, String attribute) throws SQLException {
        return Sql.one(
                connection,
                "SELECT " + attribute + " FROM pg_catalog.pg_roles WHERE rolname = CURRENT_USER",
                row -> row.getBoolean(1));
    }

    /** @param inside a connection to the database */
    static List<Finding> owners(Connection inside, String database, String user) throws SQLException {
        List<Owner> owners =
                Sql.list(inside, OWNERS, row -> new Owner(row.getString(1), row.getBoolean(2), row.getLong(3)));
        if (owners.isEmpty()) {
            return List.of();
        }
        long all = owners.stream().mapToLong(Owner::objects).sum();
        List<String> ways = new ArrayList<>();
        if (owners.size() == 1 && !owners.getFirst().superuser()) {
            String owner = owners.getFirst().name();
            ways.add("restore as \"" + owner + "\" (restore: { user: " + owner
                    + " } of the source in holdfast.yaml), and run there: ALTER ROLE " + QualifiedName.quote(owner)
                    + " LOGIN CREATEDB");
        }
        ways.add("run there: ALTER ROLE " + QualifiedName.quote(user) + " SUPERUSER");
        return List.of(finding(
                user,
                "does not own " + all + " objects of database \"" + database + "\", whose owners are "
                        + owners.stream().map(it -> "\"" + it.name() + "\"").collect(Collectors.joining(", "))
                        + ", and may not give restored objects to them; " + String.join("; or ", ways)));
    }

    static Finding connection(String database, String user) {
        return finding(
                user,
                "may not connect to database \"" + database + "\"; run there: GRANT CONNECT ON DATABASE "
                        + QualifiedName.quote(database) + " TO " + QualifiedName.quote(user));
    }

    private static Finding finding(String user, String what) {
        return new Finding(Finding.Kind.NOT_ON_TARGET, user, "role \"" + user + "\" " + what);
    }
}
