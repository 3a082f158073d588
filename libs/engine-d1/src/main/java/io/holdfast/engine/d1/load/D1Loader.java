package io.holdfast.engine.d1.load;

import io.holdfast.engine.d1.client.D1Client;
import io.holdfast.engine.d1.read.Definitions;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.sqlite.SqliteFileRows;
import io.holdfast.engine.sqlite.SqliteReplica;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes a SQLite file into an empty D1 database: tables, rows, then indexes, views and triggers. Until {@link #complete} the database
 * has a table that says that it is not.
 */
final class D1Loader {
    private static final String SCRATCH = "holdfast_load_";
    private static final String STATISTICS = "sqlite_stat";
    private static final String SEQUENCES = "sqlite_sequence";

    private final SqliteFileRows file;
    private final LoadBatches batches;
    private final List<SqliteReplica.Definition> definitions;

    D1Loader(SqliteFileRows file, D1Client client) {
        this.file = file;
        this.batches = new LoadBatches(client);
        this.definitions = file.definitions();
    }

    void load(String restore) {
        batches.begin(restore);
        fill();
    }

    /**
     * The same into a database in use, which loses all its objects.
     *
     * @param drops in one transaction, before anything is written
     * @param held asked after other loads have lost the database, and before anything is dropped
     */
    void overwrite(String restore, List<String> drops, Runnable held) {
        boolean incomplete = batches.isMarked();
        batches.begin(restore);
        try {
            held.run();
        } catch (RuntimeException e) {
            if (!incomplete) { // the database is what it was: its backups must not be refused
                batches.abandon();
            }
            throw e;
        }
        batches.together(drops);
        fill();
    }

    private void fill() {
        definitions.stream()
                .filter(of -> of.type().equals("table") && !of.name().startsWith("sqlite_"))
                .forEach(of -> batches.add(of.sql()));
        batches.add("CREATE TABLE " + RowStatements.VALUES + " (id INTEGER PRIMARY KEY, v BLOB)");
        rows();
        file.indexesOfOtherRows().forEach(index -> {
            String name = QualifiedName.quote(index);
            batches.add("INSERT INTO " + name + " (" + name + ") VALUES ('rebuild')");
        });
        batches.add("DROP TABLE " + RowStatements.VALUES);
        rest();
    }

    private void rows() {
        List<SqliteReplica.Table> tables = file.tables();
        LoadOrder order =
                LoadOrder.of(tables.stream().filter(table -> !table.ofSqlite()).toList(), file);
        order.ordered().forEach(table -> rows(table, table.name(), table.columns()));
        circular(order.circular());
        tables.stream().filter(table -> table.name().equals(SEQUENCES)).forEach(sequences -> {
            batches.flush();
            batches.add("DELETE FROM " + SEQUENCES); // what loading has counted
            rows(sequences, sequences.name(), sequences.columns());
        });
    }

    private void rows(SqliteReplica.Table table, String into, List<String> columns) {
        RowStatements statements = new RowStatements(batches, into, columns);
        file.rows(table, statements::row);
        statements.flush();
    }

    /** Rows that refer to each other become rows of their tables in one transaction, which checks at its end. */
    private void circular(List<SqliteReplica.Table> tables) {
        List<String> moves = new ArrayList<>(List.of("PRAGMA defer_foreign_keys = ON"));
        for (int i = 0; i < tables.size(); i++) {
            SqliteReplica.Table table = tables.get(i);
            String scratch = SCRATCH + i;
            List<String> columns = IntStream.range(0, table.columns().size())
                    .mapToObj(number -> "c" + number)
                    .toList();
            String names = String.join(", ", columns);
            batches.add("CREATE TABLE " + scratch + " (" + names + ")"); // without types: no value is converted
            rows(table, scratch, columns);
            moves.add("INSERT INTO " + QualifiedName.quote(table.name()) + " ("
                    + table.columns().stream().map(QualifiedName::quote).collect(Collectors.joining(", "))
                    + ") SELECT " + names + " FROM " + scratch);
        }
        if (!tables.isEmpty()) {
            batches.together(moves);
            IntStream.range(0, tables.size()).forEach(i -> batches.add("DROP TABLE " + SCRATCH + i));
        }
    }

    private void rest() {
        for (String type : List.of("index", "view", "trigger")) {
            definitions.stream().filter(of -> of.type().equals(type)).forEach(of -> batches.add(of.sql()));
        }
        if (definitions.stream().anyMatch(of -> of.name().startsWith(STATISTICS))) {
            batches.add("ANALYZE");
        }
        batches.flush();
    }

    /** Nothing is missing any more. */
    void complete() {
        batches.flush();
        batches.end();
    }

    /** Whether what of it is in D1 may differ: derived by SQLite itself. */
    static boolean derived(String table) {
        return table.startsWith(STATISTICS) || table.equals(Definitions.INCOMPLETE);
    }
}
