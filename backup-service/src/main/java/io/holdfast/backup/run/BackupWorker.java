package io.holdfast.backup.run;

import io.holdfast.backup.catalog.Backup;
import io.holdfast.backup.catalog.BackupRepository;
import io.holdfast.backup.catalog.BackupSummary;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.eventing.config.LiveConfig;
import io.holdfast.eventing.jobs.JobHandler;
import io.holdfast.eventing.jobs.JobOutage;
import io.holdfast.eventing.jobs.Lease;
import io.holdfast.eventing.runtime.TransactionRunner;
import io.holdfast.eventing.tracing.SpanAttributes;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Does the backups. Dying at any line loses nothing: before the manifest is committed the next worker begins again and
 * finds the uploaded chunks; after it, the next worker finds the manifest and only records it.
 */
@ApplicationScoped
class BackupWorker implements JobHandler {
    private final BackupRepository backupRepository;
    private final BackupExecutor run;
    private final TransactionRunner transactionRunner;
    private final BackupMeters meters;
    private final LiveConfig config;

    /** By job: what lies in the vault although the attempt ended otherwise, such as cancelled in the last moment. */
    private final Map<UUID, BackupSummary> storedAnyway = new ConcurrentHashMap<>();

    BackupWorker(
            BackupRepository backupRepository,
            BackupExecutor run,
            TransactionRunner transactionRunner,
            BackupMeters meters,
            LiveConfig config) {
        this.meters = meters;
        this.config = config;
        this.transactionRunner = transactionRunner;
        this.backupRepository = backupRepository;
        this.run = run;
    }

    @Override
    public String kind() {
        return BackupRepository.JOB_KIND;
    }

    @Override
    public int concurrency() {
        return config.current().platform().backups();
    }

    @Override
    public int totalLimit() {
        return config.current().platform().backupsPerVault();
    }

    @Override
    public int groupLimit() {
        return config.current().platform().backupsPerHost();
    }

    @Override
    public void run(Lease lease) {
        BackupId id = BackupId.parse(lease.subject());
        long start = System.nanoTime();
        Backup backup = lease.commit(session -> backupRepository.started(session, id));
        SpanAttributes.current(SpanAttributes.BACKUP, id, backup.source().name());
        BackupSummary stored = run.of(backup, lease);
        lease.complete(session -> backupRepository.stored(session, id, stored));
        meters.stored(backup, stored, Duration.ofNanos(System.nanoTime() - start));
    }

    /** The manifest is the commit: if it is there the backup exists, whatever happened to the one who wrote it. */
    @Override
    public void beforeEnding(Lease lease) {
        storedAnyway.remove(lease.jobId());
        BackupId id = BackupId.parse(lease.subject());
        Backup backup = transactionRunner
                .run(session -> backupRepository.get(session, id))
                .subscribeAsCompletionStage()
                .join();
        if (!backup.state().isFinished()) {
            lookForIt(backup, lease);
        }
    }

    private void lookForIt(Backup backup, Lease lease) {
        boolean interrupted = Thread.interrupted();
        try {
            run.find(backup).ifPresent(stored -> storedAnyway.put(lease.jobId(), stored));
        } catch (HoldfastException e) {
            // the vault does not answer: why the attempt failed says more than this does
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public Uni<Void> failed(Lease lease, HoldfastException holdfastException, Mutiny.Session session) {
        BackupId id = BackupId.parse(lease.subject());
        BackupSummary stored = storedAnyway.get(lease.jobId());
        return (stored == null
                        ? backupRepository
                                .failed(session, id, holdfastException.reason())
                                .invoke(backup -> meters.failed(backup.source().name(), holdfastException.code()))
                        : backupRepository.stored(session, id, stored))
                .replaceWithVoid();
    }

    /**
     * Returns whether another attempt may succeed. SOURCE_UNREACHABLE is transient but reported at once, because the
     * source is usually down for longer than three attempts. CHUNK_MISSING is the fault of an older backup: the next attempt
     * uploads the chunk again.
     */
    @Override
    public boolean retryable(HoldfastException holdfastException) {
        FailureCode code = holdfastException.code();
        return code == FailureCode.CHUNK_MISSING || (code.isTransient() && code != FailureCode.SOURCE_UNREACHABLE);
    }

    @Override
    public boolean awaitsEnd(HoldfastException outage) {
        return JobOutage.isOfVault(outage);
    }

    @Override
    public Uni<Void> waiting(Lease lease, HoldfastException outage, Duration delay, Mutiny.Session session) {
        return backupRepository.waits(session, BackupId.parse(lease.subject()), outage.reason(), delay);
    }
}
