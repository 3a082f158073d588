package io.holdfast.engine.sqlite;

import io.holdfast.engine.Engine;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.SourceDatabase;
import io.holdfast.engine.SqlScriptWriter;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.sqlite.export.SqliteScriptWriter;
import io.holdfast.engine.sqlite.load.SqliteTargetDirectory;
import io.holdfast.engine.sqlite.schema.SqliteSchemaDump;
import java.nio.file.Path;
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
        return SqliteSchemaDump.read(stored).differences(SqliteSchemaDump.read(copy));
    }
}
