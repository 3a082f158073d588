package io.holdfast.wal;

import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What an archive has, as a listing of its objects confirms it.
 *
 * @param segments that are there, in their stored size
 * @param partials segments of which only the beginning is there
 * @param missing segments that the index lists and that are not there in their stored size
 * @param histories of timelines after the first
 */
public record WalIndex(
        List<SegmentEntry> segments,
        List<SegmentEntry> partials,
        List<SegmentName> missing,
        List<TimelineHistory> histories) {
    public WalIndex {
        segments = List.copyOf(segments);
        partials = List.copyOf(partials);
        missing = List.copyOf(missing);
        histories = List.copyOf(histories);
    }

    /** Timelines of which there is WAL, the newest last. */
    NavigableSet<Integer> timelines() {
        NavigableSet<Integer> found = new TreeSet<>();
        Stream.concat(segments.stream(), partials.stream())
                .forEach(entry -> found.add(entry.name().timeline()));
        return found;
    }

    /** The history of a timeline; empty if it is needed and not there. */
    Optional<TimelineHistory> history(int timeline) {
        return timeline == 1
                ? Optional.of(new TimelineHistory(1, List.of()))
                : histories.stream().filter(h -> h.timeline() == timeline).findFirst();
    }

    /** The segments on the way to the end of a timeline, by number; of ancestors only those before the switch. */
    NavigableMap<Long, SegmentEntry> way(TimelineHistory history) {
        NavigableMap<Long, SegmentEntry> way = new TreeMap<>();
        Stream.concat(partials.stream(), segments.stream())
                .filter(entry -> entry.name().timeline() == history.timelineOf(entry.number(), entry.bytes()))
                .forEach(entry -> way.put(entry.number(), entry));
        return way;
    }
}
