package io.holdfast.engine.postgres.inplace;

import io.holdfast.contracts.RestoreTarget.Mode;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.model.TableDescriptor;
import io.holdfast.engine.postgres.jdbc.SqlFragment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One live table and what goes back into it.
 *
 * @param number its number in the stage
 * @param parts tables of the backup: itself, or the leaves of its tree
 * @param picks which rows, by column values; empty: all
 * @param chosen false if only rows that others refer to come along
 */
record TableRestoreSpec(
        int number,
        LiveTable live,
        List<TableDescriptor> parts,
        Mode mode,
        List<Map<String, String>> picks,
        boolean chosen) {

    List<String> columns() {
        return parts.getFirst().columns();
    }

    Optional<LiveTable.Key> key() {
        return live.key(columns());
    }

    QualifiedName name() {
        return live.name();
    }

    boolean updates() {
        return chosen && mode != Mode.MISSING_ONLY;
    }

    boolean deletes() {
        return chosen && mode == Mode.REPLACE;
    }

    /** The restored columns of a row. */
    String columns(String alias) {
        return columns().stream()
                .map(column -> alias + "." + QualifiedName.quote(column))
                .collect(Collectors.joining(", "));
    }

    /** A row's restored columns as one text: equal exactly if COPY would write the same line. */
    String text(String alias) {
        return "ROW(" + columns(alias) + ")::pg_catalog.text";
    }

    /** Whether two rows are the same one: by the key, or by everything. */
    String same(String left, String right) {
        return key().map(key -> key.parts().stream()
                        .map(part -> left + "." + QualifiedName.quote(part.column()) + " " + part.equal() + " " + right
                                + "." + QualifiedName.quote(part.column()))
                        .collect(Collectors.joining(" AND ", "(", ")")))
                .orElseGet(() -> text(left) + " = " + text(right));
    }

    /** Whether a row is selected. */
    SqlFragment picked(String alias) {
        if (picks.isEmpty()) {
            return SqlFragment.TRUE;
        }
        List<String> values = new ArrayList<>();
        String sql = picks.stream()
                .map(pick -> pick.entrySet().stream()
                        .map(entry -> {
                            values.add(entry.getValue());
                            return equal(alias, live.column(entry.getKey()).orElseThrow());
                        })
                        .collect(Collectors.joining(" AND ", "(", ")")))
                .collect(Collectors.joining(" OR ", "(", ")"));
        return new SqlFragment(sql, values);
    }

    private static String equal(String alias, LiveTable.Column column) {
        return alias + "." + QualifiedName.quote(column.name()) + " " + column.equal() + " ?::" + column.plain();
    }
}
