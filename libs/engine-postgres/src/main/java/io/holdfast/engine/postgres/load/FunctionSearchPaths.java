package io.holdfast.engine.postgres.load;

import io.holdfast.engine.model.Finding;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.catalog.SearchPath;
import io.holdfast.engine.postgres.jdbc.Sql;
import io.holdfast.engine.postgres.jdbc.SqlErrorTranslator;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * The source's search path, given for the time of a load to functions whose bodies name objects without a schema.
 * Definitions are still parsed under the empty path that pg_dump wrote them for: only the bodies of these functions see
 * the recorded path. A server since 17 builds indexes and fills views under a path of its own, which a function's
 * setting overrides and a session's does not.
 */
final class FunctionSearchPaths {
    /** Where pg_restore's errors name the functions that were running. */
    private static final Pattern CONTEXT =
            Pattern.compile("(?ms)^CONTEXT:.*?(?=^Command was:|^pg_restore:|\\z)", Pattern.UNIX_LINES);

    private record Function(long oid, QualifiedName name, String signature) {
        /** Tests whether an error context of the server, in any language, names this function. */
        boolean in(String text) {
            String plain = "(?<![\\w$\"])" + Pattern.quote(name.name()) + "(?=\\()";
            String quoted = Pattern.quote("\"" + name.name().replace("\"", "\"\"") + "\"");
            String raw = Pattern.quote("\"" + name.name() + "\"");
            return Pattern.compile(plain + "|" + quoted + "|" + raw)
                    .matcher(text)
                    .find();
        }
    }

    private final TargetConnections connections;
    private volatile String value = "";

    /** Which have it now, by OID. */
    private final Map<Long, String> given = new TreeMap<>();

    /** Signatures of those that had it. */
    private final Set<String> relying = new TreeSet<>();

    FunctionSearchPaths(TargetConnections connections) {
        this.connections = connections;
    }

    /** @param path null or empty: none was recorded, and no function is given one */
    void recorded(@Nullable List<String> path, String owner) {
        value = SearchPath.value(path, owner);
    }

    /** Sets the path on the functions that pg_restore's errors name; returns whether another attempt may succeed. */
    boolean give(String errors) {
        // in another language of the server's it is not known what was wrong
        boolean otherwise = errors.contains("ERROR:  ") && !errors.contains("does not exist");
        return !otherwise && giveTo(errors);
    }

    boolean give(SQLException e) {
        ServerErrorMessage server = e instanceof PSQLException p ? p.getServerErrorMessage() : null;
        String where = server == null ? null : server.getWhere();
        return where != null && SqlErrorTranslator.undefined(e) && giveTo(where);
    }

    /** The number of functions that have had the path; another thread may raise it. */
    synchronized int count() {
        return relying.size();
    }

    private synchronized boolean giveTo(String errors) {
        if (value.isEmpty()) {
            return false;
        }
        return connections.byOwner("looking for functions without a search path", connection -> {
            boolean changed = false;
            for (Function function : named(connection, errors)) {
                changed |= gave(connection, function);
            }
            return changed;
        });
    }

    /** False for a function of another role's, such as an extension's. */
    private boolean gave(Connection connection, Function function) throws SQLException {
        try {
            Sql.run(connection, "ALTER FUNCTION " + function.signature() + " SET search_path TO " + value);
        } catch (SQLException e) {
            if (SqlErrorTranslator.state(e).equals("42501")) {
                return false;
            }
            throw e;
        }
        given.put(function.oid(), function.signature());
        relying.add(function.signature());
        return true;
    }

    private static List<Function> named(Connection connection, String errors) throws SQLException {
        Matcher context = CONTEXT.matcher(errors);
        StringBuilder running = new StringBuilder();
        while (context.find()) {
            running.append(context.group());
        }
        String text = running.isEmpty() ? errors : running.toString();
        return Sql.list(
                        connection,
                        SearchPath.WITHOUT_PATH + " ORDER BY 4",
                        row -> new Function(row.getLong(1), Sql.name(row, 2), Sql.text(row, 4)))
                .stream()
                .filter(function -> function.in(text))
                .toList();
    }

    /** Functions are the backup's again. */
    synchronized void withdraw() {
        connections.byOwner(
                "taking the search path off functions",
                given.values().stream()
                        .map(signature -> "ALTER FUNCTION " + signature + " RESET search_path")
                        .toList());
        given.clear();
    }

    synchronized List<Finding> findings() {
        return relying.stream()
                .map(signature -> new Finding(
                        Finding.Kind.SEARCH_PATH,
                        signature,
                        "function " + signature + " names objects without a schema: what uses it was loaded with the"
                                + " source's search_path (" + value
                                + "), and loads nowhere without it; write the schemas in"
                                + " its body, or ALTER FUNCTION " + signature + " SET search_path TO " + value))
                .toList();
    }

    /** The end of a message about a load that failed even with the path; empty if no function had it. */
    synchronized String advice() {
        return relying.isEmpty()
                ? ""
                : "; with search_path " + value + " for " + String.join(", ", relying)
                        + " too: write the schema of each name in the body, or ALTER FUNCTION … SET search_path with the"
                        + " schemas that it needs";
    }
}
