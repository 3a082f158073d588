package io.holdfast.engine.sqlite;

import static java.util.Objects.requireNonNull;

import io.holdfast.engine.SourceDatabase;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.testsupport.engine.EngineContract;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.io.TempDir;

/** The contract, on files whose programs keep this kind of journal. */
abstract class SqliteContract extends EngineContract {
    private final String journalMode;

    @TempDir
    Path directory;

    SqliteContract(String journalMode) {
        this.journalMode = journalMode;
    }

    @Override
    protected SourceDatabase fresh() {
        Path file = directory.resolve(UUID.randomUUID() + ".db");
        SqliteFile.run(file, "PRAGMA journal_mode = " + journalMode, "CREATE TABLE x (x)", "DROP TABLE x");
        return new SqliteEngine().source(file);
    }

    @Override
    protected SourceDatabase missing() {
        return new SqliteEngine().source(directory.resolve("missing.db"));
    }

    @Override
    protected void sql(SourceDatabase database, String... statements) {
        String[] transaction = new String[statements.length + 3];
        transaction[0] = "PRAGMA busy_timeout = 60000";
        transaction[1] = "BEGIN IMMEDIATE";
        System.arraycopy(statements, 0, transaction, 2, statements.length);
        transaction[statements.length + 2] = "COMMIT";
        SqliteFile.run(file(database), transaction);
    }

    @Override
    protected List<String> query(SourceDatabase beside, String name, String sql) {
        return SqliteFile.query(requireNonNull(file(beside).getParent()).resolve(name), sql);
    }

    private static Path file(SourceDatabase database) {
        return ((SqliteSource) database).file();
    }

    @Override
    protected QualifiedName table(String name) {
        return new QualifiedName("main", name);
    }
}
