package io.holdfast.engine.sqlite.inplace;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.sqlite.jdbc.ReservedNames;
import io.holdfast.engine.sqlite.jdbc.SqliteConnections;
import io.holdfast.engine.sqlite.jdbc.SqliteErrorTranslator;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Foreign keys between rows that are written or vanish and all others. Before writing they are foreseen by queries; what
 * counts is SQLite's own check after it.
 */
final class ForeignKeyCheck {
    private final Connection connection;
    private final List<ForeignKey> keys;
    private final List<TableDiff> deltas;
    private final boolean withParents;

    /**
     * Tables whose keys are declared so that SQLite cannot check them, or of which it does not tell which rows refer to
     * nothing: here what was foreseen counts.
     */
    private final Set<String> unchecked = new HashSet<>();

    ForeignKeyCheck(Connection connection, List<ForeignKey> keys, List<TableDiff> deltas, boolean withParents) {
        this.connection = connection;
        this.keys = keys.stream().filter(key -> !key.parentColumns().isEmpty()).toList();
        this.deltas = deltas;
        this.withParents = withParents;
    }

    private Optional<TableDiff> of(String table) {
        return deltas.stream()
                .filter(delta -> delta.unit.live().name().equalsIgnoreCase(table))
                .findFirst();
    }

    private static Optional<List<TableRestoreSpec.Restored>> restored(TableRestoreSpec unit, List<String> columns) {
        List<TableRestoreSpec.Restored> found = columns.stream()
                .flatMap(column -> unit.restored(column).stream())
                .toList();
        return found.size() == columns.size() ? Optional.of(found) : Optional.empty();
    }

    /** Missing rows of staged tables that written ones refer to are to be written, too; and so on. */
    void bringAlong() throws SQLException {
        for (boolean more = withParents; more; ) {
            more = false;
            for (ForeignKey key : keys) {
                Optional<TableDiff> child = of(key.child());
                Optional<TableDiff> parent = of(key.parent());
                if (child.isPresent() && parent.isPresent()) {
                    more |= bringAlong(key, child.get(), parent.get()) > 0;
                }
            }
        }
    }

    private long bringAlong(ForeignKey key, TableDiff child, TableDiff parent) throws SQLException {
        Optional<List<TableRestoreSpec.Restored>> from = restored(child.unit, key.childColumns());
        Optional<List<TableRestoreSpec.Restored>> to = restored(parent.unit, key.parentColumns());
        if (from.isEmpty() || to.isEmpty()) {
            return 0;
        }
        String match = IntStream.range(0, from.get().size())
                .mapToObj(i ->
                        to.get().get(i).staged("q") + " = " + from.get().get(i).staged("s"))
                .collect(Collectors.joining(" AND "));
        List<String> values =
                from.get().stream().map(column -> column.staged("s")).toList();
        long brought = child.run("INSERT OR IGNORE INTO " + parent.unit.temporary("m") + " SELECT q.rowid, 1 FROM "
                + child.unit.staged() + " s CROSS JOIN " + parent.unit.staged() + " q WHERE " + match
                + " AND s.rowid IN (" + child.written() + ") AND " + lackingLive(key, values)
                + " AND NOT EXISTS (SELECT 1 FROM " + parent.unit.live().sql() + " l WHERE "
                + parent.unit.same("l", "q") + ")");
        parent.missing += brought;
        return brought;
    }

    /** Tables that are not staged, and of which rows are missing that written ones refer to. */
    List<String> parentsWanted() throws SQLException {
        List<String> wanted = new ArrayList<>();
        for (ForeignKey key : keys) {
            if (of(key.child()).isPresent() && of(key.parent()).isEmpty() && orphans(key) > 0) {
                wanted.add(key.parent());
            }
        }
        return wanted.stream().distinct().toList();
    }

