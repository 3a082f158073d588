package io.holdfast.backup.run;

import io.holdfast.backup.catalog.Backup;
import io.holdfast.backup.catalog.Backups;
import io.holdfast.backup.catalog.StoredBackup;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.Failure;
import io.holdfast.eventing.jobs.JobHandler;
import io.holdfast.eventing.jobs.Lease;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Does the backups. Dying at any line loses nothing: before the manifest is committed the next worker begins again and
 * finds the uploaded chunks; after it, the next worker finds the manifest and only records it.
 */
@ApplicationScoped
class BackupWorker implements JobHandler {
    private final Backups backups;
    private final BackupRun run;

    BackupWorker(Backups backups, BackupRun run) {
        this.backups = backups;
        this.run = run;
    }

    @Override
    public String kind() {
        return Backups.JOB_KIND;
    }

    @Override
    public int concurrency() {
        return 2;
    }

    @Override
    public void run(Lease lease) {
        BackupId id = BackupId.parse(lease.subject());
        Backup backup = lease.commit(session -> backups.started(session, id));
        StoredBackup stored = run.of(backup, lease);
        lease.complete(session -> backups.stored(session, id, stored));
    }

    @Override
    public Uni<Void> failed(Lease lease, Failure failure, Mutiny.Session session) {
        return backups.failed(session, BackupId.parse(lease.subject()), failure.reason())
                .replaceWithVoid();
    }

    /** What may have passed by the next attempt. That a source cannot be reached at all is told at once. */
    @Override
    public boolean retryable(Failure failure) {
        return switch (failure.code()) {
            case SOURCE_CONNECTION_LOST, SOURCE_CHANGED, CHUNK_MISSING -> true;
            default -> false;
        };
    }
}
