package io.holdfast.engine.inplace;

import io.holdfast.engine.model.QualifiedName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A database in use that is overwritten as a whole where it is, because its engine can give no database another one's name. Its
 * provider keeps earlier states: a checkpoint, noted before the first write, is the way back. Holds no connection open between calls.
 *
 * <p>Calls fail with the codes of a target: {@code TARGET_UNREACHABLE}, {@code TARGET_BUSY}, {@code TARGET_PERMISSION_DENIED},
 * {@code TARGET_AUTHENTICATION_FAILED}, {@code TARGET_UNSUITABLE}, {@code TARGET_CHANGED}.
 */
public interface OverwritableDatabase extends AutoCloseable {

    /** How long the provider keeps earlier states. */
    Duration window();

    /**
     * The present state, without reading the database. Fails with TARGET_UNSUITABLE if the provider keeps no earlier states, and with
     * POINT_IN_TIME_UNAVAILABLE if it takes no {@link #rewind} now.
     */
    String bookmark();

    /**
     * The present state and the content that belongs to it. Fails with TARGET_CHANGED if the database is written to during each
     * of several attempts to read it.
     */
    Checkpoint checkpoint();

    /**
     * The state of an instant: the last one at this instant or before. Changes nothing. Fails with POINT_IN_TIME_UNAVAILABLE, which
     * names the window, if the provider does not keep the state, the instant is in the future, or the provider takes no
     * {@link #rewind} now.
     *
     * @return its bookmark
     */
    String bookmarkAt(Instant instant);

    /**
     * Makes the database equal to a staged copy: all its objects are dropped and written again, then read back and compared. A call
     * that died anywhere is repeated as a whole. A worker that was only paused writes nothing more once another call has begun.
     *
     * <p>Fails with SCHEMA_DIFFERS or ROWS_DIFFER if the database is not equal afterwards.
     *
     * @param staging name of the copy on the source's target server
     * @param held fails if the caller has lost the right to write; asked before the first statement that destroys something
     */
    Overwritten overwrite(String staging, Runnable held);

    /**
     * Brings back the state of a bookmark; may be repeated. Waits for some minutes if the provider limits the number of such calls,
     * and then fails with TARGET_BUSY, which names the end of the limit.
     *
     * @param held fails if the caller has lost the right to write; asked before each try
     * @return bookmark of the state before this call
     */
    String rewind(String bookmark, Runnable held);

    /** @return whether an {@link #overwrite} has not ended, so that the present state is not one of an application */
    boolean isIncomplete();

    /** What the database consists of now. Fails as {@link #checkpoint}. */
    DatabaseContent content();

    /** Whether nothing was written since the checkpoint. Reads the whole database; false if that is not possible. */
    boolean isUntouched(Checkpoint since);

    /** Rows of these tables; a table that is not there is left out. */
    Map<QualifiedName, Long> rowCounts(List<QualifiedName> tables);

    @Override
    void close();

    /** What was written. */
    record Overwritten(int tables, long rows) {}
}
