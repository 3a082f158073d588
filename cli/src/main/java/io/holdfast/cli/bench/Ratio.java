package io.holdfast.cli.bench;

import java.util.List;

/**
 * A comparison and what it should be.
 *
 * @param value the median of the rounds' own: what slowed a round slowed both sides
 * @param rounds each round's; empty where there is only one value
 * @param atLeast whether the goal is a least value or a most
 */
record Ratio(String work, String against, double value, List<Double> rounds, double goal, boolean atLeast) {

    static Ratio atLeast(String work, String against, List<Double> rounds, double goal) {
        return new Ratio(work, against, Samples.median(rounds), rounds, goal, true);
    }

    static Ratio atMost(String work, String against, List<Double> rounds, double goal) {
        return new Ratio(work, against, Samples.median(rounds), rounds, goal, false);
    }

    static Ratio atMost(String work, String against, double value, double goal) {
        return new Ratio(work, against, value, List.of(), goal, false);
    }

    boolean reached() {
        return atLeast ? value >= goal : value <= goal;
    }
}
