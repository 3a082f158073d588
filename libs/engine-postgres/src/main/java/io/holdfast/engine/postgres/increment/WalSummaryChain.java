package io.holdfast.engine.postgres.increment;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;

/** The WAL summaries that a server keeps of its present timeline. Pure. */
record WalSummaryChain(List<Summary> summaries) {
    /** The WAL range of one summary file: from {@code start} up to, not including, {@code end}. */
    record Summary(long start, long end) {}

    WalSummaryChain {
        summaries = summaries.stream()
                .sorted(Comparator.comparingLong(Summary::start).thenComparingLong(Summary::end))
                .toList();
    }

    /** Those that together cover the WAL between the two positions; empty if some of it is in none of them. */
    List<Summary> covering(long from, long to) {
        List<Summary> used = new ArrayList<>();
        long covered = from;
        for (Summary summary : summaries) {
            if (covered >= to || summary.start > covered) {
                break;
            }
            if (summary.end > covered) {
                used.add(summary);
                covered = summary.end;
            }
        }
        return covered >= to ? used : List.of();
    }

    /** The first end of a summary that is not before the position. */
    OptionalLong endAfter(long position) {
        return summaries.stream()
                .mapToLong(Summary::end)
                .filter(end -> end >= position)
                .min();
    }
}
