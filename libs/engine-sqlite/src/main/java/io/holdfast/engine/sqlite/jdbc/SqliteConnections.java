package io.holdfast.engine.sqlite.jdbc;

import io.holdfast.engine.model.QualifiedName;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConnection;

/** Connections to files, and statements on them. A connection never makes a file that is not there. */
public final class SqliteConnections {
    private SqliteConnections() {}

    /** A file that others write to: read only, also the log's index, waiting this long for locks. */
    public static Connection live(Path file, Duration lockTimeout) throws SQLException {
        return open(file, "mode=ro&readonly_shm=1", lockTimeout);
    }

    /** A file that nobody writes to: no locks, no files beside it. */
    public static Connection still(Path file) throws SQLException {
        return open(file, "immutable=1", Duration.ZERO);
    }

    /** A file of our own, as it is. */
    public static Connection own(Path file) throws SQLException {
        return open(file, "mode=rw", Duration.ofSeconds(10));
    }

    /** A file that others use, to be written as it is. */
    public static Connection inUse(Path file, Duration lockTimeout) throws SQLException {
        return open(file, "mode=rw", lockTimeout);
    }

    /** A file of our own, to be filled. Not durable before it is synchronised: what a crash leaves is thrown away. */
    public static Connection writing(Path file) throws SQLException {
        Connection connection = own(file);
        try {
            run(connection, "PRAGMA journal_mode = MEMORY");
            run(connection, "PRAGMA synchronous = OFF");
            run(connection, "PRAGMA cache_size = -32000");
            run(connection, "PRAGMA foreign_keys = OFF");
            run(connection, "PRAGMA ignore_check_constraints = ON");
            return connection;
        } catch (SQLException e) {
            close(connection);
            throw e;
        }
    }

    public static Connection memory() throws SQLException {
        return connect("jdbc:sqlite::memory:", Duration.ZERO);
    }

    private static Connection open(Path file, String mode, Duration lockTimeout) throws SQLException {
        return connect("jdbc:sqlite:" + uri(file, mode), lockTimeout);
    }

    public static String uri(Path file, String mode) {
        String path = URLEncoder.encode(file.toString(), StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("%2F", "/");
        return "file:" + path + "?" + mode;
    }

    /** A restored schema is somebody else's code: it may call only what is harmless. */
    private static Connection connect(String url, Duration lockTimeout) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout((int) Math.min(Integer.MAX_VALUE, lockTimeout.toMillis()));
        Connection connection = config.createConnection(url);
        try {
            run(connection, "PRAGMA trusted_schema = OFF");
            return connection;
        } catch (SQLException e) {
            close(connection);
            throw e;
        }
    }

    public static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Makes something of a row. */
    @FunctionalInterface
    public interface Row<T> {
        T of(ResultSet row) throws SQLException;
    }

    public static <T> List<T> list(Connection connection, String sql, Row<T> row, String... parameters)
            throws SQLException {
        List<T> found = new ArrayList<>();
        try (var statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(row.of(rows));
                }
            }
        }
        return found;
    }

    public static String one(Connection connection, String sql) throws SQLException {
        return list(connection, sql, row -> row.getString(1)).getFirst();
    }

    public static String main(String name) {
        return new QualifiedName(ReservedNames.MAIN, name).sql();
    }

    public static String version(Connection connection) throws SQLException {
        return one(connection, "SELECT sqlite_version()");
    }

    /** Ends what runs on the connection; from any thread. */
    public static void interrupt(Connection connection) {
        try {
            connection.unwrap(SQLiteConnection.class).getDatabase().interrupt();
        } catch (SQLException e) {
            // closed already: nothing runs on it
        }
    }

    public static void close(@Nullable Connection connection) {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException e) {
            // what it had to say was said by the statement that failed
        }
    }
}
