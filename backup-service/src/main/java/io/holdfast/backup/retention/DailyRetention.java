package io.holdfast.backup.retention;

import io.holdfast.backup.catalog.BackupRepository;
import io.holdfast.backup.configuration.ConfigurationRecorded;
import io.holdfast.backup.source.ProtectedSource;
import io.holdfast.backup.source.RetiredSource;
import io.holdfast.backup.source.SourceRegistry;
import io.holdfast.eventing.jobs.JobQueue;
import io.holdfast.eventing.jobs.Lease;
import io.holdfast.eventing.jobs.RecurringJob;
import io.holdfast.eventing.jobs.RecurringJobStore;
import io.smallrye.mutiny.Multi;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Queues a retention run for each source, daily, at each start and after each change of the configuration. */
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

    /** After the record of the change, before which this process may look like one with an older file. */
    void recorded(@Observes ConfigurationRecorded recording) {
        if (recording.changed()) {
            begin();
        }
    }

    @Override
    protected void round(Lease lease) {
        List<String> ids = Stream.concat(
                        sourceRegistry.all().stream().map(ProtectedSource::ref),
                        sourceRegistry.retired().stream().map(RetiredSource::ref))
                .map(source -> source.id().toString())
                .toList();
        lease.commit(session -> Multi.createFrom()
                .iterable(ids)
                .onItem()
                .transformToUniAndConcatenate(
                        id -> jobQueue.enqueueOnce(session, BackupRepository.RETENTION_JOB_KIND, id))
                .collect()
                .asList());
    }
}
