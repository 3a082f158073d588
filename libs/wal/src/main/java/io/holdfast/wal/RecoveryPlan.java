package io.holdfast.wal;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * From which base backup and with which WAL a target is reached. Pure: the same archive and target give the same plan.
 *
 * @param segments that recovery reads, in order
 * @param timeline on which the target lies
 * @param toTheEnd whether these segments held no later commit when the plan was made: recovery may end before its target
 */
public record RecoveryPlan(
        BaseBackup base, RecoveryTarget target, int timeline, List<SegmentEntry> segments, boolean toTheEnd) {
    public RecoveryPlan {
        segments = List.copyOf(segments);
    }

    /** A run of WAL on the way to a timeline, and the base backups that it carries. */
    private record Candidate(TimelineHistory history, WalWindows.Run run, List<BaseBackup> bases) {
        Instant from() {
            return bases.stream()
                    .map(BaseBackup::finishedAt)
                    .min(Comparator.naturalOrder())
                    .orElseThrow();
        }

        Instant to() {
            Instant last = run.lastCommit();
            return last == null || last.isBefore(from()) ? from() : last;
        }
    }

    /**
     * Chooses the newest base backup that ended before the target, on the newest timeline that covers it, or on the pinned
     * one. A target outside every window is refused; it is never replaced by another one.
     *
     * @param target a transaction is {@linkplain RecoveryTarget#located located}
     * @param pinned timeline on which the target lies; null: the newest one that covers it
     * @throws HoldfastException POINT_NOT_COVERED, which names the window or the hole
     */
    public static RecoveryPlan of(
            List<BaseBackup> bases, WalIndex index, RecoveryTarget target, @Nullable Integer pinned, Instant now) {
        if (target instanceof RecoveryTarget.Time time && time.instant().isAfter(now)) {
            throw refused(target, "is in the future");
        }
        List<Integer> timelines = index.timelines().descendingSet().stream()
                .filter(timeline -> pinned == null || pinned.equals(timeline))
                .toList();
        boolean before = false;
        for (int timeline : timelines) {
            Optional<TimelineHistory> history = index.history(timeline);
            if (history.isEmpty() || !leadsTo(target, index.way(history.get()))) {
                continue;
            }
            List<Candidate> candidates = candidates(history.get(), bases, index);
            for (Candidate candidate : candidates.reversed()) {
                Optional<RecoveryPlan> plan = plan(candidate, target);
                if (plan.isPresent()) {
                    return plan.get();
                }
            }
            if (!candidates.isEmpty()) {
                refuseUnlessBefore(candidates, target, holes(timeline, bases, index));
                before = true;
            }
        }
        throw refused(
                target,
                before
                        ? "is before the first window"
                        : "cannot be recovered: no base backup has all WAL up to its end"
                                + (pinned == null ? "" : " on timeline " + pinned));
    }

    /** After a switch, the same position is on several timelines, and the transaction on one of them. */
    private static boolean leadsTo(RecoveryTarget target, Map<Long, SegmentEntry> way) {
        return !(target instanceof RecoveryTarget.Transaction transaction)
                || way.values().stream()
                        .anyMatch(entry -> entry.name().equals(end(transaction).segment()));
    }

    private static List<Candidate> candidates(TimelineHistory history, List<BaseBackup> bases, WalIndex index) {
        return WalWindows.runs(index.way(history)).stream()
                .map(run -> new Candidate(history, run, WalWindows.usable(history, run, bases)))
                .filter(candidate -> !candidate.bases().isEmpty())
                .toList();
    }

    private static List<WalHole> holes(int timeline, List<BaseBackup> bases, WalIndex index) {
        return WalWindows.of(bases, index).holes().stream()
                .filter(hole -> hole.timeline() == timeline)
                .toList();
    }

    private static Optional<RecoveryPlan> plan(Candidate candidate, RecoveryTarget target) {
        return switch (target) {
            case RecoveryTarget.Time time -> byTime(candidate, time);
            case RecoveryTarget.Position position -> byPosition(candidate, position, position.lsn());
            case RecoveryTarget.Transaction transaction ->
                byPosition(candidate, transaction, end(transaction).lsn());
        };
    }

    private static Optional<RecoveryPlan> byTime(Candidate candidate, RecoveryTarget.Time time) {
        Instant instant = time.instant().truncatedTo(ChronoUnit.MICROS);
        if (instant.isAfter(candidate.to())) {
            return Optional.empty();
        }
        return candidate.bases().stream()
                .filter(base -> !base.finishedAt().isAfter(instant))
                .max(Comparator.comparing(BaseBackup::finishedAt))
                .map(base -> {
                    Long later = candidate.run().segments().entrySet().stream()
                            .filter(e -> e.getValue().end().compareTo(base.end()) > 0)
                            .filter(e -> e.getValue().last() != null
                                    && Objects.requireNonNull(e.getValue().last())
                                            .isAfter(instant))
                            .map(Map.Entry::getKey)
                            .findFirst()
                            .orElse(null);
                    return made(candidate, base, new RecoveryTarget.Time(instant), later, later == null);
                });
    }

    private static TransactionEnd end(RecoveryTarget.Transaction transaction) {
        return Objects.requireNonNull(transaction.end(), "the transaction is located before the plan");
    }

    private static Optional<RecoveryPlan> byPosition(Candidate candidate, RecoveryTarget target, Lsn lsn) {
        if (lsn.compareTo(candidate.run().end()) > 0) {
            return Optional.empty();
        }
        return candidate.bases().stream()
                .filter(base -> base.end().compareTo(lsn) <= 0)
                .max(Comparator.comparing(BaseBackup::end))
                .map(base -> made(candidate, base, target, lsn.segment(base.segmentSize()), false));
    }

    /** @param last the segment with the target; null: the last one. One more is taken, for a record that continues there */
    private static RecoveryPlan made(
            Candidate candidate, BaseBackup base, RecoveryTarget target, @Nullable Long last, boolean toTheEnd) {
        long first = base.start().segment(base.segmentSize());
        long until = last == null ? Long.MAX_VALUE : last + 1;
        return new RecoveryPlan(
                base,
                target,
                candidate.history().timeline(),
                new ArrayList<>(candidate
                        .run()
                        .segments()
                        .subMap(first, true, until, true)
                        .values()),
                toTheEnd);
    }

    private static void refuseUnlessBefore(List<Candidate> candidates, RecoveryTarget target, List<WalHole> holes) {
        Candidate first = candidates.getFirst();
        Candidate last = candidates.getLast();
        switch (target) {
            case RecoveryTarget.Time time -> {
                if (time.instant().isBefore(first.from())) {
                    return;
                }
                for (WalHole hole : holes.reversed()) {
                    if (hole.after() == null || !hole.after().isAfter(time.instant())) {
                        throw refused(target, inHole(hole));
                    }
                }
                throw refused(target, "is after the last archived commit, " + last.to());
            }
            case RecoveryTarget.Position position -> refuseUnlessBefore(candidates, target, position.lsn(), holes);
            case RecoveryTarget.Transaction transaction ->
                refuseUnlessBefore(candidates, target, end(transaction).lsn(), holes);
        }
    }

    private static void refuseUnlessBefore(
            List<Candidate> candidates, RecoveryTarget target, Lsn lsn, List<WalHole> holes) {
        BaseBackup first = candidates.getFirst().bases().getFirst();
        if (lsn.isBefore(first.end())) {
            return;
        }
        for (WalHole hole : holes.reversed()) {
            if (!lsn.isBefore(hole.first().start(first.segmentSize()))) {
                throw refused(target, inHole(hole));
            }
        }
        throw refused(
                target,
                "is after the end of the archived WAL, "
                        + candidates.getLast().run().end());
    }

    private static String inHole(WalHole hole) {
        return "is in a hole: WAL segment " + hole.first()
                + (hole.segments() > 1 ? " and " + (hole.segments() - 1) + " after it are" : " is")
                + " missing or damaged; the window before it ends at " + hole.after();
    }

    private static HoldfastException refused(RecoveryTarget target, String why) {
        return HoldfastException.about(
                target.toString(),
                FailureCode.POINT_NOT_COVERED,
                "the point in time " + target + " " + why + "; choose one in a window of `./holdfast vault windows`");
    }
}
