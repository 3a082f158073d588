package io.holdfast.engine;

import io.holdfast.engine.model.TableDescriptor;
import io.holdfast.engine.rows.RowSource;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/**
 * A backup as text that its engine's own client program loads into an empty database, without Holdfast: {@code psql -v
 * ON_ERROR_STOP=1} or {@code sqlite3 -bail}. The parts are written in the order of these methods; owners and grants, whose
 * roles another server need not have, are left out. Every row comes back exactly. The streams stay the caller's to close.
 *
 * <p>Fails with the stream's own exceptions, and as {@link TargetDatabase} does if the backup cannot be read.
 */
public interface SqlScriptWriter {

    /** Settings that what follows relies on. */
    void begin(OutputStream out) throws IOException;

    /** Types, functions, tables without indexes. */
    void tables(Path schemaDump, OutputStream out) throws IOException;

    /** Rows of tables with a higher number come after those of tables with a lower one. */
    int turn(TableDescriptor table, Path schemaDump);

    /** A table's rows, by themselves or after {@link #tables}. */
    void rows(TableDescriptor table, long rows, RowSource source, OutputStream out) throws IOException;

    /** Indexes, constraints, triggers; where sequences stand; what fills materialized views. */
    void rest(Path schemaDump, OutputStream out) throws IOException;

    void end(OutputStream out) throws IOException;
}
