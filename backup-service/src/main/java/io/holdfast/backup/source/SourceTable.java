package io.holdfast.backup.source;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The table of sources in one transaction. Only a {@link #locked} one is written. */
final class SourceTable {
    private final Connection connection;

    SourceTable(Connection connection) {
        this.connection = connection;
    }

    /** Waits for the other transaction that writes the table, if there is one. */
    static SourceTable locked(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("lock table source in share row exclusive mode");
        }
        return new SourceTable(connection);
    }

    /** All sources by name, retired ones included. */
    List<SourceRow> rows() throws SQLException {
        List<SourceRow> found = new ArrayList<>();
        try (var statement = connection.prepareStatement(
                        "select id, name, engine, environment, retired_at from source order by name");
                var rows = statement.executeQuery()) {
            while (rows.next()) {
                found.add(new SourceRow(
                        rows.getObject(1, UUID.class),
                        rows.getString(2),
                        rows.getString(3),
                        rows.getString(4),
                        instant(rows.getTimestamp(5))));
            }
        }
        return found;
    }

    private static @Nullable Instant instant(@Nullable Timestamp timestamp) {
        return timestamp == null ? null : timestamp.toInstant();
    }

    boolean has(UUID id) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select 1 from source where id = ?")) {
            statement.setObject(1, id);
            try (var rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    void insert(SourceRow source, Instant now) throws SQLException {
        execute(
                "insert into source (id, name, engine, environment, created_at) values (?, ?, ?, ?, ?)",
                source.id(),
                source.name(),
                source.engine(),
                source.environment(),
                Timestamp.from(now));
    }

    /** Sets all columns, and that the source is configured. */
    void update(SourceRow source) throws SQLException {
        execute(
                "update source set name = ?, engine = ?, environment = ?, retired_at = null where id = ?",
                source.name(),
                source.engine(),
                source.environment(),
                source.id());
    }

    /** Gives the source a name that no configuration can have, until {@link #update}. */
    void freeName(SourceRow source) throws SQLException {
        execute("update source set name = ':' || id where id = ?", source.id());
    }

    void retire(SourceRow source, Instant now) throws SQLException {
        execute("update source set retired_at = ? where id = ?", Timestamp.from(now), source.id());
    }

    private void execute(String sql, @Nullable Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            statement.executeUpdate();
        }
    }
}
