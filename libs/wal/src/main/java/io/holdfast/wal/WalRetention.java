package io.holdfast.wal;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What an archive no longer needs. The newest base backup that ended before the retained time stays, because every later
 * instant up to the next base needs it; so do all newer ones, and the WAL from its start.
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
     * Decides; removes nothing. A base whose WAL has a hole is not relied on: the one that stays must be in a window.
     *
     * @param keep how long every instant must stay recoverable
     */
    public static WalRetention of(List<BaseBackup> bases, WalIndex index, Duration keep, Instant now) {
        List<String> recoverable = WalWindows.of(bases, index).windows().stream()
                .flatMap(window -> window.bases().stream())
                .distinct()
                .toList();
        Optional<BaseBackup> oldest = bases.stream()
                .filter(base -> recoverable.contains(base.id()))
                .filter(base -> !base.finishedAt().isAfter(now.minus(keep)))
                .max(Comparator.comparing(BaseBackup::finishedAt));
        if (oldest.isEmpty()) {
            return new WalRetention(List.of(), List.of());
        }
        BaseBackup kept = oldest.get();
        List<BaseBackup> stay = bases.stream()
                .filter(base -> !base.finishedAt().isBefore(kept.finishedAt()))
                .toList();
        Lsn first = stay.stream()
                .map(BaseBackup::start)
                .min(Comparator.naturalOrder())
                .orElseThrow();
        return new WalRetention(
                bases.stream().filter(base -> !stay.contains(base)).toList(),
                Stream.concat(index.segments().stream(), index.partials().stream())
                        .filter(entry -> entry.number() < first.segment(entry.bytes()))
                        .map(SegmentEntry::name)
                        .sorted()
                        .toList());
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
