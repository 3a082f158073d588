package io.holdfast.notifier.rule;

import io.holdfast.config.Durations;
import io.holdfast.config.SourceConfig;
import io.holdfast.contracts.LiveData;
import io.holdfast.notifier.watch.PlatformFacts.RestoreFacts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Restores that take long, failed, or wait for people. Pure. */
final class RestoreRules {
    private static final Duration SLOW = Duration.ofMinutes(30);
    private static final Duration APPROVAL = Duration.ofHours(1);
    private static final Duration FAILED_LASTS = Duration.ofHours(24);

    private RestoreRules() {}

    static List<Condition> of(List<RestoreFacts> restores, Map<String, SourceConfig> sources, Instant now) {
        List<Condition> found = new ArrayList<>();
        for (RestoreFacts restore : restores) {
            SourceConfig config = sources.get(restore.source());
            Duration limit = config == null ? SLOW : config.objectives().rto().orElse(SLOW);
            slow(restore, limit, now).ifPresent(found::add);
            waiting(restore, now).ifPresent(found::add);
            failed(restore, restores, now).ifPresent(found::add);
        }
        return found;
    }

    private static Optional<Condition> slow(RestoreFacts restore, Duration limit, Instant now) {
        Instant started = restore.startedAt();
        if (started == null || restore.endedAt() != null || !started.plus(limit).isBefore(now)) {
            return Optional.empty();
        }
        return Optional.of(about(
                AlertRule.RESTORE_SLOW,
                restore,
                "restore " + restore.id() + " of " + restore.source() + " runs since " + started + ", longer than "
                        + Durations.format(limit),
                started));
    }

    private static Optional<Condition> waiting(RestoreFacts restore, Instant now) {
        Instant since = restore.awaitingSince();
        Instant expires = restore.expiresAt();
        boolean over =
                restore.startedAt() != null || restore.endedAt() != null || (expires != null && !expires.isAfter(now));
        return since != null && !over && since.plus(APPROVAL).isBefore(now)
                ? Optional.of(about(
                        AlertRule.APPROVAL_WAITING,
                        restore,
                        "restore " + restore.id() + " of " + restore.source() + " waits for its approval since " + since
                                + (expires == null ? "" : " and expires at " + expires),
                        since))
                : Optional.empty();
    }

    private static Optional<Condition> failed(RestoreFacts restore, List<RestoreFacts> all, Instant now) {
        Instant ended = restore.endedAt();
        boolean rolledBack = "ROLLED_BACK".equals(restore.outcome());
        if (ended == null
                || !(rolledBack || "FAILED".equals(restore.outcome()))
                || !ended.plus(FAILED_LASTS).isAfter(now)) {
            return Optional.empty();
        }
        boolean done = all.stream()
                .anyMatch(other -> other.source().equals(restore.source())
                        && "COMPLETED".equals(other.outcome())
                        && other.endedAt() != null
                        && other.endedAt().isAfter(ended));
        return done
                ? Optional.empty()
                : Optional.of(about(
                                AlertRule.RESTORE_FAILED,
                                restore,
                                "restore " + restore.id() + " of " + restore.source()
                                        + (restore.place() == null ? "" : " (" + restore.place() + ")")
                                        + (rolledBack ? " was rolled back: " : " failed: ") + restore.reason() + " ("
                                        + restore.code() + "). " + live(restore),
                                ended)
                        .with("code", String.valueOf(restore.code())));
    }

    /** Exactly one state of the live database. */
    static String live(RestoreFacts restore) {
        String live = restore.live();
        if (live == null) {
            return "holdfast show " + restore.id() + " has the state of the live database.";
        }
        return switch (LiveData.valueOf(live)) {
            case UNTOUCHED -> "Nothing live was touched.";
            case PUT_BACK -> "The live database was put back as it was.";
            case CHANGED ->
                "The live database was changed and not put back. Stop its application, compare the database with the backup"
                        + " (holdfast show " + restore.id() + "), and restore again.";
        };
    }

    private static Condition about(AlertRule rule, RestoreFacts restore, String summary, Instant since) {
        return Condition.of(rule, restore.source(), restore.id(), summary, since)
                .with("restore", restore.id());
    }
}
