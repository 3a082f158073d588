package io.holdfast.engine.sqlite;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.BackupScope;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.sqlite.jdbc.ReservedNames;
import io.holdfast.engine.sqlite.jdbc.SqliteConnections;
import io.holdfast.engine.sqlite.jdbc.SqliteErrorTranslator;
import io.holdfast.engine.sqlite.rows.RowInserter;
import io.holdfast.engine.sqlite.schema.SchemaCreator;
import io.holdfast.engine.sqlite.schema.ScopeFilter;
import io.holdfast.engine.sqlite.schema.SqliteCatalog;
import io.holdfast.engine.sqlite.schema.SqliteSchemaDump;
import io.holdfast.engine.sqlite.snapshot.OnlineFileCopy;
import io.holdfast.engine.sqlite.snapshot.SnapshotOpener;
import io.holdfast.engine.support.ProcessTempDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;

/**
 * A private file into which a SQLite database that is kept elsewhere is read, table by table. Complete, it is read as the
 * copy of a file is. One thread; to be closed, unless it was opened.
 */
public final class SqliteReplica implements AutoCloseable {
    private final Path shown;
    private final Path directory;
    private final Connection connection;
    private final Set<QualifiedName> withoutRows;
    private final List<SqliteSchemaDump.Entry> virtual;
    private final SchemaCreator creator;
    private final List<Table> tables;
    private @Nullable RowInserter inserter;

    /** An entry of {@code sqlite_schema}. */
    public record Definition(String type, String name, String table, String sql) {}

    /**
     * A table whose rows are to be read.
     *
     * @param columns that a row has, in order: stored ones, and the rowid where it is no column
     * @param key by which it is stored, and rows are told apart: columns, or a name of the rowid; empty if there is no name for it
     */
    public record Table(String name, List<String> columns, List<String> key) {
        public Table {
            columns = List.copyOf(columns);
            key = List.copyOf(key);
        }

        /** Whether SQLite itself writes it, while rows of other tables are written. */
        public boolean ofSqlite() {
            return name.startsWith("sqlite_");
        }
    }

    private SqliteReplica(
            Path shown, Path directory, Connection connection, SqliteSchemaDump schema, Set<QualifiedName> withoutRows)
            throws SQLException {
        this.shown = shown;
        this.directory = directory;
        this.connection = connection;
        this.withoutRows = withoutRows;
        this.virtual = schema.entries().stream()
                .filter(SqliteSchemaDump.Entry::virtual)
                .toList();
        Set<String> shadows = SearchTables.shadows(schema.entries());
        List<SqliteSchemaDump.Entry> left = new ArrayList<>(virtual);
        schema.entries().stream()
                .filter(entry -> shadows.contains(entry.table()))
                .forEach(left::add);
        SqliteSchemaDump plain = schema.without(left);
        this.creator = new SchemaCreator(connection, plain, (entry, e) -> {
            throw new SQLException(
                    entry.shown() + ": " + SqliteErrorTranslator.said(e), e.getSQLState(), e.getErrorCode(), e);
        });
        creator.tables();
        for (SqliteSchemaDump.Entry entry : virtual) {
            SqliteConnections.run(connection, entry.sql());
        }
        this.tables = tables(plain);
    }

    /**
     * Makes the tables of these definitions, as far as they are of the scope.
     *
     * @param shown what messages call the database
     * @param definitions in their order
     * @throws HoldfastException CONFIG_INVALID if the scope names what is not there; SOURCE_UNSUPPORTED if a definition
     *     cannot be made again, or rows of a virtual table cannot be read
     */
    public static SqliteReplica create(String shown, List<Definition> definitions, BackupScope scope) {
        SqliteSchemaDump whole = new SqliteSchemaDump(
                settings(),
                definitions.stream()
                        .map(of -> new SqliteSchemaDump.Entry(of.type(), of.name(), of.table(), of.sql()))
                        .toList());
        SqliteSchemaDump schema = new ScopeFilter(whole, SearchTables.shadows(whole.entries()), scope).schema();
        schema.entries().stream().filter(SqliteSchemaDump.Entry::virtual).forEach(SearchTables::refuseUnreadable);
        Set<QualifiedName> emptied = scope.excludeTableData().stream()
                .filter(name ->
                        schema.entries().stream().anyMatch(entry -> entry.name().equals(name.name())))
                .collect(Collectors.toUnmodifiableSet());
        return create(Path.of(shown), schema, emptied);
    }

    private static SqliteReplica create(Path shown, SqliteSchemaDump schema, Set<QualifiedName> emptied) {
        Path directory = OnlineFileCopy.directory();
        Connection connection = null;
        try {
            Path file = directory.resolve("replica.db");
            ProcessTempDirectory.create(file);
            connection = SqliteConnections.writing(file);
            return new SqliteReplica(shown, directory, connection, schema, emptied);
        } catch (IOException e) {
            OnlineFileCopy.delete(directory);
            throw SqliteErrorTranslator.noRoom(e);
        } catch (SQLException e) {
            SqliteConnections.close(connection);
            OnlineFileCopy.delete(directory);
            throw failed(shown, "making tables", e);
        }
    }

