package io.holdfast.engine.d1.load;

import io.holdfast.engine.sqlite.SqliteFileRows;
import io.holdfast.engine.sqlite.SqliteReplica;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Tables so that those which others refer to come first, because D1 always checks foreign keys. Rows of tables that refer to each
 * other, or to themselves, have no such order.
 *
 * @param ordered each after its parents
 * @param circular the others
 */
record LoadOrder(List<SqliteReplica.Table> ordered, List<SqliteReplica.Table> circular) {

    static LoadOrder of(List<SqliteReplica.Table> tables, SqliteFileRows file) {
        List<SqliteReplica.Table> left = new ArrayList<>(tables);
        List<SqliteReplica.Table> ordered = new ArrayList<>();
        boolean found = true;
        while (found) {
            Set<String> missing = new HashSet<>();
            left.forEach(table -> missing.add(folded(table)));
            List<SqliteReplica.Table> next = left.stream()
                    .filter(table -> file.parents(table.name()).stream().noneMatch(missing::contains))
                    .toList();
            ordered.addAll(next);
            left.removeAll(next);
            found = !next.isEmpty();
        }
        return new LoadOrder(List.copyOf(ordered), List.copyOf(left));
    }

    private static String folded(SqliteReplica.Table table) {
        return table.name().toLowerCase(Locale.ROOT);
    }
}
