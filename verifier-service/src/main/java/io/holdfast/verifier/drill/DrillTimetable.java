package io.holdfast.verifier.drill;

import io.holdfast.config.Cron;
import io.holdfast.config.SourceConfig;
import io.holdfast.drill.DrillReport;
import java.util.List;
import java.util.stream.Stream;

/**
 * One schedule of a source's drills.
 *
 * @param kind of the drills
 */
record DrillTimetable(String kind, Cron cron) {
    /** All schedules of a source: {@code schedule.drills} and {@code drill.staging.schedule}. */
    static List<DrillTimetable> of(SourceConfig source) {
        return Stream.concat(
                        source.schedule().drills().stream().map(DrillTimetable::restoreTest),
                        source.drill().staging().stream()
                                .flatMap(staging -> staging.schedule().stream())
                                .map(cron -> new DrillTimetable(DrillReport.STAGING, cron)))
                .toList();
    }

    static DrillTimetable restoreTest(Cron cron) {
        return new DrillTimetable(DrillReport.RESTORE_TEST, cron);
    }

    /** What the table of schedules calls it. */
    DrillSlots.Key key(String source) {
        return new DrillSlots.Key(source, kind.equals(DrillReport.RESTORE_TEST) ? cron.toString() : kind + " " + cron);
    }
}
