package io.holdfast.engine;

import io.holdfast.engine.increment.ChangeMark;
import io.holdfast.engine.increment.ChangesSince;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.model.Finding;
import io.holdfast.engine.model.LogPosition;
import io.holdfast.engine.rows.ReadTask;
import io.holdfast.engine.rows.RowSink;
import io.holdfast.engine.rows.TableReadResult;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A database at one instant. While it is open, locks keep its tables from being truncated, rewritten or dropped, so
 * that every read sees exactly that instant or fails. Closing ends all its connections and child processes and releases
 * the locks; it is safe from any thread, twice, and while reads run: those fail with {@code CANCELLED}.
 *
 * <p>Interrupting a thread inside a call ends that call with {@code CANCELLED} and leaves nothing behind on the server.
 */
public interface Snapshot extends AutoCloseable {

    /** What the database was at {@link #at()}; sequences were read just after it. */
    DatabaseDescriptor shape();

    /** The server's clock when the snapshot was taken. */
    Instant at();

    /** The name of the format in which {@link #dumpSchema} writes; a backup keeps it. */
    String schemaFormat();

    /**
     * Writes the schema in the engine's own format: all objects of the scope, with what belongs to the database itself.
     *
     * @return what the dump tool warned about; not empty makes the backup partial
     */
    List<Finding> dumpSchema(OutputStream out);

    /** All reads that together give every row of every table with {@code dataIncluded} once, largest first. */
    List<ReadTask> plan();

    /**
     * Reads one task, part by part. May be called from as many threads at once as the options have readers; further
     * callers wait. A task that failed has given rows to its sink that must be thrown away; it may be read again.
     */
    List<TableReadResult> read(ReadTask task, RowSink sink);

    /**
     * Decides which parts of {@link #plan} hold the rows of an earlier snapshot. May wait for the server, up to two minutes.
     * Never fails because the server does not tell: then everything may have changed. To be called before {@link #mark}.
     */
    default ChangesSince changesSince(ChangeMark earlier) {
        return ChangesSince.unknown("the server does not record which blocks change");
    }

    /**
     * What a later snapshot needs to tell what has changed since this one; empty if the server does not record it, or not
     * in time. May wait as {@link #changesSince} does.
     */
    default Optional<ChangeMark> mark() {
        return Optional.empty();
    }

    /**
     * The position in the server's log whose replay gives exactly the rows of this snapshot. Empty if the options do not ask
     * for it, if the server was too busy for such a position, or if the server does not tell. Never fails, and never waits
     * for other transactions.
     */
    default Optional<LogPosition> position() {
        return Optional.empty();
    }

    @Override
    void close();
}
