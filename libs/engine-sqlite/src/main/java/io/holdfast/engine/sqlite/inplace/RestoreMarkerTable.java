package io.holdfast.engine.sqlite.inplace;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.RestoreId;
import io.holdfast.engine.inplace.InPlaceWriteResult;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.sqlite.jdbc.ReservedNames;
import io.holdfast.engine.sqlite.jdbc.SqliteConnections;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A small table of one restore in the live file: which stage may be written, and what was written. The latter is inserted in
 * the transaction that writes, so that either both are there or none.
 */
final class RestoreMarkerTable {
    private final RestoreId restore;
    private final String name;

    RestoreMarkerTable(RestoreId restore) {
        this.restore = restore;
        this.name = ReservedNames.RESTORE_TABLE_PREFIX + restore.toString().replace("-", "");
    }

    private String sql() {
        return SqliteConnections.main(name);
    }

    private boolean exists(Connection connection) throws SQLException {
        return !SqliteConnections.list(
                        connection,
                        "SELECT 1 FROM main.sqlite_schema WHERE type = 'table' AND name = ?",
                        row -> 1,
                        name)
                .isEmpty();
    }

    /** From here on no other stage of this restore is written. */
    void set(Connection connection, String stage) throws SQLException {
        drop(connection);
        SqliteConnections.run(
                connection,
                "CREATE TABLE " + sql()
                        + " (stage TEXT, at INTEGER, name TEXT, inserted INTEGER, updated INTEGER, deleted"
                        + " INTEGER)");
        try (PreparedStatement statement =
                connection.prepareStatement("INSERT INTO " + sql() + " (stage) VALUES (?)")) {
            statement.setString(1, stage);
            statement.executeUpdate();
        }
    }

    /** Fails with TARGET_CHANGED if another worker has taken the restore over, or ended it. */
    void refuseAnother(Connection connection, String stage) throws SQLException {
        if (!exists(connection)
                || SqliteConnections.list(connection, "SELECT 1 FROM " + sql() + " WHERE stage = ?", row -> 1, stage)
                        .isEmpty()) {
            throw HoldfastException.about(
                    restore.toString(),
                    FailureCode.TARGET_CHANGED,
                    "the stage of restore " + restore
                            + " is not the one that may be written any more; nothing was changed");
        }
    }

    void written(Connection connection, List<InPlaceWriteResult.Table> tables) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "INSERT INTO " + sql() + " (at, name, inserted, updated, deleted) VALUES (?, ?, ?, ?, ?)")) {
            for (InPlaceWriteResult.Table table : tables) {
                statement.setLong(1, Instant.now().toEpochMilli());
                statement.setString(2, table.name().name());
                statement.setLong(3, table.inserted());
                statement.setLong(4, table.updated());
                statement.setLong(5, table.deleted());
                statement.executeUpdate();
            }
        }
    }

    Optional<InPlaceWriteResult> applied(Connection connection) throws SQLException {
        if (!exists(connection)) {
            return Optional.empty();
        }
        List<InPlaceWriteResult.Table> tables = SqliteConnections.list(
                connection,
                "SELECT name, inserted, updated, deleted FROM " + sql() + " WHERE name IS NOT NULL ORDER BY rowid",
                row -> new InPlaceWriteResult.Table(
                        new QualifiedName(ReservedNames.MAIN, row.getString(1)),
                        row.getLong(2),
                        row.getLong(3),
                        row.getLong(4)));
        return tables.isEmpty()
                ? Optional.empty()
                : Optional.of(new InPlaceWriteResult(
                        restore,
                        SqliteConnections.list(
                                        connection,
                                        "SELECT min(at) FROM " + sql(),
                                        row -> Instant.ofEpochMilli(row.getLong(1)))
                                .getFirst(),
                        tables));
    }

    /** @return whether there was one */
    boolean drop(Connection connection) throws SQLException {
        boolean there = exists(connection);
        if (there) {
            SqliteConnections.run(connection, "DROP TABLE " + sql());
        }
        return there;
    }
}
