package io.holdfast.engine.sqlite.inplace;

import io.holdfast.contracts.RestoreTarget.Mode;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.model.TableDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One live table and what goes back into it. In the stage its rows are in the table {@code t} and its number, whose columns
 * are {@code c0}, {@code c1}, … in the order of the backup's, without types: every value stays what it is.
 *
 * @param picks which rows, by column values; empty: all
 * @param chosen false if only rows that others refer to come along
 * @param keyless whether rows are recognised by their rowids although the live table has a key
 */
record TableRestoreSpec(
        int number,
        LiveTable live,
        TableDescriptor stored,
        Mode mode,
        List<Map<String, String>> picks,
        boolean chosen,
        boolean keyless) {

    /** A restored column of the live table, and its number in the stage. */
    record Restored(String name, int number) {
        String live(String alias) {
            return alias + "." + QualifiedName.quote(name);
        }

        String staged(String alias) {
            return alias + ".c" + number;
        }
    }

    String staged() {
        return "stage.t" + number;
    }

    /** A table of this unit's in the connection's own temporary database, where it hides a live one of its name. */
    String temporary(String kind) {
        return "temp." + temporaryName(kind);
    }

    String temporaryName(String kind) {
        return "\"holdfast " + kind + number + "\"";
    }

    boolean updates() {
        return chosen && mode != Mode.MISSING_ONLY;
    }

    boolean deletes() {
        return chosen && mode == Mode.REPLACE;
    }

    /** Whether the backup's first column is a rowid that nobody declared. */
    boolean storedRowid() {
        return live.rowidIsHidden()
                && !stored.columns().isEmpty()
                && stored.columns().getFirst().equalsIgnoreCase(live.rowid());
    }

    /** What people see of it: without a hidden rowid. */
    List<Restored> restored() {
        List<Restored> restored = new ArrayList<>();
        for (int i = storedRowid() ? 1 : 0; i < stored.columns().size(); i++) {
            String wanted = stored.columns().get(i);
            int number = i;
            live.column(wanted).ifPresent(column -> restored.add(new Restored(column.name(), number)));
        }
        return restored;
    }

    Optional<Restored> restored(String column) {
        return restored().stream()
                .filter(each -> each.name().equalsIgnoreCase(column))
                .findFirst();
    }

    /** Columns that only the live table has: they keep their values, or get their defaults. */
    List<String> added() {
        return live.columns().stream()
                .filter(column -> !column.generated() && restored(column.name()).isEmpty())
                .map(LiveTable.Column::name)
                .toList();
    }

    /** The first one of which the backup has the columns. */
    Optional<LiveTable.Key> key() {
        return keyless
                ? Optional.empty()
                : live.keys().stream()
                        .filter(key -> key.columns().stream()
                                .allMatch(column -> restored(column).isPresent()))
                        .findFirst();
    }

    /** Whether rows can be told apart at all: by the key, or where all of them are replaced by where they lie. */
    boolean recognises() {
        return key().isPresent() || storedRowid();
    }

    /** Whether rowids will do, which other rows may have by now: only where each row becomes the backup's as a whole. */
    boolean replacesWhole() {
        return deletes() && storedRowid() && picks.isEmpty() && added().isEmpty();
    }

    TableRestoreSpec byRowid() {
        return new TableRestoreSpec(number, live, stored, mode, picks, chosen, true);
    }

    /** Whether a live row and a staged one are the same. The live column comes first: its affinity and index are used. */
    String same(String alias, String staged) {
        return key().map(key -> key.parts().stream()
                        .map(part -> alias + "." + QualifiedName.quote(part.column()) + " = "
                                + restored(part.column()).orElseThrow().staged(staged) + " COLLATE "
                                + QualifiedName.quote(part.collation()))
                        .collect(Collectors.joining(" AND ", "(", ")")))
                .orElseGet(() -> "(" + alias + "." + rowid() + " = " + staged + ".c0)");
    }

    String rowid() {
        return QualifiedName.quote(String.valueOf(live.rowid()));
    }

    /** Whether all values are equal in storage class and content, whatever the columns' collations say. */
    String equal(String alias, String staged) {
        return restored().stream()
                .map(column -> equalValues(column.live(alias), column.staged(staged)))
                .collect(Collectors.joining(" AND ", "(", ")"));
    }

    private static String equalValues(String a, String b) {
        return "typeof(" + a + ") = typeof(" + b + ") AND CASE typeof(" + a
                + ") WHEN 'null' THEN 1 WHEN 'text' THEN CAST(" + a + " AS BLOB) = CAST(" + b + " AS BLOB) ELSE +" + a
                + " = +" + b + " END";
    }

    List<String> identity(String alias) {
        return live.identity().stream()
                .map(column -> alias + "." + QualifiedName.quote(column))
                .toList();
    }

    /** Whether a row is selected; {@link TableDiff} has put the wanted values into temporary tables. */
    private String picked(String alias, boolean staged) {
        if (picks.isEmpty()) {
            return "1";
        }
        List<String> any = new ArrayList<>();
        for (int i = 0; i < picks.size(); i++) {
            int number = i;
            any.add(picks.get(i).keySet().stream()
                    .map(column -> restored(column).orElseThrow())
                    .map(column -> picked(column, staged ? column.staged(alias) : column.live(alias)))
                    .collect(Collectors.joining(
                            " AND ", "EXISTS (SELECT 1 FROM " + temporary("p" + number + "_") + " p WHERE ", ")")));
        }
        return "(" + String.join(" OR ", any) + ")";
    }

    /** The wanted value has the column's affinity; a value of a column without one is compared as text. */
    private static String picked(Restored column, String value) {
        String wanted = column.live("p");
        return "(+" + value + " = " + wanted + " COLLATE BINARY OR CAST(" + value + " AS TEXT) = CAST(" + wanted
                + " AS TEXT) COLLATE BINARY)";
    }

    String pickedLive(String alias) {
        return picked(alias, false);
    }

    String pickedStaged(String alias) {
        return picked(alias, true);
    }
}
