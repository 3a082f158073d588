package io.holdfast.cli.bench;

/**
 * A comparison and what it should be.
 *
 * @param atLeast whether the goal is a least value or a most
 */
record Ratio(String work, String against, double value, double goal, boolean atLeast) {

    /** How many times faster we are. */
    static Ratio faster(String work, String against, double theirs, double ours, double goal) {
        return new Ratio(work, against, theirs / ours, goal, true);
    }

    static Ratio atMost(String work, String against, double value, double goal) {
        return new Ratio(work, against, value, goal, false);
    }

    boolean reached() {
        return atLeast ? value >= goal : value <= goal;
    }
}