    /** Written rows that would refer to nothing. */
    private long orphans(ForeignKey key) throws SQLException {
        TableDiff child = of(key.child()).orElseThrow();
        Optional<List<TableRestoreSpec.Restored>> from = restored(child.unit, key.childColumns());
        if (from.isEmpty()) {
            return 0;
        }
        List<String> values =
                from.get().stream().map(column -> column.staged("s")).toList();
        return child.count(child.unit.staged() + " s WHERE s.rowid IN (" + child.written() + ") AND " + refers(values)
                + " AND " + lacking(key, values));
    }

    private static String refers(List<String> values) {
        return values.stream().map(value -> value + " IS NOT NULL").collect(Collectors.joining(" AND "));
    }

    private String lacking(ForeignKey key, List<String> values) {
        String live = lackingLive(key, values);
        return of(key.parent())
                .flatMap(parent -> restored(parent.unit, key.parentColumns())
                        .map(columns -> live + " AND NOT EXISTS (SELECT 1 FROM " + parent.unit.staged() + " q WHERE "
                                + match(
                                        columns.stream()
                                                .map(column -> column.staged("q"))
                                                .toList(),
                                        values)
                                + " AND q.rowid IN (" + parent.written() + "))"))
                .orElse(live);
    }

    private String lackingLive(ForeignKey key, List<String> values) {
        List<String> parent = key.parentColumns().stream()
                .map(column -> "p." + QualifiedName.quote(column))
                .toList();
        String stays =
                of(key.parent()).map(delta -> " AND NOT " + delta.gone("p")).orElse("");
        return "NOT EXISTS (SELECT 1 FROM " + SqliteConnections.main(key.parent()) + " p WHERE " + match(parent, values)
                + stays + ")";
    }

    /** By the affinity and the collation of the parent's columns, as SQLite does it. */
    private static String match(List<String> parent, List<String> values) {
        return IntStream.range(0, values.size())
                .mapToObj(i -> parent.get(i) + " = +" + values.get(i))
                .collect(Collectors.joining(" AND "));
    }

    /** What writing the deltas would break. */
    List<FailureReason> foreseen() throws SQLException {
        List<FailureReason> broken = new ArrayList<>();
        for (ForeignKey key : keys) {
            long orphans = of(key.child()).isPresent() ? orphans(key) : 0;
            if (orphans > 0) {
                broken.add(broken(
                        key.child(),
                        orphans + " rows of " + shown(key.child()) + " to be restored refer to rows of "
                                + shown(key.parent()) + " that the live file does not have (foreign key " + key.shown()
                                + "); "
                                + (withParents
                                        ? "the backup does not have them either, or they cannot come along: restore "
                                                + shown(key.parent()) + " too"
                                        : "restore them with their parents, or restore " + shown(key.parent())
                                                + " too")));
            }
            long left = of(key.parent()).isPresent()
                    ? leftAlone(key, of(key.parent()).get())
                    : 0;
            if (left > 0) {
                broken.add(broken(
                        key.child(),
                        left + " rows of " + shown(key.child()) + " refer to rows of " + shown(key.parent())
                                + " that are not in the backup and would be gone (foreign key " + key.shown()
                                + "); restore " + shown(key.child())
                                + " too, or choose mode MERGE, which deletes nothing"));
            }
        }
        return broken;
    }

    private long leftAlone(ForeignKey key, TableDiff parent) throws SQLException {
        List<String> values = key.childColumns().stream()
                .map(column -> "x." + QualifiedName.quote(column))
                .toList();
        String refer = IntStream.range(0, values.size())
                .mapToObj(i -> values.get(i) + " = o."
                        + QualifiedName.quote(key.parentColumns().get(i)))
                .collect(Collectors.joining(" AND "));
        String stays =
                of(key.child()).map(delta -> " AND NOT " + delta.gone("x")).orElse("");
        return parent.count(parent.unit.live().sql() + " o CROSS JOIN " + SqliteConnections.main(key.child())
                + " x WHERE " + parent.gone("o") + " AND " + refer + stays + " AND " + lacking(key, values));
    }

