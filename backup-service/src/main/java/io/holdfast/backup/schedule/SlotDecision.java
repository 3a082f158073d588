package io.holdfast.backup.schedule;

import io.holdfast.contracts.SourceEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of the newest due slot of a schedule. Pure.
 *
 * @param skip why no backup is started; null unless the state is SKIPPED
 * @param reason for people; null if a backup is started on time
 */
record SlotDecision(
        SlotState state,
        SourceEvent.@Nullable SkipReason skip,
        @Nullable String reason) {
    /** A slot that is handled later than this was not handled on time: the service was down, or its clock was set. */
    static final Duration ON_TIME = Duration.ofMinutes(2);

    /**
     * What the decision depends on.
     *
     * @param late time since the slot was due, its jitter included
     * @param pause the reason of a pause of the source
     * @param running a backup of the source that has not ended, described
     * @param newer a stored backup of data that is at least as new as the slot, described
     */
    record Facts(
            Instant fireTime,
            Duration late,
            Optional<String> pause,
            Optional<String> running,
            Optional<String> newer) {}

    boolean startsBackup() {
        return state == SlotState.RAN || state == SlotState.CAUGHT_UP;
    }

    static SlotDecision of(Facts facts) {
        boolean late = facts.late().compareTo(ON_TIME) > 0;
        if (late && facts.newer().isPresent()) {
            return new SlotDecision(
                    SlotState.MISSED,
                    null,
                    "not handled in time; no catch-up is needed: "
                            + facts.newer().get() + " is newer");
        }
        if (facts.pause().isPresent()) {
            return new SlotDecision(
                    SlotState.SKIPPED,
                    SourceEvent.SkipReason.PAUSED,
                    facts.pause().get());
        }
        if (facts.running().isPresent()) {
            return new SlotDecision(
                    SlotState.SKIPPED,
                    SourceEvent.SkipReason.OVERLAP,
                    facts.running().get());
        }
        return late
                ? new SlotDecision(SlotState.CAUGHT_UP, null, "not handled in time; started later")
                : new SlotDecision(SlotState.RAN, null, null);
    }
}
