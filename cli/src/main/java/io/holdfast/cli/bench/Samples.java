package io.holdfast.cli.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Times in seconds of each work. The first of each is the cold one and counts in no median. */
final class Samples {
    private final Map<Work, List<Double>> seconds = new EnumMap<>(Work.class);

    void add(Work work, Duration took) {
        seconds.computeIfAbsent(work, key -> new ArrayList<>()).add(took.toNanos() / 1e9);
    }

    boolean has(Work work) {
        return seconds.containsKey(work);
    }

    double cold(Work work) {
        return of(work).getFirst();
    }

    List<Double> warm(Work work) {
        List<Double> all = of(work);
        return all.size() == 1 ? all : all.subList(1, all.size());
    }

    double median(Work work) {
        List<Double> sorted = warm(work).stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    private List<Double> of(Work work) {
        List<Double> all = seconds.get(work);
        if (all == null) {
            throw new IllegalStateException(work + " was not measured");
        }
        return all;
    }
}
