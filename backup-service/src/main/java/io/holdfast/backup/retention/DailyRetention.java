package io.holdfast.backup.retention;

import io.holdfast.backup.catalog.BackupRepository;
import io.holdfast.backup.source.SourceRegistry;
import io.holdfast.eventing.jobs.JobQueue;
import io.holdfast.eventing.jobs.Lease;
import io.holdfast.eventing.jobs.RecurringJob;
import io.holdfast.eventing.jobs.RecurringJobStore;
import io.smallrye.mutiny.Multi;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Queues a retention run for each source, daily and at each start: a changed policy is examined at once. */
@Singleton
class DailyRetention extends RecurringJob {
    private static final Duration EVERY = Duration.ofDays(1);

    private final SourceRegistry sourceRegistry;
    private final JobQueue jobQueue;

    DailyRetention(RecurringJobStore jobs, SourceRegistry sourceRegistry, JobQueue jobQueue) {
        super(jobs);
        this.sourceRegistry = sourceRegistry;
        this.jobQueue = jobQueue;
    }

    @Override
    public String kind() {
        return "daily-retention";
    }

    @Override
    protected Duration every() {
        return EVERY;
    }

    @Override
    protected boolean atStart() {
        return true;
    }

    @Override
    protected void round(Lease lease) {
        lease.commit(session -> Multi.createFrom()
                .iterable(sourceRegistry.all())
                .onItem()
                .transformToUniAndConcatenate(source -> jobQueue.enqueueOnce(
                        session,
                        BackupRepository.RETENTION_JOB_KIND,
                        source.ref().id().toString()))
                .collect()
                .asList());
    }
}
