package io.holdfast.engine.rows;

import java.io.IOException;

/**
 * Takes rows as they come from the server. Called by one thread per task. Blocking here is back-pressure: the server's
 * socket waits. An exception ends the task.
 */
public interface RowSink {

    /** Rows of {@code part} follow. */
    default void begin(TableReadRange part) throws IOException {}

    /**
     * One row: a line of the engine's text form with its newline, which stands nowhere else in it. The buffer is the reader's and valid only during the call.
     *
     * @param hash the low 64 bits of the line's 128-bit xxh3
     */
    void row(byte[] buffer, int offset, int length, long hash) throws IOException;

    /** The part is complete, and the server's row count agrees. It counts once the task has been read. */
    default void end(TableReadResult result) throws IOException {}
}
