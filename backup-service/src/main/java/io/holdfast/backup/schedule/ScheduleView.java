package io.holdfast.backup.schedule;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.holdfast.backup.source.ProtectedSource;
import io.holdfast.contracts.SourceRef;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The schedules of a source as REST shows them.
 *
 * @param delayMillis the source's own delay after each fire time, from {@code schedule.jitter}
 * @param next the next start of a scheduled backup; absent without a schedule
 * @param slots the newest slots, newest first
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ScheduleView(
        SourceRef source,
        String timezone,
        long delayMillis,
        @Nullable Instant next,
        @Nullable PauseView pause,
        List<CronView> schedules,
        List<SlotView> slots) {

    record CronView(String schedule, Instant next) {}

    record PauseView(Instant until, String reason, String pausedBy, Instant pausedAt) {
        static PauseView of(SourcePause pause) {
            return new PauseView(pause.until(), pause.reason(), pause.pausedBy(), pause.pausedAt());
        }
    }

    static ScheduleView of(
            ProtectedSource source,
            @Nullable Instant next,
            @Nullable SourcePause pause,
            List<Slot> slots,
            Instant now) {
        var schedule = source.config().schedule();
        Duration delay = Jitter.of(source);
        return new ScheduleView(
                source.ref(),
                schedule.timezone().getId(),
                delay.toMillis(),
                next,
                pause == null ? null : PauseView.of(pause),
                schedule.backups().stream()
                        .map(cron -> new CronView(
                                cron.toString(),
                                cron.next(now.minus(delay), schedule.timezone()).plus(delay)))
                        .toList(),
                slots.stream().map(SlotView::of).toList());
    }
}
