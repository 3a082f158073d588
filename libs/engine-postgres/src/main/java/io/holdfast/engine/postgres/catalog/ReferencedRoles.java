package io.holdfast.engine.postgres.catalog;

import io.holdfast.engine.model.RowRoleReference;
import io.holdfast.engine.postgres.jdbc.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The roles a database refers to: as owner, in grants, in policies, in settings, in rows. */
final class ReferencedRoles {
    private static final String DEPENDED_ON =
            "SELECT DISTINCT r.rolname FROM pg_catalog.pg_shdepend s JOIN pg_catalog.pg_database d ON d.datname ="
                    + " pg_catalog.current_database() JOIN pg_catalog.pg_roles r ON r.oid = s.refobjid"
                    + " WHERE s.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass AND (s.dbid = d.oid"
                    + " OR (s.dbid = 0 AND s.classid = 'pg_catalog.pg_database'::pg_catalog.regclass AND s.objid = d.oid))";
    private static final String NAMED_BY_SETTINGS =
            "SELECT DISTINCT r.rolname FROM pg_catalog.pg_db_role_setting s JOIN pg_catalog.pg_database d"
                    + " ON d.oid = s.setdatabase JOIN pg_catalog.pg_roles r ON r.oid = s.setrole"
                    + " WHERE d.datname = pg_catalog.current_database()";

    /** They are the whole server's, and dumped with their database if a superuser asks. */
    private static final String OF_SUBSCRIPTIONS =
            "SELECT DISTINCT r.rolname FROM pg_catalog.pg_subscription s JOIN pg_catalog.pg_database d ON d.oid = s.subdbid"
                    + " JOIN pg_catalog.pg_roles r ON r.oid = s.subowner WHERE d.datname = pg_catalog.current_database()"
                    + " AND pg_catalog.current_setting('is_superuser') = 'on'";

    /** The server does not record what its first role owns: it is asked of each catalog. */
    private static final Map<String, String> OWNERS = Map.ofEntries(
            Map.entry("pg_namespace", "nspowner"),
            Map.entry("pg_class", "relowner"),
            Map.entry("pg_proc", "proowner"),
            Map.entry("pg_type", "typowner"),
            Map.entry("pg_operator", "oprowner"),
            Map.entry("pg_collation", "collowner"),
            Map.entry("pg_conversion", "conowner"),
            Map.entry("pg_opclass", "opcowner"),
            Map.entry("pg_opfamily", "opfowner"),
            Map.entry("pg_ts_dict", "dictowner"),
            Map.entry("pg_ts_config", "cfgowner"),
            Map.entry("pg_language", "lanowner"),
            Map.entry("pg_foreign_server", "srvowner"),
            Map.entry("pg_foreign_data_wrapper", "fdwowner"),
            Map.entry("pg_event_trigger", "evtowner"),
            Map.entry("pg_publication", "pubowner"),
            Map.entry("pg_statistic_ext", "stxowner"),
            Map.entry("pg_default_acl", "defaclrole"),
            Map.entry("pg_largeobject_metadata", "lomowner"));

    /** Nor what it is granted. */
    private static final Map<String, String> GRANTS = Map.ofEntries(
            Map.entry("pg_namespace", "nspacl"),
            Map.entry("pg_class", "relacl"),
            Map.entry("pg_attribute", "attacl"),
            Map.entry("pg_proc", "proacl"),
            Map.entry("pg_type", "typacl"),
            Map.entry("pg_language", "lanacl"),
            Map.entry("pg_foreign_server", "srvacl"),
            Map.entry("pg_foreign_data_wrapper", "fdwacl"),
            Map.entry("pg_default_acl", "defaclacl"),
            Map.entry("pg_largeobject_metadata", "lomacl"));

    private ReferencedRoles() {}

    static List<String> referenced(Connection connection, List<RowRoleReference> inRows) throws SQLException {
        TreeSet<String> roles = new TreeSet<>(Sql.strings(connection, DEPENDED_ON));
        inRows.forEach(row -> roles.add(row.role()));
        roles.addAll(Sql.strings(connection, NAMED_BY_SETTINGS));
        roles.addAll(Sql.strings(connection, OF_SUBSCRIPTIONS));
        String owns = OWNERS.entrySet().stream()
                .map(owner -> "EXISTS (SELECT FROM pg_catalog." + owner.getKey() + " x WHERE x.oid >= 16384 AND x."
                        + owner.getValue() + " = 10)")
                .collect(Collectors.joining(" OR "));
        String granted = GRANTS.entrySet().stream()
                .map(grants -> "EXISTS (SELECT FROM pg_catalog." + grants.getKey()
                        + " x, pg_catalog.aclexplode(x." + grants.getValue() + ") a WHERE a.grantee = 10 AND NOT EXISTS"
                        + " (SELECT FROM pg_catalog.pg_init_privs i WHERE i.classoid = x.tableoid AND i.objoid = "
                        + (grants.getKey().equals("pg_attribute") ? "x.attrelid" : "x.oid") + "))")
                .collect(Collectors.joining(" OR "));
        roles.addAll(Sql.strings(
                connection,
                "SELECT r.rolname FROM pg_catalog.pg_roles r WHERE r.oid = 10 AND (" + owns + " OR " + granted
                        + " OR EXISTS"
                        + " (SELECT FROM pg_catalog.pg_policy p WHERE 10 = ANY (p.polroles)) OR EXISTS (SELECT FROM"
                        + " pg_catalog.pg_user_mappings u WHERE u.umuser = 10))"));
        // predefined roles come with the server
        roles.removeIf(role -> role.startsWith("pg_"));
        return List.copyOf(roles);
    }
}
