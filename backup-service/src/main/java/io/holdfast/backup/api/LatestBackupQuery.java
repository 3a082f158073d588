package io.holdfast.backup.api;

import io.holdfast.backup.catalog.Backup;
import io.holdfast.backup.catalog.BackupQuery;
import io.holdfast.backup.catalog.BackupRepository;
import io.holdfast.backup.catalog.BackupState;
import io.holdfast.contracts.SourceId;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** A source's newest backup, and its newest proven one. */
@ApplicationScoped
public class LatestBackupQuery {
    private final BackupRepository backupRepository;
    private final Mutiny.SessionFactory sessions;

    LatestBackupQuery(BackupRepository backupRepository, Mutiny.SessionFactory sessions) {
        this.backupRepository = backupRepository;
        this.sessions = sessions;
    }

    public Uni<Latest> of(SourceId source) {
        return sessions.withSession(session -> newest(session, source, null)
                .chain(last -> newest(session, source, BackupState.PROVEN)
                        .map(proven -> new Latest(first(last), first(proven)))));
    }

    private Uni<List<Backup>> newest(Mutiny.Session session, SourceId source, @Nullable BackupState state) {
        return backupRepository.list(session, BackupQuery.newest(source, state));
    }

    private static @Nullable BackupView first(List<Backup> found) {
        return found.isEmpty() ? null : BackupView.of(found.getFirst(), null);
    }

    /** What there is; null where there is none. */
    public record Latest(
            @Nullable BackupView last, @Nullable BackupView proven) {}
}
