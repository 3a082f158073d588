package io.holdfast.engine.postgres;

import io.holdfast.engine.QualifiedName;
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
final class ExtensionRows {
    private final Connection connection;

    ExtensionRows(Connection connection) {
        this.connection = connection;
    }

    void load(List<Deferred> tables) throws SQLException, IOException {
        List<Deferred> ordered = ordered(tables);
        Sql.run(connection, "BEGIN");
        for (Deferred table : ordered.reversed()) {
            String users = "FROM ONLY " + table.table().name().sql() + " " + condition(table);
            if (!Sql.strings(connection, "SELECT 1 " + users + " LIMIT 1").isEmpty()) {
                Sql.run(connection, "DELETE " + users);
            }
        }
        for (Deferred table : ordered) {
            QualifiedName name = table.table().name();
            String sql = "COPY " + name.sql() + " (" + Sql.columns(table.table().columns()) + ") FROM STDIN";
            CopyingIn.checkCount(name, table.rows(), CopyingIn.all(connection, sql, table.source()));
        }
        Sql.run(connection, "COMMIT");
    }

    static String condition(Deferred table) {
        String condition = table.table().condition();
        return condition == null ? "" : condition;
    }

    /** Those that others refer to first. */
    List<Deferred> ordered(List<Deferred> tables) throws SQLException {
        Map<QualifiedName, Set<QualifiedName>> parents = new HashMap<>();
        Sql.list(
                connection,
                "SELECT n.nspname, c.relname, pn.nspname, p.relname FROM pg_catalog.pg_constraint k"
                        + " JOIN pg_catalog.pg_class c ON c.oid = k.conrelid JOIN pg_catalog.pg_namespace n ON n.oid ="
                        + " c.relnamespace JOIN pg_catalog.pg_class p ON p.oid = k.confrelid JOIN"
                        + " pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace WHERE k.contype = 'f'",
                row -> parents.computeIfAbsent(Sql.name(row, 1), name -> new HashSet<>())
                        .add(Sql.name(row, 3)));
        List<Deferred> waiting = new ArrayList<>(tables);
        List<Deferred> ordered = new ArrayList<>();
        while (!waiting.isEmpty()) {
            Set<QualifiedName> names = new HashSet<>();
            waiting.forEach(table -> names.add(table.table().name()));
            List<Deferred> ready = waiting.stream()
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
