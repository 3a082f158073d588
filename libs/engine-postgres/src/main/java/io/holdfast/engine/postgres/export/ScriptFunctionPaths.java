package io.holdfast.engine.postgres.export;

import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.catalog.SearchPath;
import io.holdfast.engine.postgres.jdbc.Sql;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Statements of a script that give the source's search path to functions that have none, and reset it. A script cannot
 * try a definition without the path first, as a restore does.
 */
final class ScriptFunctionPaths {
    private final DatabaseDescriptor shape;

    ScriptFunctionPaths(DatabaseDescriptor shape) {
        this.shape = shape;
    }

    /** The path as a value of the setting {@code search_path}; empty if the backup has none. */
    String sessionPath() {
        List<String> path = shape.searchPath();
        return path == null
                ? ""
                : SearchPath.schemas(path, shape.owner()).stream()
                        .map(QualifiedName::quote)
                        .collect(Collectors.joining(", "));
    }

    /** Includes functions that no definition needs: which ones need it is known only when indexes are created. */
    String give() {
        return value().isEmpty()
                ? ""
                : "SELECT pg_catalog.set_config('search_path', '', false);\n"
                        + "CREATE TEMPORARY TABLE holdfast_functions AS SELECT signature FROM ("
                        + SearchPath.WITHOUT_PATH
                        + ") f(oid, schema, name, signature);\n" + each(" SET search_path TO " + value());
    }

    /** Undoes {@link #give}. */
    String reset() {
        return value().isEmpty() ? "" : each(" RESET search_path") + "DROP TABLE pg_temp.holdfast_functions;\n";
    }

    private String value() {
        return SearchPath.value(shape.searchPath(), shape.owner());
    }

    private static String each(String change) {
        return "DO "
                + Sql.literal(
                        "DECLARE f text; BEGIN FOR f IN SELECT signature FROM pg_temp.holdfast_functions LOOP BEGIN"
                                + " EXECUTE 'ALTER FUNCTION ' || f || " + Sql.literal(change) + "; EXCEPTION WHEN"
                                + " insufficient_privilege THEN RAISE WARNING 'search_path of function % is as it was: %', f,"
                                + " SQLERRM; END; END LOOP; END")
                + ";\n";
    }
}
