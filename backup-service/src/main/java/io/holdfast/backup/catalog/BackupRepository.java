package io.holdfast.backup.catalog;

import io.holdfast.contracts.AlertEvent;
import io.holdfast.contracts.BackupEvent;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceRef;
import io.holdfast.contracts.Topic;
import io.holdfast.eventing.cloudevents.OutboxEvent;
import io.holdfast.eventing.jobs.JobQueue;
import io.holdfast.eventing.outbox.Outbox;
import io.holdfast.vault.format.Hold;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.hibernate.LockMode;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/** The catalog. A change of a backup and the event that tells of it are one transaction, the caller's. */
@ApplicationScoped
public class BackupRepository {
    /** The kind of the jobs that take them. */
    public static final String JOB_KIND = "backup";

    /** The kind of the jobs that apply the retention policy of a source, whose id is their subject. */
    public static final String RETENTION_JOB_KIND = "retention";

    private static final Logger LOG = Logger.getLogger(BackupRepository.class);
    private static final String DDL_BLOCKED = "ddl-blocked";

    private final Outbox outbox;
    private final JobQueue jobQueue;
    private final InstantSource clock;

    BackupRepository(Outbox outbox, JobQueue jobQueue, InstantSource clock) {
        this.outbox = outbox;
        this.jobQueue = jobQueue;
        this.clock = clock;
    }

    /** Fails with BACKUP_UNKNOWN. */
    public Uni<Backup> get(Mutiny.Session session, BackupId id) {
        return known(session.find(Backup.class, id.value()), id);
    }

    /** Returns a backup that was requested just as this one is, by the same requester, and has not started. */
    public Uni<Optional<Backup>> waiting(Mutiny.Session session, Backup like) {
        return session.createSelectionQuery(
                        "from Backup b where b.sourceId = :source and b.requestedBy = :requester and b.kind = :kind"
                                + " and b.state = :state order by b.id",
                        Backup.class)
                .setParameter("source", like.source().id().value())
                .setParameter("requester", like.requestedBy())
                .setParameter("kind", like.kind())
                .setParameter("state", BackupState.REQUESTED)
                .getResultList()
                .map(found -> found.stream()
                        .filter(backup -> backup.labels().equals(like.labels()))
                        .findFirst());
    }

    private static Uni<Backup> known(Uni<Backup> found, BackupId id) {
        return found.onItem().ifNull().failWith(() -> unknown(id));
    }

    public static HoldfastException unknown(BackupId id) {
        return HoldfastException.about(
                id.toString(),
                FailureCode.BACKUP_UNKNOWN,
                "there is no backup " + id + "; `holdfast backups` lists those there are");
    }

    /**
     * A worker took the backup up; told once, however many workers take it up.
     *
     * @throws HoldfastException CANCELLED if it was cancelled just before
     */
    public Uni<Backup> started(Mutiny.Session session, BackupId id) {
        return get(session, id)
                .call(backup -> backup.started(clock.instant())
                        ? tell(session, backup)
                        : Uni.createFrom().voidItem());
    }

    public Uni<Backup> stored(Mutiny.Session session, BackupId id, BackupSummary stored) {
        return changed(session, id, backup -> backup.stored(stored, clock.instant()));
    }

    /** Its locks keep somebody's DDL waiting: an alert, once for each backup, that ends with it. */
    public Uni<Void> ddlWaits(Mutiny.Session session, BackupId id, String who) {
        return get(session, id).chain(backup -> {
            if (backup.state().isFinished() || !backup.ddlWaits()) {
                return Uni.createFrom().voidItem();
            }
            return alert(
                    session,
                    backup,
                    1,
                    new AlertEvent.Raised(
                            alertId(backup),
                            DDL_BLOCKED,
                            AlertEvent.Severity.WARNING,
                            backup.source(),
                            "source \"" + backup.source().name() + "\": " + who
                                    + "; to let them through: holdfast cancel " + backup.id(),
                            null,
                            clock.instant()));
        });
    }

    private static String alertId(Backup backup) {
        return DDL_BLOCKED + "/" + backup.id();
    }

    private Uni<Void> alert(Mutiny.Session session, Backup backup, long sequence, AlertEvent alert) {
        return outbox.publish(
                session,
                OutboxEvent.of(
                        Topic.ALERTS,
                        alert,
                        alert.alertId(),
                        sequence,
                        backup.source().name()));
    }

    /** Records that it waits for another attempt; nothing is told. */
    public Uni<Void> waits(Mutiny.Session session, BackupId id, FailureReason reason, Duration delay) {
        return get(session, id)
                .invoke(backup -> {
                    if (!backup.state().isFinished()) {
                        backup.waits(reason, clock.instant().plus(delay));
                    }
                })
                .replaceWithVoid();
    }

    /** Nothing happens if it is finished: one that was cancelled while it waited has been told of already. */
    public Uni<Backup> failed(Mutiny.Session session, BackupId id, FailureReason reason) {
        return get(session, id).call(backup -> {
            if (backup.state().isFinished()) {
                return Uni.createFrom().voidItem();
            }
            backup.ended(reason, clock.instant());
            if (backup.state() == BackupState.FAILED) {
                LOG.errorf(
                        "backup %s of source %s failed: %s [%s]",
                        id, backup.source().name(), reason.message(), reason.code());
            }
            return tell(session, backup);
        });
    }

