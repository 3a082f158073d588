package io.holdfast.backup.schedule;

import io.holdfast.backup.source.ProtectedSource;
import io.holdfast.backup.source.SourceRegistry;
import io.holdfast.config.Cron;
import io.holdfast.config.SourceConfig;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Starts another backup for a slot whose backup failed, if a retry can cure the failure and before the next slot. */
@ApplicationScoped
class SlotRetries {
    private static final Duration LOOK_BACK = Duration.ofDays(7);

    private final SlotLedger ledger;
    private final SourcePauses pauses;
    private final ScheduledBackups scheduledBackups;
    private final SourceRegistry sourceRegistry;
    private final InstantSource clock;

    SlotRetries(
            SlotLedger ledger,
            SourcePauses pauses,
            ScheduledBackups scheduledBackups,
            SourceRegistry sourceRegistry,
            InstantSource clock) {
        this.ledger = ledger;
        this.pauses = pauses;
        this.scheduledBackups = scheduledBackups;
        this.sourceRegistry = sourceRegistry;
        this.clock = clock;
    }

    /** Slots that may be due for a retry; each is checked again under the lock of its source. */
    Uni<List<SlotLedger.FailedSlot>> candidates(Mutiny.Session session) {
        return ledger.failed(session, clock.instant().minus(LOOK_BACK))
                .map(failed -> failed.stream().filter(this::isDue).toList());
    }

    private boolean isDue(SlotLedger.FailedSlot failed) {
        Optional<ProtectedSource> source = configured(failed.slot());
        return source.isPresent()
                && due(
                        failed.slot(),
                        failed.backup().reason(),
                        failed.backup().completedAt(),
                        source.get().config().schedule(),
                        clock.instant());
    }

    /** Pure: whether a slot is due for another attempt. */
    static boolean due(
            Slot slot,
            @Nullable FailureReason reason,
            @Nullable Instant failedAt,
            SourceConfig.Schedule schedule,
            Instant now) {
        if (reason == null || failedAt == null || !curable(reason.code())) {
            return false;
        }
        Instant next = Cron.parse(slot.schedule()).next(slot.fireAt(), schedule.timezone());
        return slot.attempts() < schedule.retry().attempts()
                && !now.isBefore(failedAt.plus(schedule.retry().backoff()))
                && now.isBefore(next);
    }

    private static boolean curable(FailureCode code) {
        return code.isTransient() || code == FailureCode.ATTEMPTS_EXHAUSTED;
    }

    /** @return whether a backup was started */
    Uni<Boolean> retry(Mutiny.Session session, Slot candidate) {
        ProtectedSource source = configured(candidate).orElseThrow();
        var id = source.ref().id();
        return ledger.lock(session, id)
                .chain(() -> session.find(Slot.class, candidate.id()))
                .chain(slot -> {
                    if (slot == null || slot.attempts() != candidate.attempts()) {
                        return Uni.createFrom().item(false); // another replica was faster
                    }
                    return pauses.of(session, source.ref(), clock.instant())
                            .chain(pause -> ledger.running(session, id)
                                    .chain(running -> ledger.newerThan(session, id, slot.fireAt())
                                            .chain(newer ->
                                                    pause.isPresent() || running.isPresent() || newer.isPresent()
                                                            ? Uni.createFrom().item(false)
                                                            : scheduledBackups
                                                                    .start(session, source, slot)
                                                                    .replaceWith(true))));
                });
    }

    private Optional<ProtectedSource> configured(Slot slot) {
        return sourceRegistry.all().stream()
                .filter(source -> source.ref().id().equals(slot.source().id()))
                .filter(source -> source.config().schedule().backups().stream()
                        .anyMatch(cron -> cron.toString().equals(slot.schedule())))
                .findFirst();
    }
}
