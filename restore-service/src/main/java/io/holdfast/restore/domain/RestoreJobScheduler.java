package io.holdfast.restore.domain;

import io.holdfast.contracts.RestoreId;
import io.holdfast.eventing.jobs.JobQueue;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * The jobs that follow on a restore's own, enqueued in the transaction that makes them due: they outlive this process.
 * Their subjects have a prefix: who cancels a restore must not cancel what has to come after it.
 */
@ApplicationScoped
public class RestoreJobScheduler {
    private static final String SEPARATOR = "-of-";

    private final JobQueue jobQueue;
    private final Duration again;

    RestoreJobScheduler(
            JobQueue jobQueue,
            @ConfigProperty(name = "holdfast.restore.look-again-after", defaultValue = "1m") Duration again) {
        this.jobQueue = jobQueue;
        this.again = again;
    }

    /**
     * Sees to it that what a restore made beside is removed when it has ended. A server goes on making a database after
     * whoever asked for it is gone, and nobody sees it before it is made: hence a second look.
     */
    public Uni<Void> leftovers(Mutiny.Session session, RestoreId id) {
        return enqueue(session, RestoreJobKind.STAGING_CLEANUP, "leftovers", id, Duration.ZERO)
                .chain(() -> enqueue(session, RestoreJobKind.STAGING_CLEANUP, "leftovers", id, again));
    }

    /** The part of a restore that touches live data, or puts it back. */
    public Uni<Void> toSwitch(Mutiny.Session session, RestoreId id) {
        return enqueue(session, RestoreJobKind.SWITCHOVER, "switch", id, Duration.ZERO);
    }

    public Uni<Void> approvalExpiry(Mutiny.Session session, RestoreId id, Duration in) {
        return enqueue(session, RestoreJobKind.APPROVAL_EXPIRY, "expiry", id, in);
    }

    public Uni<Void> watch(Mutiny.Session session, RestoreId id) {
        return enqueue(session, RestoreJobKind.MONITOR, "watch", id, Duration.ZERO);
    }

    /** What was put aside is backed up from there. */
    public Uni<Void> safetyOfKept(Mutiny.Session session, RestoreId id) {
        return enqueue(session, RestoreJobKind.RETAINED_DATABASE_BACKUP, "safety", id, Duration.ZERO);
    }

    /** A restore that waits for its safety backup goes on; one that looks for it at this moment looks again soon. */
    public Uni<Void> awaitedSafety(Mutiny.Session session, RestoreId id) {
        return jobQueue.bringForward(session, subject("switch", id));
    }

    public Uni<Void> endOfHold(Mutiny.Session session, RestoreId id, Duration in) {
        return enqueue(session, RestoreJobKind.RETAINED_DATABASE_DROP, "hold", id, in);
    }

    private Uni<Void> enqueue(Mutiny.Session session, String kind, String what, RestoreId id, Duration delay) {
        return jobQueue.enqueue(session, kind, subject(what, id), delay).replaceWithVoid();
    }

    private static String subject(String what, RestoreId id) {
        return what + SEPARATOR + id;
    }

    public static RestoreId restoreOf(String subject) {
        return RestoreId.parse(subject.substring(subject.indexOf(SEPARATOR) + SEPARATOR.length()));
    }
}