    /**
     * Rows that refer to nothing, by SQLite's own check; those that were there before, and refer to the same, are the
     * application's affair.
     *
     * @return how many of each table, key, row and reference
     */
    Map<Violation, Long> violations() throws SQLException {
        Map<Violation, Long> found = new LinkedHashMap<>();
        for (String child : keys.stream().map(ForeignKey::child).distinct().toList()) {
            try {
                for (Violation violation : violations(child)) {
                    found.merge(violation, 1L, Long::sum);
                    if (violation.row() == null) {
                        unchecked.add(shown(child));
                    }
                }
            } catch (SQLException e) {
                if (!SqliteErrorTranslator.said(e).contains("foreign key mismatch")) {
                    throw e;
                }
                unchecked.add(shown(child));
            }
        }
        return found;
    }

    private List<Violation> violations(String child) throws SQLException {
        Optional<String> rowid = of(child)
                .map(delta -> delta.unit.live())
                .filter(live -> live.rowid() != null)
                .map(LiveTable::identity)
                .map(identity -> QualifiedName.quote(identity.getFirst()));
        String row = rowid.isEmpty() ? "f.rowid" : "f.rowid || ' ' || " + reference(child);
        String rows = rowid.map(
                        name -> " LEFT JOIN " + SqliteConnections.main(child) + " x ON x." + name + " = f.rowid")
                .orElse("");
        return SqliteConnections.list(
                connection,
                "SELECT f.parent, f.fkid, " + row + " FROM pragma_foreign_key_check(?, 'main') f" + rows,
                found -> new Violation(child, found.getString(1), found.getInt(2), found.getString(3)),
                child);
    }

    /** What a row refers to by the violated key. */
    private String reference(String child) throws SQLException {
        Map<Integer, List<String>> columns = new LinkedHashMap<>();
        SqliteConnections.list(
                connection,
                "SELECT id, \"from\" FROM pragma_foreign_key_list(?, 'main') ORDER BY id, seq",
                row -> columns.computeIfAbsent(row.getInt(1), any -> new ArrayList<>())
                        .add("quote(x." + QualifiedName.quote(row.getString(2)) + ")"),
                child);
        return columns.entrySet().stream()
                .map(key -> " WHEN " + key.getKey() + " THEN " + String.join(" || ' ' || ", key.getValue()))
                .collect(Collectors.joining("", "CASE f.fkid", " END"));
    }

    /** @param row by its rowid, and what it refers to where the table is staged; null: it has no rowid */
    record Violation(
            String child, String parent, int key, @Nullable String row) {}

    /** What writing has broken, in the words of what was foreseen where it was. */
    List<FailureReason> broken(List<FailureReason> foreseen, Map<Violation, Long> before) throws SQLException {
        List<FailureReason> broken = more(before, violations());
        if (!broken.isEmpty() && !foreseen.isEmpty()) {
            return foreseen;
        }
        foreseen.stream().filter(reason -> unchecked.contains(reason.object())).forEach(broken::add);
        return broken;
    }

    private static List<FailureReason> more(Map<Violation, Long> before, Map<Violation, Long> after) {
        Map<List<String>, Long> added = new LinkedHashMap<>();
        after.forEach((violation, count) -> {
            long more = count - before.getOrDefault(violation, 0L);
            if (more > 0) {
                added.merge(List.of(violation.child(), violation.parent()), more, Long::sum);
            }
        });
        List<FailureReason> broken = new ArrayList<>();
        added.forEach((key, count) -> broken.add(broken(
                key.getFirst(),
                count + " rows of " + shown(key.getFirst()) + " would refer to no row of " + shown(key.getLast())
                        + "; nothing was changed: restore " + shown(key.getLast())
                        + " too, or rows with their parents, or choose mode MERGE, which deletes nothing")));
        return broken;
    }

    private static String shown(String table) {
        return new QualifiedName(ReservedNames.MAIN, table).toString();
    }

    private static FailureReason broken(String table, String message) {
        return FailureReason.of(FailureCode.TARGET_UNSUITABLE, message, shown(table));
    }
}
