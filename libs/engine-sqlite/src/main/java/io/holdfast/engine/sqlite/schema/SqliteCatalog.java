package io.holdfast.engine.sqlite.schema;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.model.TableDescriptor;
import io.holdfast.engine.sqlite.jdbc.ApplicationStandIns;
import io.holdfast.engine.sqlite.jdbc.ReservedNames;
import io.holdfast.engine.sqlite.jdbc.SqliteConnections;
import io.holdfast.engine.sqlite.jdbc.SqliteErrorTranslator;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads what a database consists of. */
public final class SqliteCatalog {
    /** In the order in which a new file must get them. */
    private static final List<String> SETTINGS =
            List.of("page_size", "encoding", "auto_vacuum", "user_version", "application_id");

    public static final String UNKNOWN = "unknown";

    private static final List<String> ROWID_NAMES = List.of("rowid", "_rowid_", "oid");

    private final Connection connection;

    public SqliteCatalog(Connection connection) {
        this.connection = connection;
    }

    /** @param journalMode as the live file has it: a still copy cannot be asked */
    public SqliteSchemaDump schema(String journalMode) throws SQLException {
        Map<String, String> settings = new LinkedHashMap<>();
        for (String name : SETTINGS) {
            settings.put(name, SqliteConnections.one(connection, "PRAGMA " + name));
        }
        // of all modes the file itself only knows this one
        settings.put("journal_mode", journalMode.equalsIgnoreCase("wal") ? "wal" : "delete");
        Charset encoding = charset(settings.getOrDefault("encoding", "UTF-8"));
        List<SqliteSchemaDump.Entry> entries = SqliteConnections.list(
                connection,
                "SELECT type, CAST(name AS BLOB), CAST(tbl_name AS BLOB), CAST(sql AS BLOB) FROM main.sqlite_schema"
                        + " WHERE sql IS NOT NULL AND tbl_name NOT GLOB '" + ReservedNames.RESTORE_TABLES
                        + "' ORDER BY rowid",
                row -> new SqliteSchemaDump.Entry(
                        row.getString(1),
                        decode(row.getBytes(2), encoding),
                        decode(row.getBytes(3), encoding),
                        decode(row.getBytes(4), encoding)));
        return new SqliteSchemaDump(settings, entries);
    }

    private static Charset charset(String encoding) {
        return switch (encoding) {
            case "UTF-16le" -> StandardCharsets.UTF_16LE;
            case "UTF-16be" -> StandardCharsets.UTF_16BE;
            default -> StandardCharsets.UTF_8;
        };
    }

    private static String decode(byte[] bytes, Charset encoding) {
        try {
            return encoding.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw HoldfastException.of(
                    FailureCode.SOURCE_UNSUPPORTED,
                    "a definition in sqlite_schema is not valid " + encoding + ": \"" + new String(bytes, encoding)
                            + "\"; rename the object, or write its definition with valid text",
                    e);
        }
    }

    /** Tables that have rows of their own, in the order of their names: also those behind virtual tables, and SQLite's. */
    public List<TableDescriptor> tables(SqliteSchemaDump schema, Selected selected) throws SQLException {
        Map<String, Long> sizes = new HashMap<>();
        SqliteConnections.list(
                connection,
                "SELECT name, pgsize FROM dbstat('main', 1)",
                row -> sizes.put(row.getString(1), row.getLong(2)));
        List<TableDescriptor> tables = new ArrayList<>();
        for (SqliteSchemaDump.Entry entry : schema.entries()) {
            if (entry.ordinaryTable() && !entry.name().equals("sqlite_schema")) {
                tables.add(new TableDescriptor(
                        new QualifiedName(ReservedNames.MAIN, entry.name()),
                        columns(entry.name()),
                        TableDescriptor.Kind.TABLE,
                        null,
                        List.of(),
                        selected.rows(entry.name()),
                        0,
                        sizes.getOrDefault(entry.name(), 0L),
                        null));
            }
        }
        tables.sort(Comparator.comparing(TableDescriptor::name));
        return tables;
    }

    /** Whether a table's rows are in the scope. */
    @FunctionalInterface
    public interface Selected {
        boolean rows(String table);
    }

    private record Column(String name, String type, int key, int hidden) {
        boolean generated() {
            return hidden > 1;
        }
    }

