package io.holdfast.wal;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The base backups and segments that no retained instant needs. In each window, the newest base backup that ended before the
 * retained time stays, because every later instant up to the next base needs it; so do all newer ones, and the WAL from the
 * start of the oldest.
 *
 * @param bases to be removed
 * @param segments to be removed, whole and partial ones, the oldest first
 */
public record WalRetention(List<BaseBackup> bases, List<SegmentName> segments) {
    public WalRetention {
        bases = List.copyOf(bases);
        segments = List.copyOf(segments);
    }

    /**
     * Decides; removes nothing. Each window is retained by itself, because a base backup of one timeline may be of no use on
     * another. The newest window stays however old it is.
     *
     * @param keep how long every instant must stay recoverable
     */
    public static WalRetention of(List<BaseBackup> bases, WalIndex index, Duration keep, Instant now) {
        Instant since = now.minus(keep);
        List<Window> windows = WalWindows.of(bases, index).windows();
        if (windows.isEmpty()) {
            return new WalRetention(List.of(), List.of());
        }
        Set<String> stay = new HashSet<>();
        Window newest = windows.stream().max(Comparator.comparing(Window::to)).orElseThrow();
        Window current = windows.getLast(); // of the newest timeline
        for (Window window : windows) {
            if (window.equals(newest) || window.equals(current) || !window.to().isBefore(since)) {
                stay.addAll(needed(window, bases, since));
            }
        }
        bases.stream()
                .filter(base -> base.finishedAt().isAfter(since)
                        || base.finishedAt().isAfter(newest.to())) // its WAL may not be archived yet
                .map(BaseBackup::id)
                .forEach(stay::add);
        Lsn first = bases.stream()
                .filter(base -> stay.contains(base.id()))
                .map(BaseBackup::start)
                .min(Comparator.naturalOrder())
                .orElseThrow();
        return new WalRetention(
                bases.stream().filter(base -> !stay.contains(base.id())).toList(),
                Stream.concat(index.segments().stream(), index.partials().stream())
                        .filter(entry -> entry.number() < first.segment(entry.bytes()))
                        .map(SegmentEntry::name)
                        .sorted()
                        .toList());
    }

    /** Of a window's base backups: the newest one that ended before the retained time, else the oldest, and all later ones. */
    private static List<String> needed(Window window, List<BaseBackup> bases, Instant since) {
        List<BaseBackup> own = bases.stream()
                .filter(base -> window.bases().contains(base.id()))
                .sorted(Comparator.comparing(BaseBackup::finishedAt))
                .toList();
        int first = 0;
        for (int i = 0; i < own.size(); i++) {
            if (!own.get(i).finishedAt().isAfter(since)) {
                first = i;
            }
        }
        return own.subList(first, own.size()).stream().map(BaseBackup::id).toList();
    }

    /**
     * Removes what was decided: base backups first, so that none is left without its WAL. One that dies leaves the rest to
     * the next.
     */
    public void apply(BaseBackups from, WalArchive archive) {
        bases.forEach(from::remove);
        segments.forEach(archive::remove);
    }
}
