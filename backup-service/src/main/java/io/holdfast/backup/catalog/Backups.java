package io.holdfast.backup.catalog;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.Topic;
import io.holdfast.eventing.Outbox;
import io.holdfast.eventing.OutgoingEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.hibernate.reactive.mutiny.Mutiny;

/** The catalog. A change of a backup and the event that tells of it are one transaction, the caller's. */
@ApplicationScoped
public class Backups {
    /** The kind of the jobs that take them. */
    public static final String JOB_KIND = "backup";

    private final Outbox outbox;
    private final InstantSource clock;

    Backups(Outbox outbox, InstantSource clock) {
        this.outbox = outbox;
        this.clock = clock;
    }

    /** Fails with BACKUP_UNKNOWN. */
    public Uni<Backup> get(Mutiny.Session session, BackupId id) {
        return session.find(Backup.class, id.value())
                .onItem()
                .ifNull()
                .failWith(() -> Failure.about(
                        id.toString(),
                        FailureCode.BACKUP_UNKNOWN,
                        "there is no backup " + id + "; `holdfast backups` lists those there are"));
    }

    /**
     * A worker took the backup up; told once, however many workers take it up.
     *
     * @throws Failure CANCELLED if it was cancelled just before
     */
    public Uni<Backup> started(Mutiny.Session session, BackupId id) {
        return get(session, id)
                .call(backup -> backup.started(clock.instant())
                        ? tell(session, backup)
                        : Uni.createFrom().voidItem());
    }

    public Uni<Backup> stored(Mutiny.Session session, BackupId id, StoredBackup stored) {
        return changed(session, id, backup -> backup.stored(stored, clock.instant()));
    }

    /** Nothing happens if it is finished: one that was cancelled while it waited has been told of already. */
    public Uni<Backup> failed(Mutiny.Session session, BackupId id, FailureReason reason) {
        return get(session, id).call(backup -> {
            if (backup.state().isFinished()) {
                return Uni.createFrom().voidItem();
            }
            backup.ended(reason, clock.instant());
            return tell(session, backup);
        });
    }

    /**
     * Somebody wants it to stop. One that waits is cancelled here and now; one that runs ends when its worker has stopped.
     *
     * @throws Failure REQUEST_CONFLICT if it is too late
     */
    Uni<Void> cancel(Mutiny.Session session, Backup backup, String by) {
        return switch (backup.state()) {
            case REQUESTED -> {
                backup.cancellationRequested(by);
                backup.cancelled(clock.instant());
                yield tell(session, backup);
            }
            case RUNNING -> {
                backup.cancellationRequested(by);
                yield Uni.createFrom().voidItem();
            }
            case CANCELLED -> Uni.createFrom().voidItem();
            case STORED, PROVEN, UNPROVEN, FAILED -> Uni.createFrom().failure(tooLate(backup));
        };
    }

    private static Failure tooLate(Backup backup) {
        return Failure.about(
                backup.id().toString(),
                FailureCode.REQUEST_CONFLICT,
                "backup " + backup.id() + " is " + backup.state() + " already and cannot be cancelled");
    }

    /** Nothing happens for a backup that is not in this catalog. */
    Uni<Void> changedIfKnown(Mutiny.Session session, BackupId id, Predicate<Backup> verb) {
        return session.find(Backup.class, id.value())
                .onItem()
                .ifNotNull()
                .transformToUni(backup -> verb.test(backup)
                        ? tell(session, backup)
                        : Uni.createFrom().voidItem());
    }

    private Uni<Backup> changed(Mutiny.Session session, BackupId id, Consumer<Backup> verb) {
        return get(session, id).invoke(verb).call(backup -> tell(session, backup));
    }

    /** Publishes the event of the backup's new state. */
    private Uni<Void> tell(Mutiny.Session session, Backup backup) {
        long sequence = backup.nextSequence();
        return publish(session, backup, sequence);
    }

    /** Publishes the event of the backup's state once more, as the same event. */
    Uni<Void> repeat(Mutiny.Session session, Backup backup) {
        return publish(session, backup, backup.sequence());
    }

    private Uni<Void> publish(Mutiny.Session session, Backup backup, long sequence) {
        return Outcomes.of(backup)
                .map(event -> OutgoingEvent.of(
                                Topic.BACKUP_EVENTS,
                                event,
                                backup.id(),
                                sequence,
                                backup.source().name())
                        .correlatedWith(backup.correlationId()))
                .map(event -> outbox.publish(session, event))
                .orElseGet(() -> Uni.createFrom().voidItem());
    }

    /** One more than the query's limit, if there is one more. */
    Uni<List<Backup>> list(Mutiny.Session session, BackupQuery query) {
        var selection = session.createSelectionQuery(query.hql(), Backup.class);
        query.conditions().forEach((name, condition) -> selection.setParameter(name, condition.value()));
        return selection.setMaxResults(query.limit() + 1).getResultList();
    }
}
