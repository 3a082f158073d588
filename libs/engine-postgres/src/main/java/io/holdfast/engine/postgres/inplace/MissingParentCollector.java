package io.holdfast.engine.postgres.inplace;

import io.holdfast.contracts.RestoreTarget.Mode;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.jdbc.SqlFragment;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Finds rows of a backup that must come along, because rows that go back refer to them and they are missing. */
final class MissingParentCollector {
    private final Connection connection;
    private final String schema;
    private final List<TableRestoreSpec> units;
    private final List<ForeignKey> keys;

    MissingParentCollector(Connection connection, String schema, List<TableRestoreSpec> units, List<ForeignKey> keys) {
        this.connection = connection;
        this.schema = schema;
        this.units = units;
        this.keys = keys;
    }

    /** Takes along what is staged, until nothing more is missing that is; answers the tables that are not staged. */
    Set<QualifiedName> take() throws SQLException {
        Set<QualifiedName> unstaged = new TreeSet<>();
        long taken = 1;
        while (taken > 0) {
            taken = 0;
            unstaged.clear();
            for (ForeignKey key : keys) {
                for (TableRestoreSpec child : units) {
                    if (key.leadsFrom(child.live()) && child.columns().containsAll(key.childColumns())) {
                        taken += along(child, key, unstaged);
                    }
                }
            }
        }
        return unstaged;
    }

    private long along(TableRestoreSpec child, ForeignKey key, Set<QualifiedName> unstaged) throws SQLException {
        Optional<TableRestoreSpec> parent =
                units.stream().filter(unit -> unit.live().oid() == key.parent()).findFirst();
        if (parent.isEmpty()) {
            if (units.stream().noneMatch(unit -> key.leadsTo(unit.live()))
                    && TableDiff.count(connection, "(" + orphans(child, key) + " LIMIT 1) x") > 0) {
                unstaged.add(key.parentName());
            }
            return 0;
        }
        TableRestoreSpec unit = parent.get();
        return !unit.columns().containsAll(key.parentColumns())
                ? 0
                : SqlFragment.run(
                        connection,
                        "INSERT INTO " + relation("a", unit) + " SELECT DISTINCT ON (" + unit.text("t") + ") "
                                + unit.columns("t") + " FROM " + relation("t", unit) + " t WHERE EXISTS (SELECT FROM ("
                                + orphans(child, key) + ") x WHERE " + key.match("t", "x")
                                + ") AND NOT EXISTS (SELECT FROM "
                                + relation("a", unit) + " a WHERE " + unit.same("a", "t")
                                + ") AND NOT EXISTS (SELECT FROM "
                                + relation("w", unit) + " w WHERE " + unit.same("w", "t") + ")");
    }

    /** Rows that go back and whose parent is missing in the live table. */
    private String orphans(TableRestoreSpec child, ForeignKey key) {
        return "SELECT s.* FROM (SELECT " + child.columns("w") + " FROM " + relation("w", child)
                + " w UNION ALL SELECT "
                + child.columns("a") + " FROM " + relation("a", child) + " a) s WHERE " + key.refers("s")
                + " AND NOT EXISTS (SELECT FROM " + key.parentSql() + " p WHERE " + key.match("p", "s") + ")"
                + (child.mode() == Mode.MISSING_ONLY
                        ? " AND NOT EXISTS (SELECT FROM " + child.live().sql() + " l WHERE " + child.same("l", "s")
                                + ")"
                        : "");
    }

    private String relation(String kind, TableRestoreSpec unit) {
        return schema + "." + QualifiedName.quote(kind + unit.number());
    }
}
