package io.holdfast.engine.postgres.load;

import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.copy.CopyInWriter;
import io.holdfast.engine.postgres.jdbc.Sql;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Rows of extensions' configuration tables. The extension made those tables with their keys and some rows of its own:
 * the user's rows go in after those they refer to, and replace what was there of the user's.
 */
final class ExtensionTableLoader {
    private final Connection connection;

    ExtensionTableLoader(Connection connection) {
        this.connection = connection;
    }

    void load(List<DeferredRows> tables) throws SQLException, IOException {
        List<DeferredRows> ordered = ordered(tables);
        Sql.run(connection, "BEGIN");
        for (DeferredRows table : ordered.reversed()) {
            String users = "FROM ONLY " + table.table().name().sql() + " " + condition(table);
            if (!Sql.strings(connection, "SELECT 1 " + users + " LIMIT 1").isEmpty()) {
                Sql.run(connection, "DELETE " + users);
            }
        }
        for (DeferredRows table : ordered) {
            QualifiedName name = table.table().name();
            String sql = "COPY " + name.sql() + " (" + Sql.columns(table.table().columns()) + ") FROM STDIN";
            CopyInWriter.checkCount(name, table.rows(), CopyInWriter.all(connection, sql, table.source()));
        }
        Sql.run(connection, "COMMIT");
    }

    static String condition(DeferredRows table) {
        String condition = table.table().condition();
        return condition == null ? "" : condition;
    }

    /** Those that others refer to first. */
    List<DeferredRows> ordered(List<DeferredRows> tables) throws SQLException {
        Map<QualifiedName, Set<QualifiedName>> parents = new HashMap<>();
        Sql.list(
                connection,
                "SELECT n.nspname, c.relname, pn.nspname, p.relname FROM pg_catalog.pg_constraint k"
                        + " JOIN pg_catalog.pg_class c ON c.oid = k.conrelid JOIN pg_catalog.pg_namespace n ON n.oid ="
                        + " c.relnamespace JOIN pg_catalog.pg_class p ON p.oid = k.confrelid JOIN"
                        + " pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace WHERE k.contype = 'f'",
                row -> parents.computeIfAbsent(Sql.name(row, 1), name -> new HashSet<>())
                        .add(Sql.name(row, 3)));
        List<DeferredRows> waiting = new ArrayList<>(tables);
        List<DeferredRows> ordered = new ArrayList<>();
        while (!waiting.isEmpty()) {
            Set<QualifiedName> names = new HashSet<>();
            waiting.forEach(table -> names.add(table.table().name()));
            List<DeferredRows> ready = waiting.stream()
                    .filter(table -> parents.getOrDefault(table.table().name(), Set.of()).stream()
                            .noneMatch(parent -> names.contains(parent)
                                    && !parent.equals(table.table().name())))
                    .toList();
            // in a circle no order is right: the keys say so then
            ordered.addAll(ready.isEmpty() ? waiting : ready);
            waiting.removeAll(ready.isEmpty() ? List.copyOf(waiting) : ready);
        }
        return ordered;
    }
}
