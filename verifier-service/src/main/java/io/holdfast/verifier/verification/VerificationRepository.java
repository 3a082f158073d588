package io.holdfast.verifier.verification;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.CheckResult;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import io.holdfast.contracts.Topic;
import io.holdfast.contracts.VerificationId;
import io.holdfast.contracts.VerificationLevel;
import io.holdfast.eventing.cloudevents.OutboxEvent;
import io.holdfast.eventing.jobs.JobQueue;
import io.holdfast.eventing.outbox.Outbox;
import io.holdfast.eventing.rest.IdRange;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** All verifications. A change of one and the event that tells of it are one transaction, the caller's. */
@ApplicationScoped
public class VerificationRepository {
    /** The kind of the jobs that do them. */
    public static final String JOB_KIND = "verification";

    private final Outbox outbox;
    private final JobQueue jobQueue;
    private final InstantSource clock;

    VerificationRepository(Outbox outbox, JobQueue jobQueue, InstantSource clock) {
        this.outbox = outbox;
        this.jobQueue = jobQueue;
        this.clock = clock;
    }

    public Uni<Verification> begin(
            Mutiny.Session session,
            BackupId backup,
            SourceRef source,
            VerificationLevel level,
            @Nullable String correlationId) {
        Verification verification = Verification.requested(
                VerificationId.next(clock), backup, source, level, correlationId, clock.instant());
        return session.persist(verification)
                .chain(() ->
                        jobQueue.enqueue(session, JOB_KIND, verification.id().toString()))
                .replaceWith(verification);
    }

    public Uni<Verification> get(Mutiny.Session session, VerificationId id) {
        return session.find(Verification.class, id.value()).onItem().ifNull().failWith(() -> unknown(id));
    }

    static HoldfastException unknown(VerificationId id) {
        return HoldfastException.about(id.toString(), FailureCode.BACKUP_UNKNOWN, "there is no verification " + id);
    }

    /** A worker took it up; told once, however many workers take it up. */
    public Uni<Verification> started(Mutiny.Session session, VerificationId id) {
        return get(session, id)
                .call(verification -> verification.started(clock.instant())
                        ? publish(session, verification, verification.nextSequence())
                        : Uni.createFrom().voidItem());
    }

    public Uni<Verification> ended(Mutiny.Session session, VerificationId id, VerificationVerdict verdict) {
        return changed(session, id, verification -> {
                    switch (verdict) {
                        case VerificationVerdict.Passed passed ->
                            verification.passed(passed.findings(), clock.instant());
                        case VerificationVerdict.Failed failed -> verification.failed(failed.reason(), clock.instant());
                        case VerificationVerdict.Inconclusive open ->
                            verification.inconclusive(open.reason(), clock.instant());
                    }
                })
                .call(verification -> alert(session, verification));
    }

    /** Records that it waits for another attempt; nothing is told. */
    public Uni<Void> waits(Mutiny.Session session, VerificationId id, FailureReason reason, Duration delay) {
        return get(session, id)
                .invoke(verification ->
                        verification.waits(reason, clock.instant().plus(delay)))
                .replaceWithVoid();
    }

    private Uni<Void> alert(Mutiny.Session session, Verification it) {
        if (it.state() != VerificationState.PASSED
                || it.level() != VerificationLevel.PROVEN
                || it.findings().checks().isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return checksBefore(session, it)
                .map(before -> DataCheckAlertFactory.of(it, before))
                .chain(alert -> alert.map(event -> outbox.publish(
                                session,
                                new OutboxEvent(
                                        Topic.ALERTS,
                                        event,
                                        it.id() + ":checks",
                                        it.source().name(),
                                        null,
                                        it.correlationId(),
                                        event.alertId())))
                        .orElseGet(() -> Uni.createFrom().voidItem()));
    }

    /** What was not asked for, as of a backup of single tables, says nothing. */
    private static Uni<List<CheckResult>> checksBefore(Mutiny.Session session, Verification it) {
        return session.createSelectionQuery(
                        "from Verification v where v.sourceId = :source and v.state = :state and v.level = :level"
                                + " and v.id <> :id and v.checks <> :none order by v.endedAt desc",
                        Verification.class)
                .setParameter("source", it.source().id().value())
                .setParameter("state", VerificationState.PASSED)
                .setParameter("level", VerificationLevel.PROVEN)
                .setParameter("id", it.id().value())
                .setParameter("none", CheckResultsJson.write(List.of()))
                .setMaxResults(1)
                .getResultList()
                .map(last -> last.isEmpty()
                        ? List.<CheckResult>of()
                        : last.getFirst().findings().checks());
    }

    private Uni<Verification> changed(Mutiny.Session session, VerificationId id, Consumer<Verification> verb) {
        return get(session, id)
                .invoke(verb)
                .call(verification -> publish(session, verification, verification.nextSequence()));
    }

    /** Publishes the event of the verification's state once more, as the same event. */
    Uni<Void> repeat(Mutiny.Session session, Verification verification) {
        return publish(session, verification, verification.sequence());
    }

    private Uni<Void> publish(Mutiny.Session session, Verification it, long sequence) {
        return VerificationEventFactory.of(it)
                .map(event -> OutboxEvent.of(
                                Topic.VERIFICATION_EVENTS,
                                event,
                                it.id(),
                                sequence,
                                it.source().name())
                        .correlatedWith(it.correlationId()))
                .map(event -> outbox.publish(session, event))
                .orElseGet(() -> Uni.createFrom().voidItem());
    }

    /** The source of a backup that was verified before. */
    Uni<Optional<SourceRef>> sourceOf(Mutiny.Session session, BackupId backup) {
        return of(session, backup).map(all -> all.stream().findFirst().map(Verification::source));
    }

    /** Those of them that have ended; one that is not known here may be another platform's. */
    public Uni<Set<VerificationId>> ended(Mutiny.Session session, Collection<VerificationId> ids) {
        if (ids.isEmpty()) {
            return Uni.createFrom().item(Set.of());
        }
        return session.createSelectionQuery("from Verification v where v.id in :ids", Verification.class)
                .setParameter("ids", ids.stream().map(VerificationId::value).toList())
                .getResultList()
                .map(known -> known.stream()
                        .filter(verification -> verification.state().isFinished())
                        .map(Verification::id)
                        .collect(Collectors.toSet()));
    }

    /** Newest first. */
    Uni<List<Verification>> of(Mutiny.Session session, BackupId backup) {
        return session.createSelectionQuery(
                        "from Verification v where v.backupId = :backup order by v.id desc", Verification.class)
                .setParameter("backup", backup.value())
                .setMaxResults(200)
                .getResultList();
    }

    /** The newest verifications of a source, newest first. */
    Uni<List<Verification>> newest(Mutiny.Session session, SourceId source, int most) {
        if (most == 0) {
            return Uni.createFrom().item(List.of());
        }
        return session.createSelectionQuery(
                        "from Verification v where v.sourceId = :source order by v.id desc", Verification.class)
                .setParameter("source", source.value())
                .setMaxResults(most)
                .getResultList();
    }

    /** Those with an id of the range, newest first, at most 200. */
    Uni<List<Verification>> within(Mutiny.Session session, IdRange ids) {
        return session.createSelectionQuery(
                        "from Verification v where v.id >= :first and v.id <= :last order by v.id desc",
                        Verification.class)
                .setParameter("first", ids.first())
                .setParameter("last", ids.last())
                .setMaxResults(200)
                .getResultList();
    }
}
