package io.holdfast.backup.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.config.SourceConfig;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.SourceEvent;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SlotDecisionTest {
    private static final Instant FIRE = Instant.parse("2026-01-15T02:00:00Z");
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration LATE = Duration.ofHours(3);
    private static final Optional<String> NONE = Optional.empty();

    private static SlotDecision decide(
            Duration late, Optional<String> pause, Optional<String> running, Optional<String> newer) {
        return SlotDecision.of(new SlotDecision.Facts(FIRE, late, pause, running, newer));
    }

    @Test
    void aSlotRunsOnTimeAndIsCaughtUpLater() {
        assertThat(decide(SOON, NONE, NONE, NONE).state()).isEqualTo(SlotState.RAN);
        assertThat(decide(LATE, NONE, NONE, NONE).state()).isEqualTo(SlotState.CAUGHT_UP);
    }

    @Test
    void aNewerBackupMakesACatchUpNeedlessButNotARunOnTime() {
        assertThat(decide(LATE, NONE, NONE, Optional.of("backup 1")).state()).isEqualTo(SlotState.MISSED);
        assertThat(decide(SOON, NONE, NONE, Optional.of("backup 1")).state()).isEqualTo(SlotState.RAN);
    }

    @Test
    void aPauseAndARunningBackupSkipTheSlot() {
        SlotDecision paused = decide(SOON, Optional.of("migration"), Optional.of("backup 1 is RUNNING"), NONE);
        SlotDecision overlap = decide(LATE, NONE, Optional.of("backup 1 is RUNNING"), NONE);

        assertThat(paused.skip()).isEqualTo(SourceEvent.SkipReason.PAUSED);
        assertThat(paused.reason()).isEqualTo("migration");
        assertThat(overlap.state()).isEqualTo(SlotState.SKIPPED);
        assertThat(overlap.skip()).isEqualTo(SourceEvent.SkipReason.OVERLAP);
    }

    @Test
    void aFailureIsRetriedIfARetryCanCureItAfterTheBackoffAndBeforeTheNextSlot() {
        SourceConfig.Schedule schedule = new SourceConfig.Schedule(
                List.of(),
                List.of(),
                ZoneId.of("UTC"),
                Optional.empty(),
                new SourceConfig.Retry(2, Duration.ofMinutes(5)));
        Slot slot = Slot.of(
                new SourceRef(SourceId.next(Clock.systemUTC()), "shop"), "0 2 * * *", FIRE, SlotState.RAN, FIRE);
        slot.started(BackupId.next(Clock.systemUTC()));
        FailureReason down = FailureReason.of(FailureCode.SOURCE_UNREACHABLE, "down");
        FailureReason denied = FailureReason.of(FailureCode.SOURCE_PERMISSION_DENIED, "no");
        Instant failed = FIRE.plusSeconds(10);
        Instant afterBackoff = failed.plus(Duration.ofMinutes(5));

        assertThat(SlotRetries.due(slot, down, failed, schedule, afterBackoff)).isTrue();
        assertThat(SlotRetries.due(slot, down, failed, schedule, afterBackoff.minusMillis(1)))
                .isFalse();
        assertThat(SlotRetries.due(slot, denied, failed, schedule, afterBackoff))
                .isFalse();
        assertThat(SlotRetries.due(slot, down, failed, schedule, FIRE.plus(Duration.ofDays(1))))
                .isFalse();
        slot.started(BackupId.next(Clock.systemUTC()));
        assertThat(SlotRetries.due(slot, down, failed, schedule, afterBackoff)).isFalse();
    }
}
