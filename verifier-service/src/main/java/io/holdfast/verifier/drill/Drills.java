package io.holdfast.verifier.drill;

import io.holdfast.contracts.Event;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceRef;
import io.holdfast.contracts.Topic;
import io.holdfast.contracts.VerificationId;
import io.holdfast.contracts.VerificationLevel;
import io.holdfast.eventing.cloudevents.OutboxEvent;
import io.holdfast.eventing.jobs.JobQueue;
import io.holdfast.eventing.outbox.Outbox;
import io.holdfast.verifier.verification.VerificationRepository;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;

/** All drills. A change of one and the event that tells of it are one transaction, the caller's. */
@ApplicationScoped
public class Drills {
    /** The kind of the jobs that hold them: not that of verifications, so that a drill keeps no proof waiting. */
    static final String JOB_KIND = "drill";

    private static final int MOST_UNSIGNED = 100;

    private final Outbox outbox;
    private final JobQueue jobQueue;
    private final VerificationRepository verifications;
    private final InstantSource clock;

    Drills(Outbox outbox, JobQueue jobQueue, VerificationRepository verifications, InstantSource clock) {
        this.outbox = outbox;
        this.jobQueue = jobQueue;
        this.verifications = verifications;
        this.clock = clock;
    }

    public Uni<Drill> begin(Mutiny.Session session, DrillRequest request) {
        Drill drill = Drill.requested(VerificationId.next(clock), request, clock.instant());
        return session.persist(drill)
                .chain(() -> jobQueue.enqueue(session, JOB_KIND, drill.id().toString()))
                .replaceWith(drill);
    }

    public Uni<Drill> get(Mutiny.Session session, VerificationId id) {
        return session.find(Drill.class, id.value()).onItem().ifNull().failWith(() -> unknown(id));
    }

    static HoldfastException unknown(VerificationId id) {
        return HoldfastException.about(id.toString(), FailureCode.BACKUP_UNKNOWN, "there is no drill " + id);
    }

    Uni<Drill> started(Mutiny.Session session, VerificationId id) {
        return get(session, id).invoke(drill -> drill.started(clock.instant()));
    }

    /** Records that it waits for another attempt; nothing is told. */
    Uni<Void> waits(Mutiny.Session session, VerificationId id, FailureReason reason, Duration delay) {
        return get(session, id)
                .invoke(drill -> drill.waits(reason, clock.instant().plus(delay)))
                .replaceWithVoid();
    }

    /** A backup that a drill found bad is verified again, so that its proof says so as well. */
    Uni<Drill> ended(Mutiny.Session session, VerificationId id, DrillOutcome outcome) {
        return get(session, id)
                .invoke(drill -> drill.ended(outcome, clock.instant()))
                .call(drill -> publish(session, drill, drill.nextSequence()))
                .call(drill -> alert(session, drill))
                .call(drill -> verify(session, drill));
    }

    private Uni<Void> verify(Mutiny.Session session, Drill drill) {
        FailureReason reason = drill.reason();
        return drill.state() == DrillState.FAILED
                        && reason != null
                        && reason.code().isBackupFault()
                ? verifications
                        .begin(
                                session,
                                drill.backupId().orElseThrow(),
                                drill.source().orElseThrow(),
                                VerificationLevel.PROVEN,
                                drill.correlationId())
                        .replaceWithVoid()
                : Uni.createFrom().voidItem();
    }

    private Uni<Void> alert(Mutiny.Session session, Drill drill) {
        return endedBefore(session, drill)
                .map(before -> DrillEventFactory.alert(drill, before.isEmpty() ? null : before.getFirst()))
                .chain(alert -> alert.map(event -> outbox.publish(session, aboutSource(drill, event, event.alertId())))
                        .orElseGet(() -> Uni.createFrom().voidItem()));
    }

    private static OutboxEvent aboutSource(Drill drill, Event event, String subject) {
        return new OutboxEvent(
                Topic.ALERTS, event, drill.id() + ":alert", drill.sourceName(), null, drill.correlationId(), subject);
    }

    /** Publishes the event of the drill's state once more, as the same event. */
    public Uni<Void> repeat(Mutiny.Session session, Drill drill) {
        return publish(session, drill, drill.sequence());
    }

    private Uni<Void> publish(Mutiny.Session session, Drill drill, long sequence) {
        return DrillEventFactory.of(drill)
                .map(event -> OutboxEvent.of(Topic.VERIFICATION_EVENTS, event, drill.id(), sequence, drill.sourceName())
                        .correlatedWith(drill.correlationId()))
                .map(event -> outbox.publish(session, event))
                .orElseGet(() -> Uni.createFrom().voidItem());
    }

    /** Adds a result. One that turns a passed drill into a failed one is published, so that the alert of a failed drill fires. */
    Uni<Drill> judged(Mutiny.Session session, VerificationId id, Consumer<Drill> verb) {
        return get(session, id).call(drill -> {
            boolean passedBefore = drill.passed();
            verb.accept(drill);
            return passedBefore && !drill.passed()
                    ? publish(session, drill, drill.nextSequence())
                    : Uni.createFrom().voidItem();
        });
    }

    Uni<Drill> change(Mutiny.Session session, VerificationId id, Consumer<Drill> verb) {
        return get(session, id).invoke(verb);
    }

    /** Keeps the manifest of the drilled backup for the evidence; the one of an earlier attempt is replaced. */
    Uni<Void> keep(Mutiny.Session session, DrillManifest manifest) {
        return session.merge(manifest).replaceWithVoid();
    }

