package io.holdfast.neon;

import java.time.Instant;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * Databases of an instant, which the provider of a server makes. A copy belongs to one restore and is named after it, so that an
 * attempt that died, or whose answer was lost, is found by the next one.
 *
 * <p>Calls fail with SOURCE_UNREACHABLE, SOURCE_AUTHENTICATION_FAILED, SOURCE_PERMISSION_DENIED, SOURCE_UNSUPPORTED or CANCELLED.
 */
public interface PointInTimeCopies {

    /** Returns the name that the provider gives the copy of a restore. Asks nobody. */
    String name(UUID restore);

    /** Returns the instants of which copies can be made now. */
    PointInTimeWindow window();

    /** Returns the same; fails with POINT_NOT_COVERED, which names the window, if the instant is not one of them. */
    PointInTimeWindow covering(Instant at);

    /**
     * Returns the copy of a restore, and makes it if it does not exist. Waits until it can be connected to.
     *
     * <p>Fails with POINT_NOT_COVERED, which names the window, before anything is made; with POINT_NOT_REACHED if the copy has a later
     * state than that of the instant, and deletes it.
     *
     * @param expires when the provider itself deletes the copy, should Holdfast never do it
     * @param held fails if the caller has lost the right to work; asked before anything is made
     */
    PointInTimeCopy copy(UUID restore, Instant at, Instant expires, Runnable held);

    /** Deletes the copy of a restore. A missing copy is no failure. */
    void delete(UUID restore);

    /**
     * Deletes copies that a killed process has left.
     *
     * @param needed whether this restore still needs its copy
     * @return how many were deleted
     */
    int sweep(Predicate<UUID> needed);
}
