package io.holdfast.engine.postgres.inplace;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.jdbc.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Keeps others from writing to the tables, and from altering them, until the transaction's end. They may read. */
final class LiveLocks {
    private final Connection connection;
    private final List<TableRestoreSpec> units;
    private final List<ForeignKey> keys;

    LiveLocks(Connection connection, List<TableRestoreSpec> units, List<ForeignKey> keys) {
        this.connection = connection;
        this.units = units;
        this.keys = keys;
    }

    /** In the order of their names, so that two of us do not wait for each other. */
    void take() throws SQLException {
        Set<String> written = new TreeSet<>();
        units.forEach(unit -> written.add(unit.live().sql()));
        Sql.run(connection, "LOCK TABLE " + String.join(", ", written) + " IN SHARE ROW EXCLUSIVE MODE");
        Set<QualifiedName> neighbours = InPlacePrivilegeCheck.neighbours(units, keys);
        if (!neighbours.isEmpty()) {
            Sql.run(
                    connection,
                    neighbours.stream()
                            .map(QualifiedName::sql)
                            .collect(Collectors.joining(", ", "LOCK TABLE ", " IN SHARE MODE")));
        }
    }

    void refuseIfAltered() throws SQLException {
        List<LiveTable> now = new ArrayList<>();
        for (TableRestoreSpec unit : units) {
            LiveTableReader.Named named =
                    LiveTableReader.named(connection, unit.name()).orElse(null);
            if (named == null || !LiveTableReader.table(connection, named).equals(unit.live())) {
                throw altered("table " + unit.name() + " was", unit.name());
            }
            now.add(unit.live());
        }
        if (!ForeignKey.of(connection, now).equals(keys)) {
            QualifiedName first = units.getFirst().name();
            throw altered("foreign keys to or from " + first + " or what is restored with it were", first);
        }
    }

    private static HoldfastException altered(String what, QualifiedName table) {
        return HoldfastException.about(
                table.toString(),
                FailureCode.TARGET_CHANGED,
                what + " altered since its rows were staged; nothing was changed, restore again");
    }
}
