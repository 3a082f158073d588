package io.holdfast.engine.pointintime;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * Databases of an instant, which the provider of a server makes. A copy belongs to one restore and is named after it, so that an
 * attempt that died, or whose answer was lost, is found by the next one.
 *
 * <p>Calls fail with SOURCE_UNREACHABLE, SOURCE_AUTHENTICATION_FAILED, SOURCE_PERMISSION_DENIED, SOURCE_UNSUPPORTED or CANCELLED.
 */
public interface PointInTimeCopies {

    /** Returns the provider's name in lower case, such as {@code neon}. */
    String provider();

    /** Returns the kind and the name of the copy of a restore, such as {@code branch holdfast-1-2}. Sends no request. */
    String label(UUID restore);

    /** Returns the instants of which copies can be made now; fails with POINT_NOT_COVERED if there are none. */
    PointInTimeWindow window();

    /**
     * Returns what {@link #copy} would make and what the provider bills for it, in sentences. Makes nothing.
     *
     * <p>Fails with POINT_NOT_COVERED, which names the window.
     *
     * @param lifetime from the making of the copy to its expiry
     */
    List<String> plan(UUID restore, Instant at, Duration lifetime);

    /**
     * Returns the copy of a restore, and makes it if it does not exist. Waits until it can be connected to, at most until it expires.
     *
     * <p>Fails with POINT_NOT_COVERED, which names the window, before anything is made; with POINT_NOT_REACHED if the copy has a later
     * state than that of the instant, and deletes it.
     *
     * @param expires when the copy may be deleted by the provider, or else by any {@link #sweep}, should this restore never do it
     * @param held fails if the caller has lost the right to work; asked before anything is made
     */
    PointInTimeCopy copy(UUID restore, Instant at, Instant expires, Runnable held);

    /** Deletes the copy of a restore. A missing copy is no failure. Does not wait for the provider to finish. */
    void delete(UUID restore);

    /**
     * Deletes copies that a killed process has left: those that are not needed, and expired ones.
     *
     * @param needed whether this restore still needs its copy
     * @return how many were deleted
     */
    int sweep(Predicate<UUID> needed);
}
