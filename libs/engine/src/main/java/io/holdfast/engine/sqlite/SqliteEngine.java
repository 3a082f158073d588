package io.holdfast.engine.sqlite;

import io.holdfast.engine.DatabaseShape;
import io.holdfast.engine.Engine;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.Script;
import io.holdfast.engine.SourceDatabase;
import io.holdfast.engine.Target;
import java.nio.file.Path;
import java.util.List;

/** SQLite 3 files, of any version that the built-in library reads. Needs no tools. */
public final class SqliteEngine implements Engine {
    public static final String NAME = "sqlite";

    /** The file, while others use it. It is only ever read, and never made. */
    public SourceDatabase source(Path file) {
        return new SqliteSource(this, file.toAbsolutePath());
    }

    /** A directory in which restored files are made; a database's name is its file's name there. */
    public Target target(Path directory) {
        return new SqliteTarget(directory.toAbsolutePath());
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Script script(DatabaseShape shape) {
        return new SqliteScript(shape);
    }

    @Override
    public List<String> compareSchemas(Path stored, Path copy, LoadOptions as) {
        return SchemaRows.read(stored).differences(SchemaRows.read(copy));
    }
}
