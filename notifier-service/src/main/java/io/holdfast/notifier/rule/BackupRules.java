package io.holdfast.notifier.rule;

import io.holdfast.config.Cron;
import io.holdfast.config.Durations;
import io.holdfast.config.SourceConfig;
import io.holdfast.notifier.watch.SourceFacts;
import io.holdfast.notifier.watch.Trouble;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Backups that failed, did not come, hang, or left the data too old. Pure. */
final class BackupRules {
    private static final int USUAL_TIMES = 3;
    private static final Duration LEAST_LATE = Duration.ofMinutes(30);
    private static final Duration LEAST_STUCK = Duration.ofMinutes(15);
    private static final Duration STUCK_WITHOUT_HISTORY = Duration.ofHours(6);
    private static final int MOST_COUNTED = 1_000;
    private static final String PRODUCTION = "production";

    private BackupRules() {}

    static List<Condition> of(SourceFacts source, SourceConfig config, Instant now) {
        return Stream.of(
                        failed(source, config),
                        missed(source, config, now),
                        stuck(source, now),
                        rpoBroken(source, config, now))
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<Condition> failed(SourceFacts source, SourceConfig config) {
        Trouble trouble = source.failedBackups();
        if (trouble == null) {
            return Optional.empty();
        }
        int limit = config.environment().filter(PRODUCTION::equals).isPresent() ? 1 : 3;
        String count = trouble.count() == 1 ? "" : " (" + trouble.count() + " in a row)";
        Condition condition = Condition.of(
                        AlertRule.BACKUP_FAILED,
                        source.name(),
                        "",
                        "backup of " + source.name() + " failed" + count + ": " + trouble.message() + " ("
                                + trouble.code() + ")",
                        trouble.since())
                .counted(trouble.count(), trouble.count() >= limit)
                .losing(trouble.count())
                .at(trouble.last())
                .with("backup", trouble.id())
                .with("code", trouble.code().name());
        return Optional.of(VaultRule.isOutage(trouble.code()) ? condition.causedBy(Condition.VAULT) : condition);
    }

    /** By the schedule of the configuration: what the scheduler says of itself is not asked. */
    private static Optional<Condition> missed(SourceFacts source, SourceConfig config, Instant now) {
        Trouble failed = source.failedBackups(); // a run that failed was not missed
        Instant from =
                latest(latest(source.knownSince(), source.lastCompleted()), failed == null ? null : failed.last());
        Duration late = patience(source, config);
        List<Instant> slots = overdue(source, config.schedule(), from, now.minus(late));
        if (slots.isEmpty() || source.running() != null || source.isPaused(now)) {
            return Optional.empty();
        }
        Instant last = source.lastCompleted();
        return Optional.of(Condition.of(
                        AlertRule.BACKUP_MISSED,
                        source.name(),
                        "",
                        "source " + source.name() + ": no backup ran for its slot of " + slots.getFirst()
                                + (slots.size() == 1 ? "" : " and " + (slots.size() - 1) + " later ones")
                                + "; the newest is "
                                + (last == null ? "unknown" : "of " + last),
                        slots.getFirst())
                .counted(slots.size(), true)
                .losing(slots.size()));
    }

    private static Duration patience(SourceFacts source, SourceConfig config) {
        Duration usual = usual(source, LEAST_LATE);
        return usual.plus(config.schedule().jitter().orElse(Duration.ZERO));
    }

    /** The slots after {@code from} that are not later than {@code until}, the oldest first; none within a pause. */
    private static List<Instant> overdue(
            SourceFacts source, SourceConfig.Schedule schedule, Instant from, Instant until) {
        List<Instant> slots = new ArrayList<>();
        for (Cron cron : schedule.backups()) {
            Instant slot = cron.next(from, schedule.timezone());
            for (int i = 0; i < MOST_COUNTED && !slot.isAfter(until); i++) {
                if (!source.isPaused(slot)) {
                    slots.add(slot);
                }
                slot = cron.next(slot, schedule.timezone());
            }
        }
        return slots.stream().distinct().sorted(Comparator.naturalOrder()).toList();
    }

    private static Optional<Condition> stuck(SourceFacts source, Instant now) {
        SourceFacts.Begun running = source.running();
        if (running == null) {
            return Optional.empty();
        }
        Duration limit = source.usual() == null ? STUCK_WITHOUT_HISTORY : usual(source, LEAST_STUCK);
        if (!running.since().plus(limit).isBefore(now)) {
            return Optional.empty();
        }
        return Optional.of(Condition.of(
                        AlertRule.BACKUP_STUCK,
                        source.name(),
                        running.id(),
                        "source " + source.name() + ": backup " + running.id() + " runs since " + running.since()
                                + ", more than " + Durations.format(limit),
                        running.since())
                .with("backup", running.id()));
    }

    private static Optional<Condition> rpoBroken(SourceFacts source, SourceConfig config, Instant now) {
        Duration rpo = config.objectives().rpo().orElse(null);
        if (rpo == null) {
            return Optional.empty();
        }
        boolean proven = config.verify().level() == SourceConfig.Level.PROVEN;
        Instant newest = proven ? source.newestProven() : source.newestStored();
        Instant from = newest == null ? source.knownSince() : newest;
        if (!from.plus(rpo).isBefore(now) || source.isPaused(now)) {
            return Optional.empty();
        }
        return Optional.of(Condition.of(
                AlertRule.RPO_BROKEN,
                source.name(),
                "",
                "source " + source.name() + ": "
                        + (newest == null
                                ? "there is no " + (proven ? "proven" : "stored") + " backup"
                                : "the newest " + (proven ? "proven" : "stored") + " data is of " + newest)
                        + "; the objective is " + Durations.format(rpo),
                from.plus(rpo)));
    }

    static Duration usual(SourceFacts source, Duration least) {
        Duration usual = source.usual() == null ? Duration.ZERO : source.usual().multipliedBy(USUAL_TIMES);
        return usual.compareTo(least) > 0 ? usual : least;
    }

    private static Instant latest(Instant one, @Nullable Instant other) {
        return other == null || other.isBefore(one) ? one : other;
    }
}
