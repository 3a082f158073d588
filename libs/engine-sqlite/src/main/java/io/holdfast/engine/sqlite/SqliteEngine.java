package io.holdfast.engine.sqlite;

import io.holdfast.engine.Engine;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.SourceDatabase;
import io.holdfast.engine.SqlScriptWriter;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.sqlite.export.SqliteScriptWriter;
import io.holdfast.engine.sqlite.load.SqliteTargetDirectory;
import io.holdfast.engine.sqlite.schema.SchemaCreator;
import io.holdfast.engine.sqlite.schema.SqliteSchemaDump;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

/** SQLite 3 files, of any version that the built-in library reads. Needs no tools. */
public final class SqliteEngine implements Engine {
    public static final String NAME = DatabaseDescriptor.SQLITE;

    /** The file, while others use it. It is only ever read, and never made. */
    public SourceDatabase source(Path file) {
        return new SqliteSource(this, file.toAbsolutePath());
    }

    /** A directory in which restored files are made; a database's name is its file's name there. */
    public TargetServer target(Path directory) {
        return new SqliteTargetDirectory(directory.toAbsolutePath());
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public SqlScriptWriter script(DatabaseDescriptor shape) {
        return new SqliteScriptWriter(shape);
    }

    @Override
    public List<String> compareSchemas(Path stored, Path copy, LoadOptions as) {
        SqliteSchemaDump expected = SqliteSchemaDump.read(stored);
        SqliteSchemaDump actual = SqliteSchemaDump.read(copy);
        List<String> differences = expected.differences(actual);
        return differences.isEmpty()
                ? differences
                : expected.without(omitted(expected, actual)).differences(actual);
    }

    /** A restored file lacks the indexes that only their application can create; the restore has reported them. */
    private static List<SqliteSchemaDump.Entry> omitted(SqliteSchemaDump expected, SqliteSchemaDump actual) {
        try {
            return SchemaCreator.rehearse(expected, (entry, e) -> {}).stream()
                    .filter(index -> actual.entries().stream()
                            .noneMatch(entry -> entry.shown().equals(index.shown())))
                    .toList();
        } catch (SQLException e) {
            return List.of();
        }
    }
}