    /** Those of a new file: what a server keeps the pages in cannot be asked. */
    private static Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("page_size", "4096");
        settings.put("encoding", "UTF-8");
        settings.put("auto_vacuum", "0");
        settings.put("user_version", "0");
        settings.put("application_id", "0");
        settings.put("journal_mode", "delete");
        return settings;
    }

    private List<Table> tables(SqliteSchemaDump plain) throws SQLException {
        SqliteCatalog catalog = new SqliteCatalog(connection);
        List<Table> found = new ArrayList<>();
        for (SqliteSchemaDump.Entry entry : plain.entries()) {
            if (entry.ordinaryTable() && included(entry)) {
                found.add(new Table(entry.name(), catalog.columns(entry.name()), catalog.key(entry.name())));
            }
        }
        for (SqliteSchemaDump.Entry entry : virtual) {
            if (SearchTables.hasRows(entry) && included(entry)) {
                List<String> columns = new ArrayList<>(List.of("rowid"));
                columns.addAll(catalog.virtualColumns(entry.name()));
                found.add(new Table(entry.name(), columns, List.of("rowid")));
            }
        }
        found.sort(Comparator.comparing(Table::ofSqlite));
        return List.copyOf(found);
    }

    private boolean included(SqliteSchemaDump.Entry entry) {
        return !withoutRows.contains(new QualifiedName(ReservedNames.MAIN, entry.name()));
    }

    /** Those whose rows are to be read, SQLite's own last. */
    public List<Table> tables() {
        return tables;
    }

    /** Rows of this table follow; those that it has are thrown away. */
    public void begin(Table table) {
        doing("writing " + table.name(), () -> {
            abandon();
            SqliteConnections.run(connection, "BEGIN");
            SqliteSchemaDump.Entry anew = virtual.stream()
                    .filter(entry -> entry.name().equals(table.name()))
                    .findFirst()
                    .orElse(null);
            if (anew == null) {
                SqliteConnections.run(connection, "DELETE FROM " + SqliteConnections.main(table.name()));
            } else { // so that the index is the same, however often its rows were read
                SqliteConnections.run(connection, "DROP TABLE " + SqliteConnections.main(table.name()));
                SqliteConnections.run(connection, anew.sql());
            }
            inserter =
                    new RowInserter(connection, new QualifiedName(ReservedNames.MAIN, table.name()), table.columns());
        });
    }

    /** Of the table that was begun. */
    public void insert(SqliteRow row) {
        RowInserter current = inserter;
        if (current == null) {
            throw new IllegalStateException("no table was begun");
        }
        doing("writing a row", () -> current.insert(row));
    }

    /** All rows of the table that was begun are there. */
    public void end() {
        doing("writing rows", () -> {
            if (inserter != null) {
                inserter.close();
                inserter = null;
            }
            SqliteConnections.run(connection, "COMMIT");
        });
    }

    private void abandon() throws SQLException {
        if (inserter != null) {
            inserter.close();
            inserter = null;
            SqliteConnections.run(connection, "ROLLBACK");
        }
    }

    /**
     * Makes what depends on rows: indexes, search indexes of other tables' rows, views and triggers. Nothing is written
     * afterwards.
     *
     * @param options its scope was given when this was made
     * @param at when the database was as its rows are
     * @throws HoldfastException SOURCE_CHANGED if rows contradict each other; otherwise as {@link io.holdfast.engine.SourceDatabase#open}
     */
    public Snapshot open(SnapshotOptions options, Instant at) {
        doing("making indexes", () -> {
            for (SqliteSchemaDump.Entry entry : virtual) {
                if (SearchTables.isOfOtherRows(entry) && included(entry)) {
                    String name = QualifiedName.quote(entry.name());
                    SqliteConnections.run(
                            connection, "INSERT INTO main." + name + " (" + name + ") VALUES ('rebuild')");
                }
            }
            creator.rest();
            connection.close();
        });
        BackupScope rest = new BackupScope(Set.of(), Set.of(), Set.of(), withoutRows);
        return SnapshotOpener.ofReplica(directory.resolve("replica.db"), shown, options.withScope(rest), at);
    }

    /** Work on the file. */
    @FunctionalInterface
    private interface Work {
        void run() throws SQLException;
    }

    private void doing(String what, Work work) {
        try {
            work.run();
        } catch (SQLException e) {
            throw failed(shown, what, e);
        }
    }

    private static HoldfastException failed(Path shown, String doing, SQLException e) {
        String where = doing + " of database " + shown + ": " + SqliteErrorTranslator.said(e);
        SQLiteErrorCode code = SqliteErrorTranslator.code(e);
        return switch (code) {
            case SQLITE_CONSTRAINT ->
                HoldfastException.of(
                        FailureCode.SOURCE_CHANGED,
                        where
                                + "; rows that were read contradict each other: the database changed meanwhile, or its"
                                + " own definitions forbid rows that it has",
                        e);
            case SQLITE_ERROR ->
                HoldfastException.of(
                        FailureCode.SOURCE_UNSUPPORTED, where + "; exclude the table, or drop the object", e);
            case SQLITE_FULL -> SqliteErrorTranslator.noRoom(e);
            default -> HoldfastException.of(FailureCode.INTERNAL, where, e);
        };
    }

    @Override
    public void close() {
        SqliteConnections.close(connection);
        OnlineFileCopy.delete(directory);
    }
}
