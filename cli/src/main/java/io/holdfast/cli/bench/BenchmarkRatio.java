package io.holdfast.cli.bench;

import java.util.List;

/**
 * A comparison and what it should be.
 *
 * @param value the median of the rounds' own: what slowed a round slowed both sides
 * @param rounds each round's; empty where there is only one value
 * @param atLeast whether the goal is a least value or a most
 */
record BenchmarkRatio(String work, String against, double value, List<Double> rounds, double goal, boolean atLeast) {

    static BenchmarkRatio atLeast(String work, String against, List<Double> rounds, double goal) {
        return new BenchmarkRatio(work, against, BenchmarkSamples.median(rounds), rounds, goal, true);
    }

    static BenchmarkRatio atMost(String work, String against, List<Double> rounds, double goal) {
        return new BenchmarkRatio(work, against, BenchmarkSamples.median(rounds), rounds, goal, false);
    }

    static BenchmarkRatio atMost(String work, String against, double value, double goal) {
        return new BenchmarkRatio(work, against, value, List.of(), goal, false);
    }

    boolean reached() {
        return atLeast ? value >= goal : value <= goal;
    }
}
