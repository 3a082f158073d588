package io.holdfast.backup.schedule;

import io.holdfast.backup.catalog.Backup;
import io.holdfast.backup.catalog.BackupStarter;
import io.holdfast.backup.catalog.Requester;
import io.holdfast.backup.source.ProtectedSource;
import io.holdfast.config.Cron;
import io.holdfast.config.schedule.DueSlots;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.BackupKind;
import io.holdfast.contracts.SourceEvent;
import io.holdfast.contracts.Topic;
import io.holdfast.eventing.cloudevents.OutboxEvent;
import io.holdfast.eventing.outbox.Outbox;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * Decides on due slots, each in one transaction with the backup that it starts and the events that it publishes. The
 * source's row is locked meanwhile, so that replicas that see the same slot decide on it once.
 */
@ApplicationScoped
class ScheduledBackups {
    private static final Requester SCHEDULE = new Requester("/holdfast/schedule", null);

    private final SlotLedger ledger;
    private final SourcePauses pauses;
    private final BackupStarter starter;
    private final Outbox outbox;
    private final InstantSource clock;

    ScheduledBackups(
            SlotLedger ledger, SourcePauses pauses, BackupStarter starter, Outbox outbox, InstantSource clock) {
        this.ledger = ledger;
        this.pauses = pauses;
        this.starter = starter;
        this.outbox = outbox;
        this.clock = clock;
    }

    /**
     * What a look at a schedule found.
     *
     * @param next the first slot that is not decided
     * @param decided the state of the slot that was decided just now; null if none was due
     */
    record Outcome(Instant next, @Nullable SlotState decided) {}

    /** Decides on all slots of a schedule that are due. */
    Uni<Outcome> decide(Mutiny.Session session, ProtectedSource source, Cron cron) {
        ZoneId zone = source.config().schedule().timezone();
        Instant now = clock.instant();
        Instant due = now.minus(Jitter.of(source));
        return ledger.lock(session, source.ref().id())
                .chain(() ->
                        ledger.forgetMissedOfTheFuture(session, source.ref().id(), cron, now))
                .chain(() -> ledger.decidedUntil(session, source.ref().id(), cron, now))
                .chain(after -> {
                    Optional<DueSlots> slots = DueSlots.between(cron, zone, after, due);
                    return slots.isEmpty()
                            ? Uni.createFrom().item(new Outcome(cron.next(after, zone), null))
                            : decide(session, source, cron, slots.get(), due)
                                    .map(state ->
                                            new Outcome(cron.next(slots.get().last(), zone), state));
                });
    }

    private Uni<SlotState> decide(
            Mutiny.Session session, ProtectedSource source, Cron cron, DueSlots slots, Instant due) {
        return facts(session, source, slots.last(), Duration.between(slots.last(), due))
                .map(SlotDecision::of)
                .chain(decision -> {
                    Instant now = clock.instant();
                    Slot slot = Slot.of(source.ref(), cron.toString(), slots.last(), decision.state(), now)
                            .because(decision.reason());
                    Uni<Void> done = decision.startsBackup() ? start(session, source, slot) : session.persist(slot);
                    return done.chain(() -> recordMissed(session, source, cron, slots.missed(), now))
                            .chain(() -> publish(session, source, slot, decision, slots))
                            .replaceWith(decision.state());
                });
    }

    private Uni<SlotDecision.Facts> facts(
            Mutiny.Session session, ProtectedSource source, Instant fireTime, Duration late) {
        var id = source.ref().id();
        return pauses.of(session, source.ref(), clock.instant())
                .chain(pause -> ledger.running(session, id)
                        .chain(running -> ledger.newerThan(session, id, fireTime)
                                .map(newer -> new SlotDecision.Facts(
                                        fireTime,
                                        late,
                                        pause.map(SourcePause::reason),
                                        running.map(backup -> "backup " + backup.id() + " is " + backup.state()),
                                        newer.map(backup -> "backup " + backup.id())))));
    }

    /** Starts a backup for a slot: the first one, or a retry. */
    Uni<Void> start(Mutiny.Session session, ProtectedSource source, Slot slot) {
        Backup backup = Backup.requested(
                BackupId.next(clock),
                source.ref(),
                source.environment(),
                BackupKind.SCHEDULED,
                List.of(),
                SCHEDULE,
                clock.instant());
        slot.started(backup.id());
        return starter.start(session, backup, source).chain(() -> session.persist(slot));
    }

    private static Uni<Void> recordMissed(
            Mutiny.Session session, ProtectedSource source, Cron cron, List<Instant> missed, Instant now) {
        if (missed.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        Object[] rows = missed.stream()
                .map(fireTime -> Slot.of(source.ref(), cron.toString(), fireTime, SlotState.MISSED, now)
                        .because("not handled in time; a later slot replaces it"))
                .toArray();
        return session.persistAll(rows);
    }

    private Uni<Void> publish(
            Mutiny.Session session, ProtectedSource source, Slot slot, SlotDecision decision, DueSlots slots) {
        Uni<Void> published = Uni.createFrom().voidItem();
        Instant now = slot.decidedAt();
        if (decision.skip() != null) {
            var skipped = new SourceEvent.Skipped(
                    source.ref(), slot.schedule(), slot.fireAt(), decision.skip(), decision.reason(), now);
            published = published.chain(() -> publish(session, slot, 1, skipped));
        }
        boolean lastMissed = decision.state() == SlotState.MISSED;
        if (lastMissed || !slots.missed().isEmpty()) {
            Instant first =
                    slots.missed().isEmpty() ? slot.fireAt() : slots.missed().getFirst();
            Instant last = lastMissed ? slot.fireAt() : slots.missed().getLast();
            var missed = new SourceEvent.SlotMissed(
                    source.ref(),
                    slot.schedule(),
                    first,
                    last,
                    slots.missed().size() + (lastMissed ? 1L : 0L),
                    slot.backupId(),
                    decision.reason() == null ? "not handled in time" : decision.reason(),
                    now);
            published = published.chain(() -> publish(session, slot, 2, missed));
        }
        return published;
    }

    private Uni<Void> publish(Mutiny.Session session, Slot slot, int number, SourceEvent event) {
        return outbox.publish(
                session,
                new OutboxEvent(
                        Topic.BACKUP_EVENTS,
                        event,
                        slot.id() + ":" + number,
                        slot.source().name(),
                        null,
                        null,
                        slot.source().id().toString()));
    }
}
