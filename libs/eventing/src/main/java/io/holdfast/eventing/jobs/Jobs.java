package io.holdfast.eventing.jobs;

import io.smallrye.mutiny.Uni;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** Long work, to be done by a worker of some replica once the transaction has committed. */
public interface Jobs {
    /** @return the job's id */
    Uni<UUID> enqueue(Mutiny.Session session, String kind, String subject);

    /**
     * Asks the waiting or running jobs of a subject to stop; their handler is told CANCELLED.
     *
     * @return how many jobs were asked; 0 if none is waiting or running
     */
    Uni<Integer> requestCancellation(Mutiny.Session session, String subject);
}
