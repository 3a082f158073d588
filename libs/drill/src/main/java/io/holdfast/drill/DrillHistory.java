package io.holdfast.drill;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The drills of a source in the order of time. */
final class DrillHistory {
    private static final Comparator<EarlierDrill> BY_TIME =
            Comparator.comparing(EarlierDrill::completedAt).thenComparing(EarlierDrill::drillId);

    private DrillHistory() {}

    static List<EarlierDrill> earlier(DrillReport report) {
        return report.earlier().stream().sorted(BY_TIME).toList();
    }

    /** The earlier drills and that of the report. */
    static List<EarlierDrill> all(DrillReport report) {
        EarlierDrill now = new EarlierDrill(
                report.drillId(),
                report.completedAt(),
                report.times().restoreMillis(),
                report.backup().bytes(),
                report.passed());
        return Stream.concat(
                        report.earlier().stream()
                                .filter(drill -> !drill.drillId().equals(now.drillId())),
                        Stream.of(now))
                .sorted(BY_TIME)
                .toList();
    }
}