    Uni<Optional<DrillManifest>> manifest(Mutiny.Session session, VerificationId id) {
        return session.find(DrillManifest.class, id.value()).map(Optional::ofNullable);
    }

    /** Those of them that have ended and keep no copy; one that is not known here may be another platform's. */
    Uni<Set<VerificationId>> ended(Mutiny.Session session, Collection<VerificationId> ids) {
        if (ids.isEmpty()) {
            return Uni.createFrom().item(Set.of());
        }
        return session.createSelectionQuery("from Drill d where d.id in :ids", Drill.class)
                .setParameter("ids", ids.stream().map(VerificationId::value).toList())
                .getResultList()
                .map(known -> known.stream()
                        .filter(drill -> drill.state().isFinished() && !drill.hasCopy())
                        .map(Drill::id)
                        .collect(Collectors.toSet()));
    }

    /** The newest other drill of the source and the kind that ended. */
    private static Uni<List<Drill>> endedBefore(Mutiny.Session session, Drill drill) {
        return session.createSelectionQuery(
                        "from Drill d where d.sourceName = :source and d.kind = :kind and d.endedAt is not null"
                                + " and d.id <> :but order by d.endedAt desc",
                        Drill.class)
                .setParameter("source", drill.sourceName())
                .setParameter("kind", drill.kind())
                .setParameter("but", drill.id().value())
                .setMaxResults(1)
                .getResultList();
    }

    /** A source's drills of one kind that restored a backup, newest first. */
    Uni<List<Drill>> measured(Mutiny.Session session, String source, String kind, int most) {
        return session.createSelectionQuery(
                        "from Drill d where d.sourceName = :source and d.kind = :kind and d.restoreMillis > 0 and d.state in (:states)"
                                + " order by d.endedAt desc",
                        Drill.class)
                .setParameter("source", source)
                .setParameter("kind", kind)
                .setParameter("states", List.of(DrillState.PASSED, DrillState.FAILED))
                .setMaxResults(most)
                .getResultList();
    }

    Uni<Optional<Drill>> unfinished(Mutiny.Session session, String source) {
        return session.createSelectionQuery(
                        "from Drill d where d.sourceName = :source and d.state in (:states) order by d.id", Drill.class)
                .setParameter("source", source)
                .setParameter("states", List.of(DrillState.REQUESTED, DrillState.RUNNING))
                .setMaxResults(1)
                .getResultList()
                .map(found -> found.stream().findFirst());
    }

    /** A source's drills of its schedule that have a report and ended before an instant, since its last signed one, newest first. */
    Uni<List<Drill>> unsigned(Mutiny.Session session, String source, Instant before) {
        return session.createSelectionQuery(
                        "from Drill d where d.sourceName = :source and d.fireAt is not null and d.report is not null"
                                + " and d.signedBy is null and d.endedAt <= :before and not exists (select 1 from Drill s"
                                + " where s.sourceName = d.sourceName and s.signedBy is not null and s.endedAt >= d.endedAt)"
                                + " order by d.endedAt desc",
                        Drill.class)
                .setParameter("source", source)
                .setParameter("before", before)
                .setMaxResults(MOST_UNSIGNED)
                .getResultList();
    }

    /** The identity of a source, if a drill has found it. */
    Uni<Optional<SourceRef>> source(Mutiny.Session session, String name) {
        return session.createSelectionQuery(
                        "from Drill d where d.sourceName = :source and d.sourceId is not null order by d.id desc",
                        Drill.class)
                .setParameter("source", name)
                .setMaxResults(1)
                .getResultList()
                .map(found -> found.stream().findFirst().flatMap(Drill::source));
    }

    /** A drill of a source that keeps a copy, or will. */
    Uni<Optional<Drill>> keeping(Mutiny.Session session, String source) {
        return session.createSelectionQuery(
                        "from Drill d where d.sourceName = :source and d.keepSeconds is not null and (d.state in (:states)"
                                + " or (d.copyDatabase is not null and d.copyDroppedAt is null)) order by d.id desc",
                        Drill.class)
                .setParameter("source", source)
                .setParameter("states", List.of(DrillState.REQUESTED, DrillState.RUNNING))
                .setMaxResults(1)
                .getResultList()
                .map(found -> found.stream().findFirst());
    }

    /** Drills whose copies are to be dropped. */
    Uni<List<Drill>> withExpiredCopies(Mutiny.Session session, Instant now) {
        return session.createSelectionQuery(
                        "from Drill d where d.copyUntil <= :now and d.copyDroppedAt is null order by d.copyUntil",
                        Drill.class)
                .setParameter("now", now)
                .getResultList();
    }

    /** @param from of the request or, for one of a schedule, of its slot */
    Uni<List<Drill>> between(Mutiny.Session session, Instant from, Instant to) {
        return session.createSelectionQuery(
                        "from Drill d where coalesce(d.fireAt, d.requestedAt) >= :from"
                                + " and coalesce(d.fireAt, d.requestedAt) < :to order by d.id",
                        Drill.class)
                .setParameter("from", from)
                .setParameter("to", to)
                .getResultList();
    }

    /** Newest first; one more than the limit, if there is one more. */
    Uni<List<Drill>> list(Mutiny.Session session, DrillFilter filter) {
        var query = session.createSelectionQuery(
                "from Drill d where " + filter.condition() + " order by d.id desc", Drill.class);
        filter.parameters().forEach(query::setParameter);
        return query.setMaxResults(filter.limit() + 1).getResultList();
    }
}
