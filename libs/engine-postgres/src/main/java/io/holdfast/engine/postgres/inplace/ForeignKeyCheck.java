package io.holdfast.engine.postgres.inplace;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.engine.model.QualifiedName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Foreign keys between rows that are written or vanish and all others: foreseen before writing, checked after it. */
final class ForeignKeyCheck {
    private final Connection connection;
    private final List<ForeignKey> keys;
    private final List<TableDiff> deltas;
    private final boolean withParents;
    private final List<FailureReason> broken = new ArrayList<>();

    ForeignKeyCheck(Connection connection, List<ForeignKey> keys, List<TableDiff> deltas, boolean withParents) {
        this.connection = connection;
        this.keys = keys;
        this.deltas = deltas;
        this.withParents = withParents;
    }

    /** What writing the deltas would break. */
    List<FailureReason> foreseen() throws SQLException {
        check(this::lacking);
        return broken;
    }

    /** What has been broken, once they are written. */
    List<FailureReason> found() throws SQLException {
        check(key -> without(key.parentSql(), key, ""));
        for (ForeignKey key : keys) {
            if (deltas.stream().anyMatch(delta -> key.leadsFrom(delta.unit.live()) && !carries(delta, key))) {
                everyChild(key);
            }
        }
        return broken;
    }

    /** Where keys act: rows that they would change or delete by themselves, though they are not what is restored. */
    List<FailureReason> actions() throws SQLException {
        for (ForeignKey key : keys) {
            for (TableDiff delta : deltas) {
                if (key.acts() && key.leadsTo(delta.unit.live())) {
                    acting(delta, key);
                }
            }
        }
        return broken;
    }

    private void acting(TableDiff delta, ForeignKey key) throws SQLException {
        boolean steady = delta.unit
                .key()
                .map(LiveTable.Key::columns)
                .filter(columns -> columns.containsAll(key.parentColumns()))
                .isPresent();
        for (String gone : goneRows(delta)) {
            if (steady && gone.equals(delta.changedOldRows())) {
                continue;
            }
            long followers = TableDiff.count(
                    connection,
                    key.childSql() + " x WHERE EXISTS (SELECT FROM " + gone + " g WHERE " + key.match("g", "x") + ")");
            if (followers > 0) {
                broken(
                        key.childName(),
                        followers + " rows of " + key.childName() + " would be deleted or changed by constraint "
                                + key.name() + " while rows of " + delta.unit.name()
                                + " are replaced; choose mode MERGE, or restore as a role that may set"
                                + " session_replication_role");
            }
        }
    }

    private void check(Function<ForeignKey, String> lacking) throws SQLException {
        for (ForeignKey key : keys) {
            for (TableDiff delta : deltas) {
                if (key.leadsFrom(delta.unit.live()) && carries(delta, key)) {
                    written(delta, key, lacking.apply(key));
                }
                if (key.leadsTo(delta.unit.live())) {
                    leftAlone(delta, key, lacking.apply(key));
                }
            }
        }
    }

    /** Whether the written rows say whom they refer to, and are all the key's. */
    private static boolean carries(TableDiff delta, ForeignKey key) {
        return delta.unit.columns().containsAll(key.childColumns())
                && !delta.unit.live().below().contains(key.child());
    }

    private void written(TableDiff delta, ForeignKey key, String lacking) throws SQLException {
        for (String rows : writtenRows(delta)) {
            long orphans = TableDiff.count(connection, rows + " x WHERE " + key.refers("x") + " AND " + lacking);
            if (orphans > 0) {
                broken(
                        delta.unit.name(),
                        orphans + " rows of " + delta.unit.name() + " to be restored refer to rows of "
                                + key.parentName()
                                + " that the live database does not have (constraint " + key.name() + "); "
                                + (withParents
                                        ? "the backup does not have them either, or they cannot come along: restore "
                                                + key.parentName() + " too"
                                        : "restore them with their parents, or restore " + key.parentName() + " too"));
            }
        }
    }

    private static List<String> writtenRows(TableDiff delta) {
        return Stream.of(delta.missing > 0 ? delta.missingRows() : "", writesChanged(delta) ? delta.changedRows() : "")
                .filter(rows -> !rows.isEmpty())
                .toList();
    }

    private static List<String> goneRows(TableDiff delta) {
        return Stream.of(
                        writesChanged(delta) ? delta.changedOldRows() : "",
                        delta.extra > 0 && delta.unit.deletes() ? delta.extraRows() : "")
                .filter(rows -> !rows.isEmpty())
                .toList();
    }

    private static boolean writesChanged(TableDiff delta) {
        return delta.changed > 0 && delta.unit.updates();
    }

    private void leftAlone(TableDiff delta, ForeignKey key, String lacking) throws SQLException {
        for (String gone : goneRows(delta)) {
            long orphans = TableDiff.count(
                    connection,
                    key.childSql() + " x WHERE " + key.refers("x") + " AND EXISTS (SELECT FROM " + gone + " g WHERE "
                            + key.match("g", "x") + ") AND " + lacking + notGone("x", key::leadsFrom));
            if (orphans > 0) {
                broken(
                        key.childName(),
                        orphans + " rows of " + key.childName() + " refer to rows of " + delta.unit.name()
                                + " that are not in the backup and would be gone (constraint " + key.name()
                                + "); restore " + key.childName()
                                + " too, or choose mode MERGE, which deletes nothing");
            }
        }
    }

    /** Whether a row {@code x} refers to one that is not there when everything is written. All of it can be joined. */
    private String lacking(ForeignKey key) {
        return without(key.parentSql(), key, notGone("p", key::leadsTo))
                + deltas.stream()
                        .filter(delta -> key.leadsTo(delta.unit.live())
                                && delta.unit.columns().containsAll(key.parentColumns()))
                        .flatMap(delta -> writtenRows(delta).stream())
                        .map(rows -> " AND " + without(rows, key, ""))
                        .collect(Collectors.joining());
    }

    private static String without(String parents, ForeignKey key, String more) {
        return "NOT EXISTS (SELECT FROM " + parents + " p WHERE " + key.match("p", "x") + more + ")";
    }

    private String notGone(String live, Predicate<LiveTable> of) {
        return deltas.stream()
                .filter(delta -> of.test(delta.unit.live()))
                .flatMap(delta -> goneRows(delta).stream())
                .map(gone -> " AND NOT EXISTS (SELECT FROM " + gone + " g2 WHERE " + TableDiff.at(live, "g2") + ")")
                .collect(Collectors.joining());
    }

    private void everyChild(ForeignKey key) throws SQLException {
        long orphans = TableDiff.count(
                connection,
                key.childSql() + " x WHERE " + key.refers("x") + " AND " + without(key.parentSql(), key, ""));
        if (orphans > 0) {
            broken(
                    key.childName(),
                    orphans + " rows of " + key.childName() + " would refer to no row of " + key.parentName()
                            + " (constraint " + key.name() + "); restore " + key.parentName() + " too");
        }
    }

    private void broken(QualifiedName table, String message) {
        broken.add(FailureReason.of(FailureCode.TARGET_UNSUITABLE, message, table.toString()));
    }
}
