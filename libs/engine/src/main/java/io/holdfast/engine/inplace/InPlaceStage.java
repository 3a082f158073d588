package io.holdfast.engine.inplace;

import io.holdfast.engine.model.Fingerprint;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.model.TableDescriptor;
import io.holdfast.engine.rows.RowSource;
import java.util.List;
import java.util.Set;

/**
 * A backup's rows beside the live tables they go to. In this order: {@link #load} everything that {@link #wanting} asks for
 * until it asks for nothing, {@link #difference} as often as wanted, {@link #apply}. Interrupting a thread inside a call
 * ends it with {@code CANCELLED} and leaves nothing running. It is removed by {@link LiveDatabase#discard}.
 */
public interface InPlaceStage {

    /**
     * Tables of the backup whose rows are needed and not loaded yet. Asked again when those are loaded: rows may refer to
     * others that are missing. Empty: everything is here.
     */
    List<TableDescriptor> wanting();

    /**
     * Stages one table's rows and reads them back. From any number of threads, each its own table; may be repeated.
     *
     * @param expected fails with {@code ROWS_DIFFER} if what is read back is anything else
     */
    void load(TableDescriptor table, Fingerprint expected, RowSource source);

    /** The live tables that {@link #apply} may write: those that are selected, and those whose rows come along. */
    Set<QualifiedName> tables();

    /** Between the selected rows and the live tables as they are now; nothing is written. */
    InPlaceDiff difference();

    /**
     * Writes all tables in one transaction and verifies them in it: all or nothing. Once it was committed, calling it again
     * answers what was written then.
     *
     * <p>Fails with {@code TARGET_BUSY} if a lock was not granted in time, with {@code TARGET_UNSUITABLE} and every obstacle
     * of {@link #difference}; with {@code TARGET_CHANGED} if a live table was altered since it was staged for; with
     * {@code TARGET_LOAD_FAILED} if a constraint refuses a row. Nothing is changed then.
     */
    InPlaceWriteResult apply();
}
