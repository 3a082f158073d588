package io.holdfast.engine.postgres;

import io.holdfast.engine.DatabaseGrant;
import io.holdfast.engine.DatabaseSetting;
import io.holdfast.engine.DatabaseShape;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.QualifiedName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The statements that give a database what belongs to the database itself, under whatever name it has now. */
final class DatabaseProperties {
    /** Settings whose stored value is a list of quoted identifiers, as in the server's GUC_LIST_QUOTE. */
    private static final Set<String> LISTS = Set.of(
            "local_preload_libraries",
            "search_path",
            "session_preload_libraries",
            "shared_preload_libraries",
            "temp_tablespaces",
            "unix_socket_directories");

    private DatabaseProperties() {}

    /** @param loader whose database it was so far, and who reads it afterwards: that it may connect stays true */
    static void give(Connection connection, String database, String loader, DatabaseShape shape, LoadOptions options)
            throws SQLException {
        List<String> statements = statements(database, shape, options);
        List<DatabaseGrant> grants = shape.grants();
        if (options.privileges() && grants != null) {
            String owner = ownerKept(shape, options) ? shape.owner() : loader;
            List<DatabaseGrant> given =
                    grants(grants, shape.owner(), owner, options.lacking().roles());
            statements.addAll(
                    DatabaseRights.statements(database, owner, given, DatabaseRights.grantors(connection, given)));
        }
        for (String statement : statements) {
            Sql.run(connection, statement);
        }
        String connects = "SELECT pg_catalog.has_database_privilege(" + Sql.literal(loader) + ", "
                + Sql.literal(database) + ", 'CONNECT')";
        if (!Sql.one(connection, connects, row -> row.getBoolean(1))) {
            Sql.run(
                    connection,
                    "GRANT CONNECT ON DATABASE " + QualifiedName.quote(database) + " TO "
                            + QualifiedName.quote(loader));
        }
    }

    /** What the owner may, whoever takes his place may. */
    private static List<DatabaseGrant> grants(
            List<DatabaseGrant> grants, String before, String owner, Set<String> missing) {
        return grants.stream()
                .map(grant -> before.equals(grant.grantee())
                        ? new DatabaseGrant(owner, grant.privilege(), grant.grantable(), grant.grantor())
                        : grant)
                .filter(grant -> grant.grantee() == null || !missing.contains(grant.grantee()))
                .toList();
    }

    private static boolean ownerKept(DatabaseShape shape, LoadOptions options) {
        return options.owners() && !options.lacking().roles().contains(shape.owner());
    }

    static List<String> statements(String database, DatabaseShape shape, LoadOptions options) {
        String name = QualifiedName.quote(database);
        List<String> statements = new ArrayList<>();
        statements.add("ALTER DATABASE " + name + " RESET ALL");
        statements.add("ALTER DATABASE " + name + " CONNECTION LIMIT " + shape.connectionLimit());
        statements.add("COMMENT ON DATABASE " + name + " IS " + Sql.literal(shape.comment()));
        Set<String> missing = options.lacking().roles();
        shape.settings().stream()
                .filter(setting -> setting.role() == null || !missing.contains(setting.role()))
                .forEach(setting -> statements.add(setting(name, setting)));
        shape.labels().stream()
                .filter(label -> !options.lacking().labelProviders().contains(label.provider()))
                .forEach(label -> statements.add(label(name, label.provider(), label.label())));
        if (shape.template()) {
            statements.add("ALTER DATABASE " + name + " IS_TEMPLATE true");
        }
        if (ownerKept(shape, options)) {
            statements.add("ALTER DATABASE " + name + " OWNER TO " + QualifiedName.quote(shape.owner()));
        }
        return statements;
    }

    static String label(String name, String provider, @Nullable String label) {
        return "SECURITY LABEL FOR " + QualifiedName.quote(provider) + " ON DATABASE " + name + " IS "
                + Sql.literal(label);
    }

    static String setting(String name, DatabaseSetting setting) {
        String role = setting.role();
        String subject = role == null
                ? "ALTER DATABASE " + name
                : "ALTER ROLE " + QualifiedName.quote(role) + " IN DATABASE " + name;
        String parameter = Arrays.stream(setting.name().split("\\.", -1))
                .map(QualifiedName::quote)
                .collect(Collectors.joining("."));
        String value =
                LISTS.contains(setting.name()) ? Sql.literals(elements(setting.value())) : Sql.literal(setting.value());
        return subject + " SET " + parameter + " TO " + (value.isEmpty() ? "''" : value);
    }

    /** Splits {@code "$user", public} as the server does: quotes removed, doubled quotes made single. */
    static List<String> elements(String list) {
        List<String> elements = new ArrayList<>();
        StringBuilder element = new StringBuilder();
        boolean quoted = false;
        boolean any = false;
        for (int i = 0; i < list.length(); i++) {
            char c = list.charAt(i);
            if (c == '"') {
                boolean doubled = quoted && i + 1 < list.length() && list.charAt(i + 1) == '"';
                if (doubled) {
                    element.append(c);
                    i++;
                } else {
                    quoted = !quoted;
                }
                any = true;
            } else if (c == ',' && !quoted) {
                elements.add(element.toString());
                element.setLength(0);
            } else if (quoted || !Character.isWhitespace(c)) {
                element.append(c);
                any = true;
            }
        }
        if (any) {
            elements.add(element.toString());
        }
        return elements;
    }
}
