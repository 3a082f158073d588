package io.holdfast.restore.saga;

import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.RestoreId;
import io.holdfast.contracts.Topic;
import io.holdfast.eventing.Outbox;
import io.holdfast.eventing.OutgoingEvent;
import io.holdfast.eventing.rest.Cursor;
import io.holdfast.vault.Manifest;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** All restores. A change of one and the event that tells of it are one transaction, the caller's. */
@ApplicationScoped
class Restores {
    private static final Set<RestoreState> OPEN = EnumSet.of(
            RestoreState.REQUESTED,
            RestoreState.PREFLIGHT,
            RestoreState.LOADING,
            RestoreState.CHECKING,
            RestoreState.HANDING_OVER);

    private final Outbox outbox;
    private final InstantSource clock;

    Restores(Outbox outbox, InstantSource clock) {
        this.outbox = outbox;
        this.clock = clock;
    }

    Uni<Restore> get(Mutiny.Session session, RestoreId id) {
        return session.find(Restore.class, id.value())
                .onItem()
                .ifNull()
                .failWith(() -> Failure.about(id.toString(), FailureCode.BACKUP_UNKNOWN, "there is no restore " + id));
    }

    Uni<Restore> enter(Mutiny.Session session, RestoreId id, RestoreState next) {
        return get(session, id).invoke(restore -> restore.enter(next, clock.instant()));
    }

    Uni<Restore> loading(Mutiny.Session session, RestoreId id, long epoch) {
        return get(session, id).invoke(restore -> restore.loading(epoch, clock.instant()));
    }

    /** The plan stands; told once, however many workers resolve it. */
    Uni<Restore> planned(Mutiny.Session session, RestoreId id, Manifest manifest, List<String> lacking) {
        return get(session, id)
                .invoke(restore -> {
                    if (!lacking.isEmpty()) {
                        restore.note(String.join("; ", lacking));
                    }
                })
                .call(restore ->
                        restore.resolved(manifest.backup(), manifest.contents().snapshotAt(), clock.instant())
                                ? publish(session, restore, restore.nextSequence())
                                : Uni.createFrom().voidItem());
    }

    Uni<Restore> equal(Mutiny.Session session, RestoreId id, String staging, long oid, Restored restored) {
        return get(session, id).invoke(restore -> restore.equal(staging, oid, restored, clock.instant()));
    }

    Uni<Restore> completed(Mutiny.Session session, RestoreId id) {
        return changed(session, id, restore -> restore.completed(clock.instant()));
    }

    Uni<Restore> failed(Mutiny.Session session, RestoreId id, FailureReason reason) {
        return changed(session, id, restore -> {
            // a server's administrator can cancel statements, too: that is a failure like others
            if (reason.code() == FailureCode.CANCELLED && restore.cancelledBy() != null) {
                restore.cancelled(clock.instant());
            } else {
                restore.failed(told(restore, reason), clock.instant());
            }
        });
    }

    private static FailureReason told(Restore restore, FailureReason reason) {
        if (restore.state() != RestoreState.HANDING_OVER) {
            return reason;
        }
        return new FailureReason(
                reason.code(),
                reason.message()
                        + " (the copy had been found equal and was being handed over: if there is a database \""
                        + restore.database() + "\" now that was not there before, it is whole)",
                reason.object());
    }

    private Uni<Restore> changed(Mutiny.Session session, RestoreId id, Consumer<Restore> verb) {
        return get(session, id).invoke(verb).call(restore -> publish(session, restore, restore.nextSequence()));
    }

    /** Publishes the event of the restore's state once more, as the same event. */
    Uni<Void> repeat(Mutiny.Session session, Restore restore) {
        return publish(session, restore, restore.sequence());
    }

    private Uni<Void> publish(Mutiny.Session session, Restore it, long sequence) {
        return Outcomes.of(it)
                .map(event -> OutgoingEvent.of(
                                Topic.RESTORE_EVENTS,
                                event,
                                it.id(),
                                sequence,
                                it.source().name())
                        .correlatedWith(it.correlationId()))
                .map(event -> outbox.publish(session, event))
                .orElseGet(() -> Uni.createFrom().voidItem());
    }

    /** Whether another restore into this database is under way. */
    Uni<Boolean> isTargeted(Mutiny.Session session, String server, String database) {
        return session.createSelectionQuery(
                        "select count(r) from Restore r where r.server = :server and r.database = :database"
                                + " and r.state in :open",
                        Long.class)
                .setParameter("server", server)
                .setParameter("database", database)
                .setParameter("open", OPEN)
                .getSingleResult()
                .map(count -> count > 0);
    }

    private static UUID position(Cursor after) {
        try {
            return RestoreId.parse(after.after()).value();
        } catch (IllegalArgumentException e) {
            throw Failure.of(
                    FailureCode.REQUEST_INVALID,
                    "the cursor is not one of a list of restores; leave it out to start from the first page",
                    e);
        }
    }

    /** Newest first. */
    Uni<List<Restore>> list(
            Mutiny.Session session,
            @Nullable String source,
            @Nullable RestoreState state,
            @Nullable Cursor after,
            int limit) {
        StringBuilder hql = new StringBuilder("from Restore r where 1 = 1");
        Map<String, Object> parameters = new HashMap<>();
        if (source != null) {
            hql.append(" and r.sourceName = :source");
            parameters.put("source", source);
        }
        if (state != null) {
            hql.append(" and r.state = :state");
            parameters.put("state", state);
        }
        if (after != null) {
            hql.append(" and r.id < :after");
            parameters.put("after", position(after));
        }
        var query =
                session.createSelectionQuery(hql.append(" order by r.id desc").toString(), Restore.class);
        parameters.forEach(query::setParameter);
        return query.setMaxResults(limit + 1).getResultList();
    }
}
