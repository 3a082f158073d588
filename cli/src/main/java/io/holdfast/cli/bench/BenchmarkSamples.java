package io.holdfast.cli.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Times in seconds of each work, by the clock and of CPU. The first of each is the cold one and counts in no median. */
final class BenchmarkSamples {
    private final Map<BenchmarkTask, List<Double>> seconds = new EnumMap<>(BenchmarkTask.class);
    private final Map<BenchmarkTask, List<Double>> cpu = new EnumMap<>(BenchmarkTask.class);

    void add(BenchmarkTask benchmarkTask, Duration took, double cpuSeconds) {
        seconds.computeIfAbsent(benchmarkTask, key -> new ArrayList<>()).add(took.toNanos() / 1e9);
        cpu.computeIfAbsent(benchmarkTask, key -> new ArrayList<>()).add(cpuSeconds);
    }

    boolean has(BenchmarkTask benchmarkTask) {
        return seconds.containsKey(benchmarkTask);
    }

    double cold(BenchmarkTask benchmarkTask) {
        return of(seconds, benchmarkTask).getFirst();
    }

    List<Double> warm(BenchmarkTask benchmarkTask) {
        return warm(of(seconds, benchmarkTask));
    }

    double median(BenchmarkTask benchmarkTask) {
        return median(warm(benchmarkTask));
    }

    /** Of CPU, of all processes of this machine that worked on it. */
    double medianCpu(BenchmarkTask benchmarkTask) {
        return median(warm(of(cpu, benchmarkTask)));
    }

    /** How many times as long one took as the other, in each warm round that had both. */
    List<Double> ratios(BenchmarkTask one, BenchmarkTask other) {
        List<Double> these = warm(one);
        List<Double> those = warm(other);
        return IntStream.range(0, Math.min(these.size(), those.size()))
                .mapToObj(round -> these.get(round) / those.get(round))
                .toList();
    }

    private static List<Double> warm(List<Double> all) {
        return all.size() == 1 ? all : all.subList(1, all.size());
    }

    static double median(List<Double> warm) {
        List<Double> sorted = warm.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    private static List<Double> of(Map<BenchmarkTask, List<Double>> times, BenchmarkTask benchmarkTask) {
        List<Double> all = times.get(benchmarkTask);
        if (all == null) {
            throw new IllegalStateException(benchmarkTask + " was not measured");
        }
        return all;
    }
}