    /**
     * Somebody wants it to stop. One that waits is cancelled here and now; one that runs ends when its worker has stopped.
     *
     * @throws HoldfastException REQUEST_CONFLICT if it is too late
     */
    public Uni<Void> cancel(Mutiny.Session session, Backup backup, String by) {
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
            case STORED, PROVEN, UNPROVEN, FAILED, DELETED -> Uni.createFrom().failure(tooLate(backup));
        };
    }

    private static HoldfastException tooLate(Backup backup) {
        return HoldfastException.about(
                backup.id().toString(),
                FailureCode.REQUEST_CONFLICT,
                "backup " + backup.id() + " is " + backup.state() + " already and cannot be cancelled");
    }

    /** Nothing happens for a backup that is not in this catalog. A new proof starts a retention run of the source. */
    public Uni<Void> changedIfKnown(Mutiny.Session session, BackupId id, Predicate<Backup> verb) {
        return session.find(Backup.class, id.value())
                .onItem()
                .ifNotNull()
                .transformToUni(backup -> verb.test(backup)
                        ? tell(session, backup).call(() -> retentionIfProven(session, backup))
                        : Uni.createFrom().voidItem());
    }

    private Uni<Void> retentionIfProven(Mutiny.Session session, Backup backup) {
        return backup.state() == BackupState.PROVEN
                ? jobQueue.enqueueOnce(
                        session, RETENTION_JOB_KIND, backup.source().id().toString())
                : Uni.createFrom().voidItem();
    }

    /**
     * Takes a backup of the vault into the catalog; nothing happened to it, so nothing is told.
     *
     * @param judge tells it what the vault says of it
     * @return false if it is there
     */
    public Uni<Boolean> adopt(
            Mutiny.Session session, BackupId id, SourceRef source, VaultBackupRecord found, Consumer<Backup> judge) {
        return session.find(Backup.class, id.value()).chain(there -> {
            if (there != null) {
                return Uni.createFrom().item(false);
            }
            Backup backup = Backup.adopted(id, source, found, clock.instant());
            judge.accept(backup);
            return session.persist(backup).replaceWith(true);
        });
    }

    /** It must not be deleted; told unless it was known. */
    public Uni<Backup> held(Mutiny.Session session, BackupId id, Hold hold) {
        return lock(session, id)
                .call(backup -> backup.held(hold)
                        ? tell(session, backup, new BackupEvent.Held(id, backup.source(), hold.by(), hold.heldAt()))
                        : Uni.createFrom().voidItem());
    }

    /** It may be deleted again; told unless it was not held. */
    public Uni<Backup> released(Mutiny.Session session, BackupId id, String by, Instant at) {
        return lock(session, id)
                .call(backup -> backup.released()
                        ? tell(session, backup, new BackupEvent.Released(id, backup.source(), by, at))
                        : Uni.createFrom().voidItem());
    }

    /** Its tombstone is in the vault; told unless it was known. */
    public Uni<Backup> deleted(Mutiny.Session session, BackupId id, String by, Instant at) {
        return lock(session, id)
                .call(backup -> backup.deleted(by, at)
                        ? tell(session, backup)
                        : Uni.createFrom().voidItem());
    }

    private Uni<Backup> changed(Mutiny.Session session, BackupId id, Consumer<Backup> verb) {
        return get(session, id).invoke(verb).call(backup -> tell(session, backup));
    }

    /** Publishes the event of the backup's new state. */
    Uni<Void> tell(Mutiny.Session session, Backup backup) {
        Uni<Void> published = publish(session, backup, BackupEventFactory.of(backup), backup.tellState());
        if (!backup.ddlGoesOn()) {
            return published;
        }
        AlertEvent over = new AlertEvent.Resolved(alertId(backup), DDL_BLOCKED, clock.instant());
        return published.chain(() -> alert(session, backup, 2, over));
    }

    /** Publishes what happened to the backup beside its state. */
    private Uni<Void> tell(Mutiny.Session session, Backup backup, BackupEvent event) {
        return publish(session, backup, Optional.of(event), backup.nextSequence());
    }

    /** Publishes the event of the backup's state once more, as the same event. */
    public Uni<Void> repeat(Mutiny.Session session, Backup backup) {
        return publish(session, backup, BackupEventFactory.of(backup), backup.told());
    }

    private Uni<Void> publish(Mutiny.Session session, Backup backup, Optional<BackupEvent> told, long sequence) {
        return told.map(event -> OutboxEvent.of(
                                Topic.BACKUP_EVENTS,
                                event,
                                backup.id(),
                                sequence,
                                backup.source().name())
                        .correlatedWith(backup.correlationId()))
                .map(event -> outbox.publish(session, event))
                .orElseGet(() -> Uni.createFrom().voidItem());
    }

    /** To be changed: nobody else changes it before this transaction ends. Fails with BACKUP_UNKNOWN. */
    private Uni<Backup> lock(Mutiny.Session session, BackupId id) {
        return known(session.find(Backup.class, id.value(), LockMode.PESSIMISTIC_WRITE), id);
    }

    /** One more than the query's limit, if there is one more. */
    public Uni<List<Backup>> list(Mutiny.Session session, BackupQuery query) {
        var selection = session.createSelectionQuery(query.hql(), Backup.class);
        query.conditions().forEach((name, condition) -> selection.setParameter(name, condition.value()));
        return selection.setMaxResults(query.limit() + 1).getResultList();
    }
}
