package io.holdfast.backup.retention;

import io.holdfast.backup.alert.AlertBook;
import io.holdfast.backup.catalog.BackupRepository;
import io.holdfast.backup.source.ProtectedSource;
import io.holdfast.backup.source.RetiredSource;
import io.holdfast.backup.source.SourceRegistry;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.eventing.jobs.JobHandler;
import io.holdfast.eventing.jobs.JobOutage;
import io.holdfast.eventing.jobs.Lease;
import io.holdfast.eventing.runtime.WorkerThreadCall;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;

/** Runs retention after each proof and daily. The subject of a job is the id of the source. */
@ApplicationScoped
class RetentionJob implements JobHandler {
    /** The wait for another run of the same source. */
    private static final Duration BUSY = Duration.ofSeconds(10);

    private final SourceRegistry sourceRegistry;
    private final RetentionRunner runner;
    private final RetiredRetention retiredRetention;
    private final AlertBook alerts;

    RetentionJob(
            SourceRegistry sourceRegistry,
            RetentionRunner runner,
            RetiredRetention retiredRetention,
            AlertBook alerts) {
        this.sourceRegistry = sourceRegistry;
        this.runner = runner;
        this.retiredRetention = retiredRetention;
        this.alerts = alerts;
    }

    @Override
    public String kind() {
        return BackupRepository.RETENTION_JOB_KIND;
    }

    @Override
    public void run(Lease lease) {
        Optional<ProtectedSource> source = configured(lease);
        Optional<RetiredSource> retired = retired(lease);
        boolean busy = source.isPresent()
                ? runner.run(source.get(), RetentionRunner.Order.OF_JOB, lease::commit)
                        .isEmpty()
                : retired.isPresent()
                        && retiredRetention.run(retired.get(), lease::commit).isEmpty();
        if (busy) {
            lease.postpone(BUSY, session -> Uni.createFrom().voidItem());
        }
    }

    private Optional<ProtectedSource> configured(Lease lease) {
        return sourceRegistry.all().stream()
                .filter(source -> source.ref().id().toString().equals(lease.subject()))
                .findFirst();
    }

    private Optional<RetiredSource> retired(Lease lease) {
        return sourceRegistry.retired().stream()
                .filter(source -> source.ref().id().toString().equals(lease.subject()))
                .findFirst();
    }

    @Override
    public boolean retryable(HoldfastException holdfastException) {
        return holdfastException.code().isTransient();
    }

    @Override
    public boolean awaitsEnd(HoldfastException outage) {
        return JobOutage.isOfVault(outage);
    }

    @Override
    public Uni<Void> failed(Lease lease, HoldfastException holdfastException, Mutiny.Session session) {
        return configured(lease)
                .map(ProtectedSource::ref)
                .or(() -> retired(lease).map(RetiredSource::ref))
                .map(source -> WorkerThreadCall.call(() -> alerts.raise(RetentionRuns.failure(
                                source,
                                "retention could not run: "
                                        + holdfastException.reason().message())))
                        .replaceWithVoid())
                .orElseGet(() -> Uni.createFrom().voidItem());
    }
}
