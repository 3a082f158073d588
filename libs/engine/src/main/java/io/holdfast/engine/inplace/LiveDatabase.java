package io.holdfast.engine.inplace;

import io.holdfast.contracts.RestoreId;
import io.holdfast.engine.model.DatabaseDescriptor;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A database in use, into which tables and rows of a backup go back: planned, staged beside the live tables, compared, and
 * then written in one transaction. Holds no connection open between calls; may be shared.
 *
 * <p>A restore that died anywhere is taken up like this: {@link #applied} says whether its transaction was committed; if
 * not, {@link #stage} begins again from nothing.
 */
public interface LiveDatabase extends AutoCloseable {

    /**
     * What the selection means here and everything that stands against it, at once. Touches nothing.
     *
     * @param backup the shape of the database in the backup
     * @param schemaDump its schema dump
     */
    InPlacePlan plan(InPlaceSelection selection, DatabaseDescriptor backup, Path schemaDump);

    /**
     * A fresh stage in a place of its own in the live database; what an earlier attempt at this restore left there is
     * removed. Live tables are only read. Fails with the plan's problems; with {@code REQUEST_CONFLICT} if this restore is
     * applied already.
     */
    InPlaceStage stage(RestoreId restore, InPlaceSelection selection, DatabaseDescriptor backup);

    /** What this restore wrote, if its transaction was committed and its stage is still there. */
    Optional<InPlaceWriteResult> applied(RestoreId restore);

    /** Removes the stage, and with it what {@link #applied} knows; nothing happens if there is none. */
    void discard(RestoreId restore);

    @Override
    void close();
}