    /** What is stored: no generated columns, but the rowid where it has no column of its own. */
    public List<String> columns(String table) throws SQLException {
        List<Column> all = declared(table);
        List<String> columns = new ArrayList<>();
        if (hasRowid(table) && !isRowid(table, all)) {
            rowid(all).ifPresent(columns::add);
        }
        all.stream().filter(column -> !column.generated()).map(Column::name).forEach(columns::add);
        return columns;
    }

    /**
     * The columns by which a table is stored, in their order: the rowid, or the primary key WITHOUT ROWID. Empty if columns
     * of the table have all names of the rowid.
     */
    public List<String> key(String table) throws SQLException {
        List<Column> all = declared(table);
        List<String> keys = all.stream()
                .filter(column -> column.key() > 0)
                .sorted(Comparator.comparingInt(Column::key))
                .map(Column::name)
                .toList();
        return !hasRowid(table) || isRowid(table, all)
                ? keys
                : rowid(all).stream().toList();
    }

    /** The columns of a virtual table that its statement names. */
    public List<String> virtualColumns(String table) throws SQLException {
        return declared(table).stream()
                .filter(column -> column.hidden() == 0)
                .map(Column::name)
                .toList();
    }

    private List<Column> declared(String table) throws SQLException {
        return SqliteConnections.list(
                connection,
                "SELECT name, type, pk, hidden FROM pragma_table_xinfo(?, 'main') ORDER BY cid",
                row -> new Column(row.getString(1), row.getString(2), row.getInt(3), row.getInt(4)),
                table);
    }

    private static Optional<String> rowid(List<Column> all) {
        return ROWID_NAMES.stream()
                .filter(name -> all.stream().noneMatch(column -> column.name().equalsIgnoreCase(name)))
                .findFirst();
    }

    /** Columns that no row stores. */
    public static List<String> generated(Connection connection, QualifiedName table) throws SQLException {
        return SqliteConnections.list(
                connection,
                "SELECT name FROM pragma_table_xinfo(?, 'main') WHERE hidden = 2",
                row -> row.getString(1),
                table.name());
    }

    /** The tables behind virtual ones. One whose module is not there has none: they count as tables of their own. */
    public Set<String> shadows() throws SQLException {
        return Set.copyOf(SqliteConnections.list(
                connection,
                "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow'",
                row -> row.getString(1)));
    }

    private boolean hasRowid(String table) throws SQLException {
        return SqliteConnections.list(
                        connection,
                        "SELECT wr FROM pragma_table_list(?) WHERE schema = 'main'",
                        row -> row.getInt(1) == 0,
                        table)
                .getFirst();
    }

    /** Whether a column is the rowid: the one INTEGER PRIMARY KEY, unless a quirk gave it an index (DESC). */
    private boolean isRowid(String table, List<Column> columns) throws SQLException {
        List<Column> keys = columns.stream().filter(column -> column.key() > 0).toList();
        return keys.size() == 1
                && keys.getFirst().type().toUpperCase(Locale.ROOT).equals("INTEGER")
                && SqliteConnections.list(
                                connection,
                                "SELECT 1 FROM pragma_index_list(?, 'main') WHERE origin = 'pk'",
                                row -> 1,
                                table)
                        .isEmpty();
    }

    /**
     * How many rows refer to nothing, as text; {@code unknown} if a foreign key is declared so that it cannot be checked.
     * Only between tables whose rows are carried: what refers to others is no better or worse in a copy without them.
     */
    public static String foreignKeyViolations(Connection connection, List<TableDescriptor> tables) throws SQLException {
        Set<String> carried = tables.stream()
                .filter(TableDescriptor::dataIncluded)
                .map(table -> table.name().name().toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
        try {
            List<Long> counts = SqliteConnections.list(
                    connection,
                    "SELECT \"table\", parent, count(*) FROM pragma_foreign_key_check GROUP BY 1, 2",
                    row -> carried.contains(row.getString(1).toLowerCase(Locale.ROOT))
                                    && carried.contains(row.getString(2).toLowerCase(Locale.ROOT))
                            ? row.getLong(3)
                            : 0L);
            return Long.toString(counts.stream().mapToLong(Long::longValue).sum());
        } catch (SQLException e) {
            if (SqliteErrorTranslator.said(e).contains("foreign key mismatch")
                    || ApplicationStandIns.missing(e).isPresent()) {
                return UNKNOWN;
            }
            throw e;
        }
    }
}
