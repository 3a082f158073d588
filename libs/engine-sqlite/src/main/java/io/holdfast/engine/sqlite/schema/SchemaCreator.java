package io.holdfast.engine.sqlite.schema;

import io.holdfast.engine.sqlite.jdbc.ApplicationStandIns;
import io.holdfast.engine.sqlite.jdbc.SqliteConnections;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Makes a schema anew in an empty database. SQLite's own tables are made like any other, and a virtual table by its entry
 * alone: what is behind it comes back as the ordinary tables it is, whether or not its module is there.
 */
public final class SchemaCreator {
    private final Connection connection;
    private final SqliteSchemaDump schema;
    private final Refused refused;
    private final List<SqliteSchemaDump.Entry> omitted = new ArrayList<>();

    /** Hears of an object that cannot be made. */
    @FunctionalInterface
    public interface Refused {
        void object(SqliteSchemaDump.Entry entry, SQLException why) throws SQLException;
    }

    public SchemaCreator(Connection connection, SqliteSchemaDump schema, Refused refused) {
        this.connection = connection;
        this.schema = schema;
        this.refused = refused;
    }

    /**
     * Creates the schema in memory.
     *
     * @return the indexes that only their application can create
     */
    public static List<SqliteSchemaDump.Entry> rehearse(SqliteSchemaDump schema, Refused refused) throws SQLException {
        Connection memory = SqliteConnections.memory();
        try {
            SchemaCreator creator = new SchemaCreator(memory, schema, refused);
            creator.tables();
            creator.rest();
            return creator.omitted();
        } finally {
            SqliteConnections.close(memory);
        }
    }

    /** Indexes that {@link #rest} left out: they use a collation or a function that only their application has. */
    public List<SqliteSchemaDump.Entry> omitted() {
        return List.copyOf(omitted);
    }

    /** Settings that hold from the first page on, and tables with rows. */
    public void tables() throws SQLException {
        SqliteConnections.run(connection, "PRAGMA page_size = " + Integer.parseInt(schema.setting("page_size")));
        SqliteConnections.run(connection, "PRAGMA encoding = '" + encoding() + "'");
        SqliteConnections.run(connection, "PRAGMA auto_vacuum = " + Integer.parseInt(schema.setting("auto_vacuum")));
        SqliteConnections.run(connection, "PRAGMA writable_schema = ON"); // allows names that begin with sqlite_
        for (SqliteSchemaDump.Entry entry : schema.entries()) {
            if (entry.ordinaryTable() && !isThere(entry)) {
                table(entry);
            }
        }
        SqliteConnections.run(connection, "PRAGMA writable_schema = RESET");
    }

    private String encoding() {
        return switch (schema.setting("encoding").toUpperCase(Locale.ROOT)) {
            case "UTF-16LE" -> "UTF-16le";
            case "UTF-16BE" -> "UTF-16be";
            default -> "UTF-8";
        };
    }

    /** The first table with AUTOINCREMENT brings sqlite_sequence along. */
    private boolean isThere(SqliteSchemaDump.Entry entry) throws SQLException {
        return entry.name().startsWith("sqlite_")
                && !SqliteConnections.list(
                                connection,
                                "SELECT 1 FROM main.sqlite_schema WHERE type = 'table' AND name = ?",
                                row -> 1,
                                entry.name())
                        .isEmpty();
    }

    /** Indexes, virtual tables, views and triggers, in their order. */
    public void rest() throws SQLException {
        SqliteConnections.run(connection, "PRAGMA writable_schema = ON");
        for (SqliteSchemaDump.Entry entry : schema.entries()) {
            if (entry.virtual()) {
                enter(entry);
            } else if (entry.type().equals("index")) {
                index(entry);
            } else if (!entry.ordinaryTable()) {
                make(entry);
            }
        }
        spellAsBefore();
        SqliteConnections.run(connection, "PRAGMA writable_schema = RESET");
    }

    private void table(SqliteSchemaDump.Entry entry) throws SQLException {
        try (ApplicationStandIns standIns = new ApplicationStandIns(connection)) {
            SQLException missing = null;
            while (true) {
                try {
                    SqliteConnections.run(connection, entry.sql());
                    break;
                } catch (SQLException e) {
                    missing = e;
                    if (!standIns.add(e)) {
                        refused.object(entry, e);
                        return;
                    }
                }
            }
            if (missing != null && storedWith(standIns, entry)) {
                SqliteConnections.run(connection, "DROP TABLE " + SqliteConnections.main(entry.name()));
                refused.object(entry, missing);
            }
        }
    }

    /** Whether a key's order depends on a stand-in, or the value of a generated column. */
    private boolean storedWith(ApplicationStandIns standIns, SqliteSchemaDump.Entry table) throws SQLException {
        List<String> ordered = SqliteConnections.list(
                connection,
                "SELECT x.coll FROM pragma_index_list(?, 'main') l, pragma_index_xinfo(l.name, 'main') x"
                        + " WHERE x.key = 1",
                row -> String.valueOf(row.getString(1)),
                table.name());
        if (ordered.stream().anyMatch(standIns::collation)) {
            return true;
        }
        List<Integer> generated = SqliteConnections.list(
                connection,
                "SELECT 1 FROM pragma_table_xinfo(?, 'main') WHERE hidden IN (2, 3)",
                row -> 1,
                table.name());
        return standIns.functions() && !generated.isEmpty();
    }

    private void index(SqliteSchemaDump.Entry entry) throws SQLException {
        try {
            SqliteConnections.run(connection, entry.sql());
        } catch (SQLException e) {
            if (ApplicationStandIns.missing(e).isPresent()) {
                omitted.add(entry);
            } else {
                refused.object(entry, e);
            }
        }
    }

    private void make(SqliteSchemaDump.Entry entry) throws SQLException {
        try {
            SqliteConnections.run(connection, entry.sql());
        } catch (SQLException e) {
            refused.object(entry, e);
        }
    }

    private void enter(SqliteSchemaDump.Entry entry) throws SQLException {
        write(
                "INSERT INTO main.sqlite_schema (type, name, tbl_name, rootpage, sql) VALUES ('table', ?, ?, 0, ?)",
                entry.name(),
                entry.table(),
                entry.sql());
    }

    /** SQLite keeps a statement's text nearly as it was given; nearly is not enough. */
    private void spellAsBefore() throws SQLException {
        List<SqliteSchemaDump.Entry> odd = new ArrayList<>();
        for (SqliteSchemaDump.Entry entry : schema.entries()) {
            if (!omitted.contains(entry)
                    && SqliteConnections.list(
                                    connection,
                                    "SELECT 1 FROM main.sqlite_schema WHERE type = ? AND name = ? AND sql = ?",
                                    row -> 1,
                                    entry.type(),
                                    entry.name(),
                                    entry.sql())
                            .isEmpty()) {
                odd.add(entry);
            }
        }
        for (SqliteSchemaDump.Entry entry : odd) {
            write(
                    "UPDATE main.sqlite_schema SET sql = ? WHERE type = ? AND name = ?",
                    entry.sql(),
                    entry.type(),
                    entry.name());
        }
    }

    private void write(String sql, String... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            statement.executeUpdate();
        }
    }
}
