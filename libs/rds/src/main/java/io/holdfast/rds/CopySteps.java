package io.holdfast.rds;

import io.holdfast.engine.pointintime.PointInTimeWindow;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The requests that create and delete copies of an instance or an Aurora cluster. No method waits for a copy. */
interface CopySteps {

    /**
     * A copy of any owner.
     *
     * @param deleting whether its deletion has begun
     */
    record Found(String name, CopyTags tags, boolean deleting) {}

    /** Where a copy's server listens. */
    record Server(String host, int port) {}

    /** The word for a copy, such as {@code RDS instance}. */
    String kind();

    /** Returns the instants of which Amazon can make copies. */
    PointInTimeWindow window();

    /** Returns the class that a copy's instance has. */
    String instanceClass();

    /**
     * Looks at what there is of a copy, and requests what is missing next.
     *
     * <p>Fails with SOURCE_UNSUPPORTED if the name belongs to something else, or if Amazon could not make the copy: then it is deleted.
     *
     * @param covered fails if the instant is not in the window; asked before the first request
     * @return its server, if it is available
     */
    Optional<Server> advance(String name, Instant at, CopyTags tags, Runnable covered);

    /** Requests the deletion, in as many calls as needed; does nothing if there is no such copy. */
    void delete(String name);

    /** Returns the copies of all owners in the region. */
    List<Found> all();
}
