package io.holdfast.backup.catalog;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.Topic;
import io.holdfast.eventing.Outbox;
import io.holdfast.eventing.OutgoingEvent;
import io.holdfast.eventing.rest.Cursor;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

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

    /** A worker took the backup up; told once, however many workers take it up. */
    public Uni<Backup> started(Mutiny.Session session, BackupId id) {
        return get(session, id)
                .call(backup -> backup.started(clock.instant())
                        ? tell(session, backup)
                        : Uni.createFrom().voidItem());
    }

    public Uni<Backup> stored(Mutiny.Session session, BackupId id, StoredBackup stored) {
        return changed(session, id, backup -> backup.stored(stored, clock.instant()));
    }

    public Uni<Backup> failed(Mutiny.Session session, BackupId id, FailureReason reason) {
        return changed(session, id, backup -> {
            if (reason.code() == FailureCode.CANCELLED) {
                backup.cancelled(clock.instant());
            } else {
                backup.failed(reason, clock.instant());
            }
        });
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

    /** Newest first. */
    Uni<List<Backup>> list(Mutiny.Session session, BackupQuery query) {
        StringBuilder hql = new StringBuilder("from Backup b where 1 = 1");
        Map<String, Object> parameters = new HashMap<>();
        query.source().ifPresent(name -> {
            hql.append(" and b.sourceName = :source");
            parameters.put("source", name);
        });
        query.state().ifPresent(state -> {
            hql.append(" and b.state = :state");
            parameters.put("state", state);
        });
        query.correlation().ifPresent(correlation -> {
            hql.append(" and b.correlationId = :correlation");
            parameters.put("correlation", correlation);
        });
        query.label().ifPresent(label -> {
            hql.append(" and array_contains(b.labels, :label)");
            parameters.put("label", label);
        });
        query.after().ifPresent(id -> {
            hql.append(" and b.id < :after");
            parameters.put("after", id);
        });
        var selection =
                session.createSelectionQuery(hql.append(" order by b.id desc").toString(), Backup.class);
        parameters.forEach(selection::setParameter);
        return selection.setMaxResults(query.limit() + 1).getResultList();
    }

    /**
     * Which backups to list.
     *
     * @param after only those older than this one
     */
    record BackupQuery(
            Optional<String> source,
            Optional<String> label,
            Optional<BackupState> state,
            Optional<String> correlation,
            Optional<UUID> after,
            int limit) {

        static BackupQuery of(
                @Nullable String source,
                @Nullable String label,
                @Nullable BackupState state,
                @Nullable String correlation,
                @Nullable String cursor,
                int limit) {
            return new BackupQuery(
                    Optional.ofNullable(source),
                    Optional.ofNullable(label),
                    Optional.ofNullable(state),
                    Optional.ofNullable(correlation),
                    Optional.ofNullable(Cursor.parse(cursor)).map(c -> UUID.fromString(c.after())),
                    limit);
        }
    }
}
