package io.holdfast.engine.postgres.catalog;

import io.holdfast.engine.postgres.jdbc.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The search path of a database's sessions, and the functions whose bodies may rely on it. */
public final class SearchPath {
    /** Functions with bodies that the server parses when they run, and without a search path of their own. */
    public static final String WITHOUT_PATH =
            "SELECT p.oid, n.nspname, p.proname, p.oid::pg_catalog.regprocedure::text FROM pg_catalog.pg_proc p JOIN"
                    + " pg_catalog.pg_namespace n ON n.oid = p.pronamespace JOIN pg_catalog.pg_language l ON l.oid = p.prolang"
                    + " WHERE l.lanname NOT IN ('c', 'internal') AND p.prokind IN ('f', 'w') AND n.nspname NOT IN"
                    + " ('pg_catalog', 'information_schema') AND NOT EXISTS (SELECT FROM pg_catalog.unnest(p.proconfig) s"
                    + " WHERE pg_catalog.lower(s) LIKE 'search\\_path=%')";

    private SearchPath() {}

    /**
     * A list as {@code SET search_path TO} takes it.
     *
     * @param owner of the source's database, whose schema {@code "$user"} stands for: here a load runs as other roles
     */
    public static String value(@Nullable List<String> path, String owner) {
        return path == null ? "" : Sql.literals(schemas(path, owner));
    }

    public static List<String> schemas(List<String> path, String owner) {
        return path.stream()
                .map(schema -> schema.equals("$user") ? owner : schema)
                .filter(schema -> !schema.isEmpty())
                .distinct()
                .toList();
    }

    /**
     * The path that the source's sessions see: settings of the database's owner, of the database, of roles that own
     * tables in it, then the default of the server. A schema of a later one is only searched after those of all before.
     */
    public static List<String> effective(Connection connection) throws SQLException {
        List<String> paths = Sql.strings(
                connection,
                "SELECT p.path FROM (SELECT pg_catalog.substr(s.c, pg_catalog.strpos(s.c, '=') + 1) AS path, CASE WHEN"
                        + " s.setrole = d.datdba THEN 0 WHEN s.setrole = 0 THEN 1 ELSE 2 END AS turn, s.setdatabase = 0 AS"
                        + " everywhere, s.setrole FROM pg_catalog.pg_database d, (SELECT setrole, setdatabase,"
                        + " pg_catalog.unnest(setconfig) AS c FROM pg_catalog.pg_db_role_setting) s WHERE d.datname ="
                        + " pg_catalog.current_database() AND s.setdatabase IN (0, d.oid) AND pg_catalog.lower(s.c) LIKE"
                        + " 'search\\_path=%' AND (s.setrole IN (0, d.datdba) OR s.setrole IN (SELECT relowner FROM"
                        + " pg_catalog.pg_class)) UNION ALL SELECT reset_val, 3, true, 0 FROM pg_catalog.pg_settings WHERE"
                        + " name = 'search_path') p ORDER BY p.turn, p.everywhere, p.setrole");
        List<String> elements = paths.stream()
                .flatMap(path -> elements(path).stream())
                .filter(schema -> !schema.isEmpty())
                .distinct()
                .toList();
        return elements.isEmpty() ? List.of("$user", "public") : elements;
    }

    /** Splits {@code "$user", public} as the server does: quotes removed, doubled quotes made single. */
    public static List<String> elements(String list) {
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
