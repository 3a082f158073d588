package io.holdfast.backup.catalog;

import io.holdfast.backup.source.ProtectedSource;
import io.holdfast.contracts.BackupKind;
import io.holdfast.eventing.jobs.JobQueue;
import io.holdfast.eventing.jobs.JobSpec;
import io.holdfast.transfer.access.SourceConnector;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.hibernate.reactive.mutiny.Mutiny;

/** Records a backup with its job. Safety backups come first, because a restore waits for them, then requested ones. */
@ApplicationScoped
public class BackupStarter {
    private final JobQueue jobQueue;

    BackupStarter(JobQueue jobQueue) {
        this.jobQueue = jobQueue;
    }

    public Uni<Void> start(Mutiny.Session session, Backup backup, ProtectedSource source) {
        JobSpec job =
                JobSpec.of(BackupRepository.JOB_KIND, backup.id().toString()).priority(priority(backup.kind()));
        String place = new SourceConnector(source.ref().name(), source.config()).place();
        // not behind others on its server either
        JobSpec limited = backup.kind() == BackupKind.SAFETY ? job : job.group(place);
        return session.persist(backup)
                .chain(() -> jobQueue.enqueue(session, limited))
                .replaceWithVoid();
    }

    private static int priority(BackupKind kind) {
        return switch (kind) {
            case SAFETY -> 2;
            case MANUAL -> 1;
            case SCHEDULED -> 0;
        };
    }
}
