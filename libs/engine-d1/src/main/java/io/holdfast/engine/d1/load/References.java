package io.holdfast.engine.d1.load;

import io.holdfast.engine.d1.client.D1Answer;
import io.holdfast.engine.d1.client.D1Batch;
import io.holdfast.engine.d1.client.D1Client;
import io.holdfast.engine.d1.client.D1Rows;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The foreign keys of a database, and what its virtual tables consist of. Names of tables are in lower case.
 *
 * @param parents by table the tables that it refers to, without itself
 * @param cascading by table one column of each foreign key with ON DELETE CASCADE that leads back to the table and may be NULL
 * @param shadows tables behind virtual ones
 */
record References(Map<String, Set<String>> parents, Map<String, Set<String>> cascading, Set<String> shadows) {
    private static final String PARENTS =
            "SELECT m.name, f.\"table\" FROM sqlite_schema m, pragma_foreign_key_list(m.name) f"
                    + " WHERE m.type = 'table' AND m.name NOT GLOB '_cf_*'";

    /** A generated column, or one of the primary key, cannot become NULL. */
    private static final String CASCADING =
            "SELECT m.name, f.\"table\", min(x.name) FROM sqlite_schema m, pragma_foreign_key_list(m.name) f,"
                    + " pragma_table_xinfo(m.name) x WHERE m.type = 'table' AND m.name NOT GLOB '_cf_*'"
                    + " AND f.on_delete = 'CASCADE' AND x.name = f.\"from\" COLLATE NOCASE"
                    + " AND x.\"notnull\" = 0 AND x.pk = 0 AND x.hidden = 0 GROUP BY m.name, f.id";

    private static final String SHADOWS = "SELECT name FROM pragma_table_list WHERE type = 'shadow'";

    static References of(D1Client client) {
        D1Answer answer = client.read(new D1Batch(List.of(PARENTS, CASCADING, SHADOWS)));
        Map<String, Set<String>> parents = new HashMap<>();
        D1Rows rows = answer.rows(0);
        while (rows.next()) {
            String table = folded(rows.text());
            String parent = folded(rows.text());
            if (!parent.equals(table)) {
                parents.computeIfAbsent(table, key -> new HashSet<>()).add(parent);
            }
        }
        Map<String, Set<String>> cascading = new HashMap<>();
        rows = answer.rows(1);
        while (rows.next()) {
            String table = folded(rows.text());
            String parent = folded(rows.text());
            String column = rows.text();
            if (parent.equals(table) || reached(parent, parents).contains(table)) {
                cascading.computeIfAbsent(table, key -> new TreeSet<>()).add(column);
            }
        }
        Set<String> shadows = new HashSet<>();
        rows = answer.rows(2);
        while (rows.next()) {
            shadows.add(folded(rows.text()));
        }
        return new References(parents, cascading, shadows);
    }

    /** Returns the tables that one refers to, also by way of others. */
    static Set<String> reached(String table, Map<String, Set<String>> parents) {
        Set<String> reached = new HashSet<>();
        List<String> open = new ArrayList<>(parents.getOrDefault(folded(table), Set.of()));
        while (!open.isEmpty()) {
            String next = open.removeLast();
            if (reached.add(next)) {
                open.addAll(parents.getOrDefault(next, Set.of()));
            }
        }
        return reached;
    }

    private static String folded(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
