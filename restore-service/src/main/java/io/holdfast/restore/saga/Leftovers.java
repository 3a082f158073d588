package io.holdfast.restore.saga;

import io.holdfast.contracts.RestoreId;
import io.holdfast.eventing.jobs.Jobs;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Sees to it that what a restore made beside is removed when it has ended: by jobs of their own, which outlive this process.
 * A server goes on making a database after whoever asked for it is gone, and nobody sees it before it is made: hence a
 * second look.
 */
@ApplicationScoped
class Leftovers {
    /** Of the jobs' subjects: who cancels a restore must not cancel the cleaning up after it. */
    private static final String PREFIX = "leftovers-of-";

    private final Jobs jobs;
    private final Duration again;

    Leftovers(
            Jobs jobs,
            @ConfigProperty(name = "holdfast.restore.look-again-after", defaultValue = "1m") Duration again) {
        this.jobs = jobs;
        this.again = again;
    }

    /** In the transaction in which the restore ends. */
    Uni<Void> of(Mutiny.Session session, RestoreId id) {
        return jobs.enqueue(session, LeftoverWorker.JOB_KIND, PREFIX + id)
                .chain(() -> jobs.enqueue(session, LeftoverWorker.JOB_KIND, PREFIX + id, again))
                .replaceWithVoid();
    }

    static RestoreId restoreOf(String subject) {
        return RestoreId.parse(subject.substring(PREFIX.length()));
    }
}
