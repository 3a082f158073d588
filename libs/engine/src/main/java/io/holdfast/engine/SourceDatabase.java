package io.holdfast.engine;

import io.holdfast.engine.inplace.LiveDatabase;
import io.holdfast.engine.inplace.OverwritableDatabase;
import java.time.Duration;
import java.util.Optional;

/**
 * A database that is protected, wherever its engine keeps it. Holds nothing open; may be shared.
 */
public interface SourceDatabase {

    /**
     * Opens a consistent snapshot, or fails before anything was read: {@code SOURCE_UNREACHABLE},
     * {@code SOURCE_AUTHENTICATION_FAILED}, {@code SOURCE_PERMISSION_DENIED} (all unreadable tables named),
     * {@code SOURCE_UNSUPPORTED} (everything this version cannot carry named), {@code SOURCE_CORRUPT},
     * {@code SOURCE_LOCK_TIMEOUT}, {@code SOURCE_STANDBY_CONFLICT}, {@code SOURCE_CHANGED}, {@code TOOL_MISSING}, {@code TOOL_TOO_OLD}.
     */
    Snapshot open(SnapshotOptions options);

    /**
     * Checks whether {@link #open} would succeed, in seconds and without a snapshot or lasting locks. Fails with the codes
     * of {@link #open}.
     */
    SourceCheck check(BackupScope scope);

    /** Where copies are made beside it, whether it still exists or not: its server, or its directory. To be closed. */
    TargetServer target();

    /**
     * It itself, to put tables and rows back into while it is in use. To be closed.
     *
     * @param lockTimeout how long each lock on a live table may be waited for
     */
    LiveDatabase live(Duration lockTimeout);

    /**
     * It itself, to be overwritten as a whole or taken back to an earlier state. Empty if a copy can take its place instead. To be
     * closed.
     */
    default Optional<OverwritableDatabase> overwritable() {
        return Optional.empty();
    }

    /** What knows this kind of database. */
    Engine engine();
}
