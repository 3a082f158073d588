package io.holdfast.backup.retention;

import io.holdfast.backup.adminapi.RetentionTrigger;
import io.holdfast.backup.catalog.BackupRepository;
import io.holdfast.backup.source.ProtectedSource;
import io.holdfast.backup.source.SourceRegistry;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import io.holdfast.eventing.jobs.JobQueue;
import io.holdfast.eventing.runtime.TransactionRunner;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;

/** Retention runs that a request waits for. A run that reaches its time limit leaves the rest to a queued run. */
@ApplicationScoped
class RequestedRetention implements RetentionTrigger {
    private static final Duration LONGEST_OF_SCRIPTS = Duration.ofMinutes(10);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final RetentionRunner runner;
    private final SourceRegistry sources;
    private final JobQueue jobQueue;
    private final TransactionRunner transactionRunner;
    private final InstantSource clock;

    RequestedRetention(
            RetentionRunner runner,
            SourceRegistry sources,
            JobQueue jobQueue,
            TransactionRunner transactionRunner,
            InstantSource clock) {
        this.runner = runner;
        this.sources = sources;
        this.jobQueue = jobQueue;
        this.transactionRunner = transactionRunner;
        this.clock = clock;
    }

    @Override
    public int run(SourceId source, String requestedBy) {
        ProtectedSource configured = sources.all().stream()
                .filter(each -> each.ref().id().equals(source))
                .findFirst()
                .orElseThrow(() -> HoldfastException.about(
                        source.toString(), FailureCode.SOURCE_UNKNOWN, "source " + source + " is not configured"));
        return run(configured, requestedBy, LONGEST_OF_SCRIPTS).deleted().size();
    }

    /**
     * Applies the policy of a source.
     *
     * @param longest time limit, after which no other deletion begins
     * @throws HoldfastException REQUEST_CONFLICT if another run of the source is in progress
     */
    RetentionReport run(ProtectedSource source, String requestedBy, Duration longest) {
        var order = new RetentionRunner.Order(requestedBy, true, clock.instant().plus(longest));
        RetentionReport report = runner.run(source, order, this::commit)
                .orElseThrow(() -> HoldfastException.about(
                        source.ref().name(),
                        FailureCode.REQUEST_CONFLICT,
                        "source \"" + source.ref().name()
                                + "\": another retention run is in progress; repeat the request when it has ended"));
        if (report.remaining() > 0) {
            enqueue(source.ref());
        }
        return report;
    }

    /** Queues a run of a source. */
    void enqueue(SourceRef source) {
        commit(session -> jobQueue.enqueueOnce(
                session, BackupRepository.RETENTION_JOB_KIND, source.id().toString()));
    }

    private <T> T commit(Function<Mutiny.Session, Uni<T>> work) {
        return transactionRunner.run(work).await().atMost(PATIENCE);
    }
}
