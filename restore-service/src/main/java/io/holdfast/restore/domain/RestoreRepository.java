package io.holdfast.restore.domain;

import io.holdfast.contracts.CheckResult;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.RestoreEvent;
import io.holdfast.contracts.RestoreId;
import io.holdfast.contracts.SourceRef;
import io.holdfast.contracts.Topic;
import io.holdfast.eventing.cloudevents.OutboxEvent;
import io.holdfast.eventing.outbox.Outbox;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** All restores. A change of one and the event that tells of it are one transaction, the caller's. */
@ApplicationScoped
public class RestoreRepository {
    /** Of the last restores of a source: their bytes over the time from the first row to the last comparison. */
    private static final String RATE = """
            select sum(r.bytes) / nullif(sum(s.took), 0)::float8
            from (select id, bytes from restore
                  where source_id = :source and state in ('WATCHING', 'COMPLETED') and bytes > 0 order by id desc limit 5) r
            join lateral (select extract(epoch from max(ended_at) - min(started_at)) took from restore_step
                          where restore_id = r.id and name in ('loading', 'checking')) s on true
            """;

    private final Outbox outbox;
    private final DatabasePlaces places;
    private final InstantSource clock;

    public RestoreRepository(Outbox outbox, DatabasePlaces places, InstantSource clock) {
        this.outbox = outbox;
        this.places = places;
        this.clock = clock;
    }

    public Uni<Restore> get(Mutiny.Session session, RestoreId id) {
        return session.find(Restore.class, id.value()).onItem().ifNull().failWith(() -> unknown(id));
    }

    public static HoldfastException unknown(RestoreId id) {
        return HoldfastException.about(id.toString(), FailureCode.BACKUP_UNKNOWN, "there is no restore " + id);
    }

    /** Changes one; nothing is told. */
    public Uni<Restore> change(Mutiny.Session session, RestoreId id, Consumer<Restore> verb) {
        return get(session, id).invoke(verb);
    }

    public Uni<Restore> enter(Mutiny.Session session, RestoreId id, RestoreState next) {
        return change(session, id, restore -> restore.enter(next, clock.instant()));
    }

    public Uni<Restore> loading(Mutiny.Session session, RestoreId id, long epoch) {
        return change(session, id, restore -> restore.loading(epoch, clock.instant()));
    }

    /** The plan stands; told once, however many workers resolve it. */
    public Uni<Restore> planned(Mutiny.Session session, RestoreId id, RestorePlan plan) {
        return get(session, id)
                .invoke(restore -> noted(restore, plan))
                .call(restore -> restore.resolved(plan, clock.instant())
                        ? outcome(session, restore)
                        : Uni.createFrom().voidItem());
    }

    private static void noted(Restore restore, RestorePlan plan) {
        if (!plan.lines().isEmpty()) {
            restore.note(String.join("; ", plan.lines()));
        }
    }

    /** A dry run ends here. */
    public Uni<Restore> dryRun(Mutiny.Session session, RestoreId id, RestorePlan plan) {
        return get(session, id)
                .invoke(restore -> {
                    noted(restore, plan);
                    restore.resolved(plan, clock.instant());
                    restore.planned(clock.instant());
                })
                .call(restore -> outcome(session, restore));
    }

    public Uni<Restore> awaitApproval(Mutiny.Session session, RestoreId id, Instant until) {
        return change(session, id, restore -> restore.awaitApproval(until, clock.instant()))
                .call(restore -> tell(
                        session,
                        restore,
                        new RestoreEvent.AwaitingApproval(
                                id, restore.source(), restore.backupId(), restore.database(), until)));
    }

    public Uni<Restore> approved(Mutiny.Session session, RestoreId id, String by) {
        Instant now = clock.instant();
        return change(session, id, restore -> restore.approved(by, now))
                .call(restore -> tell(
                        session,
                        restore,
                        new RestoreEvent.Approved(id, restore.source(), restore.backupId(), by, now)));
    }

    public Uni<Restore> expired(Mutiny.Session session, RestoreId id) {
        return get(session, id)
                .call(restore -> restore.expired(clock.instant())
                        ? outcome(session, restore)
                        : Uni.createFrom().voidItem());
    }

    public static io.holdfast.contracts.BackupId planned(Restore restore) {
        return java.util.Objects.requireNonNull(restore.backupId());
    }

    /** The copy is equal; from here another worker may go on. */
    public Uni<Restore> equal(
            Mutiny.Session session,
            RestoreId id,
            RestoreState next,
            RestoredTotals restoredTotals,
            @Nullable SwitchoverState switchoverState,
            List<CheckResult> checks) {
        return change(session, id, restore -> {
            restore.equal(next, restoredTotals, switchoverState, clock.instant());
            restore.account().checked(checks);
            // in place a restore compares what it stages, not the whole database
            restore.account().seen(restore.kind() != RestoreKind.IN_PLACE, clock.instant());
        });
    }

    /** No copy is needed; from here another worker may go on. */
    public Uni<Restore> rewinding(Mutiny.Session session, RestoreId id) {
        return change(session, id, restore -> restore.rewinding(clock.instant()));
    }

