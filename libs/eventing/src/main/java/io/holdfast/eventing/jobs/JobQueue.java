package io.holdfast.eventing.jobs;

import io.smallrye.mutiny.Uni;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** Long work, to be done by a worker of some replica once the transaction has committed. */
public interface JobQueue {
    /** @return the job's id */
    Uni<UUID> enqueue(Mutiny.Session session, String kind, String subject);

    /** The same in the connection's transaction, which the caller commits. */
    UUID enqueue(Connection connection, String kind, String subject) throws SQLException;

    /** The same, not before the delay has passed. */
    Uni<UUID> enqueue(Mutiny.Session session, String kind, String subject, Duration delay);

    /** The same, with a group or a priority. */
    Uni<UUID> enqueue(Mutiny.Session session, JobSpec job);

    /** Queues a job unless one of this kind and subject waits already; one that is running does not count. */
    Uni<Void> enqueueOnce(Mutiny.Session session, String kind, String subject);

    /**
     * Makes the waiting jobs of a subject due at once; one that is running is not told. Ask before the transaction touches
     * the aggregate itself, as with {@link #requestCancellation}.
     */
    Uni<Void> bringForward(Mutiny.Session session, String subject);

    /**
     * Asks the waiting or running jobs of a subject to stop; their handler is told CANCELLED.
     * Ask before the transaction touches the aggregate itself: workers lock the job first, too.
     *
     * @return how many jobs were asked; 0 if none is waiting or running
     */
    Uni<Integer> requestCancellation(Mutiny.Session session, String subject);
}
