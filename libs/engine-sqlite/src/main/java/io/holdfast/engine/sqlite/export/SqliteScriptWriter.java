package io.holdfast.engine.sqlite.export;

import io.holdfast.engine.SqlScriptWriter;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.model.TableDescriptor;
import io.holdfast.engine.rows.RowSource;
import io.holdfast.engine.sqlite.rows.RowDecoder;
import io.holdfast.engine.sqlite.rows.SqlLiteralWriter;
import io.holdfast.engine.sqlite.schema.ScriptStatement;
import io.holdfast.engine.sqlite.schema.SqliteSchemaDump;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * For the sqlite3 program: statements, in one transaction. A virtual table's definition is entered as such, with the rows
 * behind it, as {@code .dump} does; only then the program is told to allow it. Of the tables of ANALYZE only
 * {@code sqlite_stat1} is written: the others belong to how a library was built.
 */
public final class SqliteScriptWriter implements SqlScriptWriter {
    private static final String SEQUENCES = "sqlite_sequence";
    private static final String STATISTICS = "sqlite_stat1";
    private static final String WRITABLE = ".dbconfig defensive off\nPRAGMA writable_schema = ON;\n";

    /** In checks and indexes; programs since 3.41 take what is in double quotes for a name unless they are told. */
    private static final String QUOTED_TEXTS = ".dbconfig dqs_ddl on\n";

    /** It stays when the last table that numbers its rows is gone, or left out. */
    private static final String MAKE_SEQUENCES =
            "CREATE TABLE holdfast_sequence (id INTEGER PRIMARY KEY AUTOINCREMENT);\nDROP TABLE holdfast_sequence;\n";

    private final DatabaseDescriptor shape;
    private final SqlLiteralWriter literals;

    public SqliteScriptWriter(DatabaseDescriptor shape) {
        this.shape = shape;
        this.literals = new SqlLiteralWriter(shape.encoding());
    }

    @Override
    public void begin(OutputStream out) throws IOException {
        print(
                out,
                "-- for sqlite3 -bail, into an empty file\n"
                        + "PRAGMA foreign_keys = OFF;\nPRAGMA ignore_check_constraints = ON;\n"
                        + "PRAGMA page_size = " + setting("page_size") + ";\nPRAGMA encoding = '" + shape.encoding()
                        + "';\nPRAGMA auto_vacuum = " + setting("auto_vacuum") + ";\nBEGIN;\n");
    }

    @Override
    public void tables(Path schemaDump, OutputStream out) throws IOException {
        SqliteSchemaDump schema = SqliteSchemaDump.read(schemaDump);
        if (schema.entries().stream().anyMatch(entry -> entry.sql().contains("\""))) {
            print(out, QUOTED_TEXTS);
        }
        List<SqliteSchemaDump.Entry> tables = schema.entries().stream()
                .filter(entry -> entry.ordinaryTable() && !own(entry.name()))
                .toList();
        make(tables, out);
    }

    /** What the program reads otherwise than it was written is spelled as before once it is there. */
    private void make(List<SqliteSchemaDump.Entry> entries, OutputStream out) throws IOException {
        for (SqliteSchemaDump.Entry entry : entries) {
            print(out, new ScriptStatement(entry.sql()).statement());
        }
        List<SqliteSchemaDump.Entry> odd = entries.stream()
                .filter(entry -> !new ScriptStatement(entry.sql()).plain())
                .toList();
        if (odd.isEmpty()) {
            return;
        }
        print(out, WRITABLE);
        for (SqliteSchemaDump.Entry entry : odd) {
            print(out, "UPDATE sqlite_schema SET sql = ");
            text(entry.sql(), out);
            print(out, " WHERE type = '" + entry.type() + "' AND name = ");
            text(entry.name(), out);
            print(out, ";\n");
        }
        print(out, "PRAGMA writable_schema = RESET;\n");
    }

    private void text(String text, OutputStream out) throws IOException {
        literals.text(text.getBytes(literals.encoding()), out);
    }

    private static boolean own(String name) {
        return name.startsWith("sqlite_");
    }

    @Override
    public int turn(TableDescriptor table, Path schemaDump) {
        return own(table.name().name()) ? 1 : 0;
    }

    @Override
    public void rows(TableDescriptor table, long rows, RowSource source, OutputStream out) throws IOException {
        String name = table.name().name();
        if (own(name)) {
            if (name.equals(STATISTICS)) {
                print(out, "ANALYZE sqlite_schema;\n");
            } else if (name.equals(SEQUENCES)) {
                print(out, MAKE_SEQUENCES);
            } else {
                return;
            }
            print(out, "DELETE FROM " + name + ";\n");
        }
        String insert = "INSERT INTO " + QualifiedName.quote(name) + " ("
                + table.columns().stream().map(QualifiedName::quote).collect(Collectors.joining(", ")) + ") VALUES (";
        try (InputStream in = source.open()) {
            RowDecoder row = new RowDecoder(in, table.columns().size());
            while (row.next()) {
                print(out, insert);
                for (int i = 0; i < table.columns().size(); i++) {
                    print(out, i == 0 ? "" : ", ");
                    literals.write(row, i, out);
                }
                print(out, ");\n");
            }
        }
    }

    @Override
    public void rest(Path schemaDump, OutputStream out) throws IOException {
        SqliteSchemaDump schema = SqliteSchemaDump.read(schemaDump);
        if (schema.entries().stream().anyMatch(SqliteSchemaDump.Entry::virtual)) {
            print(out, WRITABLE);
            for (SqliteSchemaDump.Entry entry : schema.entries()) {
                if (entry.virtual()) {
                    print(out, "INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql) VALUES ('table', ");
                    text(entry.name(), out);
                    print(out, ", ");
                    text(entry.table(), out);
                    print(out, ", 0, ");
                    text(entry.sql(), out);
                    print(out, ");\n");
                }
            }
            print(out, "PRAGMA writable_schema = OFF;\n");
        }
        make(
                schema.entries().stream()
                        .filter(entry -> !entry.type().equals("table"))
                        .toList(),
                out);
    }

    @Override
    public void end(OutputStream out) throws IOException {
        print(
                out,
                "PRAGMA user_version = " + setting("user_version") + ";\nPRAGMA application_id = "
                        + setting("application_id") + ";\nCOMMIT;\n"
                        + (setting("journal_mode").toLowerCase(Locale.ROOT).equals("wal")
                                ? "PRAGMA journal_mode = WAL;\n"
                                : ""));
    }

    private String setting(String name) {
        return shape.setting(name).orElse("0");
    }

    private static void print(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }
}
