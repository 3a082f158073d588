package io.holdfast.notifier.rule;

import io.holdfast.config.Cron;
import io.holdfast.config.Durations;
import io.holdfast.config.SourceConfig;
import io.holdfast.notifier.notice.NumberFormats;
import io.holdfast.notifier.watch.DrillFacts;
import io.holdfast.notifier.watch.SourceFacts;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Drills that failed, did not come, or restored too slowly. Pure. */
final class DrillRules {
    private static final Duration LATE = Duration.ofHours(24);
    private static final int MOST_PAUSED = 1_000;

    private DrillRules() {}

    /**
     * A drill says nothing of those of another kind: each kind ends its own failure, and meets its own schedule.
     *
     * @param drills those of the source: the latest passed and the latest failed one of each kind
     */
    static List<Condition> of(SourceFacts source, List<DrillFacts> drills, SourceConfig config, Instant now) {
        List<DrillFacts> failed = drills.stream()
                .filter(drill -> !drill.passed() && !isFollowed(drill, drills))
                .toList();
        return Stream.of(
                        failed(source, latest(failed.stream())),
                        slow(
                                source,
                                Stream.concat(drills.stream().filter(DrillFacts::passed), failed.stream()),
                                config),
                        overdue(source, drills, config, now))
                .flatMap(Optional::stream)
                .toList();
    }

    /** Whether a later drill of its kind passed. */
    private static boolean isFollowed(DrillFacts failed, List<DrillFacts> drills) {
        return drills.stream()
                .anyMatch(drill -> drill.passed()
                        && drill.kind().equals(failed.kind())
                        && !failed.completedAt().isAfter(drill.completedAt()));
    }

    private static @Nullable DrillFacts latest(Stream<DrillFacts> drills) {
        return drills.max(Comparator.comparing(DrillFacts::completedAt)).orElse(null);
    }

    private static Optional<Condition> failed(SourceFacts source, @Nullable DrillFacts failed) {
        return Optional.ofNullable(failed)
                .map(drill -> Condition.of(
                                AlertRule.DRILL_FAILED,
                                source.name(),
                                "",
                                "source " + source.name() + ": drill " + drill.id() + " failed: a backup could not be"
                                        + " restored as it should be, or a check of the drill did not pass",
                                drill.completedAt())
                        .with("drill", drill.id()));
    }

    /** A failed drill can show that a restore is too slow, but not that it is fast enough. */
    private static Optional<Condition> slow(SourceFacts source, Stream<DrillFacts> drills, SourceConfig config) {
        Duration rto = config.objectives().rto().orElse(null);
        if (rto == null) {
            return Optional.empty();
        }
        return drills.filter(drill -> drill.restoreMillis() > rto.toMillis())
                .max(Comparator.comparing(DrillFacts::completedAt))
                .map(drill -> Condition.of(
                                AlertRule.RTO_MISSED,
                                source.name(),
                                "",
                                "source " + source.name() + ": the restore of drill " + drill.id() + " took "
                                        + NumberFormats.duration(drill.restoreMillis()) + "; the objective is "
                                        + Durations.format(rto),
                                drill.completedAt())
                        .with("drill", drill.id()));
    }

    private static Optional<Condition> overdue(
            SourceFacts source, List<DrillFacts> drills, SourceConfig config, Instant now) {
        List<Cron> staging = config.drill().staging().stream()
                .flatMap(settings -> settings.schedule().stream())
                .toList();
        return Stream.of(
                        overdue(
                                source,
                                latest(drills.stream().filter(drill -> !isStaging(drill))),
                                config.schedule().drills(),
                                config.schedule(),
                                now),
                        overdue(
                                source,
                                latest(drills.stream().filter(DrillRules::isStaging)),
                                staging,
                                config.schedule(),
                                now))
                .flatMap(Optional::stream)
                .min(Comparator.comparing(Condition::since));
    }

    private static boolean isStaging(DrillFacts drill) {
        return drill.kind().equals(DrillFacts.STAGING);
    }

    /** A slot counts once a drill completed after it, whoever asked for the drill. */
    private static Optional<Condition> overdue(
            SourceFacts source,
            @Nullable DrillFacts last,
            List<Cron> timetable,
            SourceConfig.Schedule schedule,
            Instant now) {
        Instant known = source.knownSince();
        Instant from = last == null || last.completedAt().isBefore(known) ? known : last.completedAt();
        return timetable.stream()
                .map(cron -> slot(cron, source, schedule, from))
                .min(Comparator.naturalOrder())
                .filter(slot -> !slot.plus(LATE).isAfter(now) && !source.isPaused(now))
                .map(slot -> Condition.of(
                        AlertRule.DRILL_OVERDUE,
                        source.name(),
                        "",
                        "source " + source.name() + ": no drill was completed for its slot of " + slot
                                + "; the last one is "
                                + (last == null ? "unknown" : "of " + last.completedAt()),
                        slot));
    }

    private static Instant slot(Cron cron, SourceFacts source, SourceConfig.Schedule schedule, Instant from) {
        Instant slot = cron.next(from, schedule.timezone());
        for (int i = 0; i < MOST_PAUSED && source.isPaused(slot); i++) {
            slot = cron.next(slot, schedule.timezone());
        }
        return slot;
    }
}