    public Uni<Restore> completed(Mutiny.Session session, RestoreId id) {
        return changed(session, id, restore -> restore.completed(clock.instant()));
    }

    public Uni<Restore> failed(Mutiny.Session session, RestoreId id, FailureReason reason) {
        return changed(session, id, restore -> {
            // a server's administrator can cancel statements, too: that is a failure like others
            if (reason.code() == FailureCode.CANCELLED
                    && restore.cancelledBy() != null
                    && restore.state().mayBecome(RestoreState.CANCELLED)) {
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

    /** Changes one and tells what it is now. */
    public Uni<Restore> changed(Mutiny.Session session, RestoreId id, Consumer<Restore> verb) {
        return change(session, id, verb).call(restore -> outcome(session, restore));
    }

    /** Changes one and tells something of it. */
    public Uni<Restore> changed(
            Mutiny.Session session, RestoreId id, Consumer<Restore> verb, Function<Restore, RestoreEvent> event) {
        return change(session, id, verb).call(restore -> tell(session, restore, event.apply(restore)));
    }

    /** Publishes the event of the restore's outcome once more, as the same event. */
    public Uni<Void> repeat(Mutiny.Session session, Restore restore) {
        return publish(session, restore, restore.outcomeSequence());
    }

    private Uni<Void> outcome(Mutiny.Session session, Restore it) {
        return publish(session, it, it.nextOutcome());
    }

    private Uni<Void> publish(Mutiny.Session session, Restore it, long sequence) {
        return RestoreEventFactory.of(it, places.place(it.server()))
                .map(event -> outbox.publish(session, outgoing(it, event, sequence)))
                .orElseGet(() -> Uni.createFrom().voidItem());
    }

    /** Publishes something that happened on the way. */
    public Uni<Void> tell(Mutiny.Session session, Restore it, RestoreEvent event) {
        return outbox.publish(session, outgoing(it, event, it.nextSequence()));
    }

    private static OutboxEvent outgoing(Restore it, RestoreEvent event, long sequence) {
        return OutboxEvent.of(
                        Topic.RESTORE_EVENTS,
                        event,
                        it.id(),
                        sequence,
                        it.source().name())
                .correlatedWith(it.correlationId());
    }

    /** Bytes of rows a second that restores of this source had lately; empty if there were none. */
    public Uni<Optional<Double>> rate(Mutiny.Session session, SourceRef source) {
        return session.createNativeQuery(RATE, Double.class)
                .setParameter("source", source.id().value())
                .getSingleResultOrNull()
                .map(Optional::ofNullable);
    }

    /** Whether this restore is known, and nothing works on its database any more. */
    public Uni<Boolean> hasEnded(Mutiny.Session session, UUID id) {
        return session.createSelectionQuery(
                        "select count(r) from Restore r where r.id = :id and r.state not in :open", Long.class)
                .setParameter("id", id)
                .setParameter("open", RestoreState.UNDER_WAY)
                .getSingleResult()
                .map(count -> count > 0);
    }

    public Uni<List<Restore>> underWay(Mutiny.Session session) {
        return session.createSelectionQuery(
                        "select r from Restore r where r.state in :open order by r.id", Restore.class)
                .setParameter("open", RestoreState.UNDER_WAY)
                .getResultList();
    }

    /** Restores of whole live servers by their provider that have ended since then, however they did. */
    public Uni<List<Restore>> rewindsEndedSince(Mutiny.Session session, Instant since) {
        return session.createSelectionQuery(
                        "select r from Restore r where r.wish.kind = :kind and r.endedAt > :since order by r.id",
                        Restore.class)
                .setParameter("kind", RestoreKind.REWIND)
                .setParameter("since", since)
                .getResultList();
    }

    /** Whether another restore into this database is under way. */
    public Uni<Boolean> isTargeted(Mutiny.Session session, String server, String database) {
        return session.createSelectionQuery(
                        "select count(r) from Restore r where r.wish.server = :server and r.wish.database = :database"
                                + " and r.state in :open",
                        Long.class)
                .setParameter("server", server)
                .setParameter("database", database)
                .setParameter("open", RestoreState.UNDER_WAY)
                .getSingleResult()
                .map(count -> count > 0);
    }

    /** Others that have changed the same database since, or are about to: those under way first, then the latest. */
    public Uni<List<Restore>> overtaking(Mutiny.Session session, Restore restore) {
        return session.createSelectionQuery(
                        "from Restore r where r.wish.server = :server and r.wish.database = :database"
                                + " and r.id <> :id and (r.state in :open or (r.completedAt > :since and r.state in :done))"
                                + " order by case when r.state in :open then 0 else 1 end, r.completedAt desc",
                        Restore.class)
                .setParameter("server", restore.server())
                .setParameter("database", restore.database())
                .setParameter("id", restore.id().value())
                .setParameter("open", RestoreState.UNDER_WAY)
                .setParameter("since", restore.completedAt())
                .setParameter("done", EnumSet.of(RestoreState.WATCHING, RestoreState.COMPLETED))
                .getResultList();
    }
}
