package io.holdfast.backup.schedule;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceEvent;
import io.holdfast.contracts.SourceRef;
import io.holdfast.contracts.Topic;
import io.holdfast.eventing.cloudevents.OutboxEvent;
import io.holdfast.eventing.outbox.Outbox;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Pauses of schedules: each with an end and a reason, recorded as events. */
@ApplicationScoped
public class SourcePauses {
    static final Duration LONGEST = Duration.ofDays(90);
    private static final int LONGEST_REASON = 500;
    private static final String EXPIRY = "expiry";

    private final Outbox outbox;
    private final InstantSource clock;

    SourcePauses(Outbox outbox, InstantSource clock) {
        this.outbox = outbox;
        this.clock = clock;
    }

    /**
     * Pauses a source, or changes its pause.
     *
     * @throws HoldfastException REQUEST_INVALID without a reason, or if {@code until} is past or more than 90 days ahead
     */
    Uni<SourcePause> pause(
            Mutiny.Session session, SourceRef source, @Nullable Instant until, @Nullable String reason, String by) {
        Instant now = clock.instant();
        Instant end = checkedEnd(until, now);
        SourcePause pause = SourcePause.of(source, end, checkedReason(reason), by, now);
        var event = new SourceEvent.Paused(source, end, pause.reason(), by, now);
        return session.merge(pause).call(() -> publish(session, source, event, now));
    }

    /** Ends a pause. A source that is not paused stays as it is. */
    Uni<Boolean> resume(Mutiny.Session session, SourceRef source, String by) {
        return session.createMutationQuery("delete from SourcePause p where p.sourceId = :source")
                .setParameter("source", source.id().value())
                .executeUpdate()
                .chain(deleted -> deleted == 0
                        ? Uni.createFrom().item(false)
                        : resumed(session, source, by).replaceWith(true));
    }

    /** Ends the pauses that have reached their end. */
    Uni<Void> expire(Mutiny.Session session, Instant now) {
        return session.createSelectionQuery("from SourcePause p where p.until <= :now", SourcePause.class)
                .setParameter("now", now)
                .getResultList()
                .chain(ended -> Uni.createFrom()
                        .voidItem()
                        .call(() -> ended.isEmpty()
                                ? Uni.createFrom().voidItem()
                                : each(
                                        ended,
                                        pause -> resume(session, pause.source(), EXPIRY)
                                                .replaceWithVoid())));
    }

    /** Returns the pause of a source, if it is paused at this instant. */
    Uni<Optional<SourcePause>> of(Mutiny.Session session, SourceRef source, Instant now) {
        return session.find(SourcePause.class, source.id().value())
                .map(pause ->
                        Optional.ofNullable(pause).filter(found -> found.until().isAfter(now)));
    }

    /** Returns all pauses that have not ended. */
    public Uni<List<SourcePause>> all(Mutiny.Session session) {
        return session.createSelectionQuery("from SourcePause p where p.until > :now", SourcePause.class)
                .setParameter("now", clock.instant())
                .getResultList();
    }

    private interface Step {
        Uni<Void> on(SourcePause pause);
    }

    private static Uni<Void> each(List<SourcePause> pauses, Step step) {
        Uni<Void> all = Uni.createFrom().voidItem();
        for (SourcePause pause : pauses) {
            all = all.chain(() -> step.on(pause));
        }
        return all;
    }

    private Uni<Void> resumed(Mutiny.Session session, SourceRef source, String by) {
        Instant now = clock.instant();
        return publish(session, source, new SourceEvent.Resumed(source, by, now), now);
    }

    private Uni<Void> publish(Mutiny.Session session, SourceRef source, SourceEvent event, Instant at) {
        String id = "pause/" + source.id() + "/" + event.getClass().getSimpleName() + "/" + at.toEpochMilli();
        return outbox.publish(
                session,
                new OutboxEvent(
                        Topic.BACKUP_EVENTS,
                        event,
                        id,
                        source.name(),
                        null,
                        null,
                        source.id().toString()));
    }

    private static Instant checkedEnd(@Nullable Instant until, Instant now) {
        if (until == null || !until.isAfter(now) || until.isAfter(now.plus(LONGEST))) {
            throw HoldfastException.about(
                    "until",
                    FailureCode.REQUEST_INVALID,
                    "\"until\" must be an instant in the future, at most " + LONGEST.toDays()
                            + " days ahead, such as 2026-01-15T16:00:00Z: a pause has an end");
        }
        return until;
    }

    private static String checkedReason(@Nullable String reason) {
        String text = reason == null ? "" : reason.strip();
        if (text.isEmpty() || text.length() > LONGEST_REASON) {
            throw HoldfastException.about(
                    "reason",
                    FailureCode.REQUEST_INVALID,
                    "\"reason\" must have 1 to " + LONGEST_REASON + " characters: it tells others why no backup runs");
        }
        return text;
    }
}
