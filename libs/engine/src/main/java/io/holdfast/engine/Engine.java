package io.holdfast.engine;

import java.nio.file.Path;
import java.util.List;

/** A kind of database. Implementations hold no state and may be shared. */
public interface Engine {

    /**
     * Opens a consistent snapshot, or fails before anything was read: {@code SOURCE_UNREACHABLE},
     * {@code SOURCE_AUTHENTICATION_FAILED}, {@code SOURCE_PERMISSION_DENIED} (all unreadable tables named),
     * {@code SOURCE_UNSUPPORTED} (everything this version cannot carry named), {@code SOURCE_LOCK_TIMEOUT},
     * {@code SOURCE_CHANGED}, {@code TOOL_MISSING}, {@code TOOL_TOO_OLD}.
     */
    Snapshot open(DatabaseAddress address, Password password, SnapshotOptions options);

    /** A server to restore to. The address's database is the one to connect to for creating others. */
    Target target(DatabaseAddress maintenance, Password password);

    /**
     * Compares two schema dumps statement by statement, without what differs by nature (versions, dates, order).
     *
     * @return what differs, in words that name the objects; empty if the schemas are equal
     */
    List<String> compareSchemas(Path stored, Path copy, LoadOptions as);
}
