package io.holdfast.wal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The instants that can be recovered, computed from base backups and the index alone.
 *
 * @param windows by timeline, then by time
 * @param holes by timeline, then by position
 */
public record WalWindows(List<Window> windows, List<WalHole> holes) {
    public WalWindows {
        windows = List.copyOf(windows);
        holes = List.copyOf(holes);
    }

    /** Consecutive segments; only the last one may be incomplete. */
    record Run(NavigableMap<Long, SegmentEntry> segments) {
        Lsn start() {
            return segments.firstEntry().getValue().start();
        }

        Lsn end() {
            return segments.lastEntry().getValue().end();
        }

        @Nullable
        Instant lastCommit() {
            return segments.values().stream()
                    .map(SegmentEntry::last)
                    .filter(Objects::nonNull)
                    .max(Comparator.naturalOrder())
                    .orElse(null);
        }

        @Nullable
        Instant firstCommit() {
            return segments.values().stream()
                    .map(SegmentEntry::first)
                    .filter(Objects::nonNull)
                    .min(Comparator.naturalOrder())
                    .orElse(null);
        }

        /** Whether the WAL that a base needs to become consistent is here. */
        boolean carries(BaseBackup base, TimelineHistory history) {
            return history.passes(base.timeline(), base.end())
                    && base.start().compareTo(start()) >= 0
                    && base.end().compareTo(end()) <= 0;
        }
    }

    public static WalWindows of(List<BaseBackup> bases, WalIndex index) {
        List<Window> windows = new ArrayList<>();
        List<WalHole> holes = new ArrayList<>();
        for (int timeline : index.timelines()) {
            Optional<TimelineHistory> history = index.history(timeline);
            if (history.isEmpty()) {
                continue; // without it the way to the timeline is unknown
            }
            List<Run> runs = runs(index.way(history.get()));
            runs.forEach(run -> window(history.get(), run, bases).ifPresent(windows::add));
            holes(history.get(), runs, index).forEach(holes::add);
        }
        return new WalWindows(windows, holes);
    }

    /**
     * Returns whether instants after the last archived WAL become recoverable: a base backup begins in the newest run
     * of WAL, although the WAL up to its end may not be archived yet. After a hole, the next base backup is the first.
     */
    public static boolean reachPresent(List<BaseBackup> bases, WalIndex index) {
        if (index.timelines().isEmpty()) {
            return !bases.isEmpty();
        }
        int newest = index.timelines().last();
        return index.history(newest)
                .map(history -> {
                    List<Run> runs = runs(index.way(history));
                    Lsn start = runs.getLast().start();
                    return bases.stream()
                            .anyMatch(base -> history.passes(base.timeline(), base.end())
                                    && base.start().compareTo(start) >= 0);
                })
                .orElse(false);
    }

    /** Returns the windows as a message has them, by what the target is measured in; empty without any. */
    public Optional<String> shown(RecoveryTarget target) {
        String text = windows.stream()
                .map(window -> target instanceof RecoveryTarget.Time
                        ? window.from() + " to " + window.to()
                        : "LSN " + window.first() + " to " + window.last() + " of timeline " + window.timeline())
                .collect(Collectors.joining(", "));
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    static List<Run> runs(NavigableMap<Long, SegmentEntry> way) {
        List<Run> runs = new ArrayList<>();
        NavigableMap<Long, SegmentEntry> open = new TreeMap<>();
        for (SegmentEntry entry : way.values()) {
            if (!open.isEmpty()
                    && (open.lastKey() + 1 != entry.number()
                            || !open.lastEntry().getValue().complete())) {
                runs.add(new Run(open));
                open = new TreeMap<>();
            }
            open.put(entry.number(), entry);
        }
        if (!open.isEmpty()) {
            runs.add(new Run(open));
        }
        return runs;
    }

    static List<BaseBackup> usable(TimelineHistory history, Run run, List<BaseBackup> bases) {
        return bases.stream()
                .filter(base -> run.carries(base, history))
                .sorted(Comparator.comparing(BaseBackup::end))
                .toList();
    }

    private static Optional<Window> window(TimelineHistory history, Run run, List<BaseBackup> bases) {
        List<BaseBackup> usable = usable(history, run, bases);
        if (usable.isEmpty()) {
            return Optional.empty();
        }
        BaseBackup first = usable.getFirst();
        Instant from = usable.stream()
                .map(BaseBackup::finishedAt)
                .min(Comparator.naturalOrder())
                .orElseThrow();
        Instant last = run.lastCommit();
        return Optional.of(new Window(
                history.timeline(),
                from,
                last == null || last.isBefore(from) ? from : last,
                first.end(),
                run.end(),
                usable.stream().map(BaseBackup::id).toList()));
    }

    private static List<WalHole> holes(TimelineHistory history, List<Run> runs, WalIndex index) {
        List<WalHole> holes = new ArrayList<>();
        for (int i = 0; i < runs.size(); i++) {
            SegmentEntry last = runs.get(i).segments().lastEntry().getValue();
            int size = last.bytes();
            long next = last.complete() ? last.number() + 1 : last.number();
            if (i + 1 < runs.size()) {
                Run after = runs.get(i + 1);
                long count = Math.max(1, after.segments().firstKey() - next);
                holes.add(new WalHole(
                        history.timeline(),
                        SegmentName.of(history.timelineOf(next, size), next, size),
                        count,
                        runs.get(i).lastCommit(),
                        after.firstCommit()));
            } else {
                long lost = index.missing().stream()
                        .filter(name -> name.timeline() == history.timelineOf(name.number(size), size)
                                && name.number(size) >= next)
                        .count();
                if (lost > 0) {
                    holes.add(new WalHole(
                            history.timeline(),
                            SegmentName.of(history.timelineOf(next, size), next, size),
                            lost,
                            runs.get(i).lastCommit(),
                            null));
                }
            }
        }
        return holes;
    }
}
