package io.holdfast.drill;

import io.holdfast.drill.DrillCheck.Outcome;
import java.util.List;
import java.util.Set;

/**
 * One line of the section "Test Results" of a report.
 *
 * @param state one of {@code x} (passed), {@code !} (failed) and a space (not decided)
 */
record TestResult(char state, String text) {
    /** The results in the order of the template. */
    static List<TestResult> of(DrillReport report) {
        return List.of(
                of(report, "Backup downloaded successfully", Set.of(CheckNames.DOWNLOAD)),
                of(report, "Schema created without errors", Set.of(CheckNames.SCHEMA)),
                of(report, "Data restored without errors", Set.of(CheckNames.ROWS, CheckNames.SEQUENCES)),
                of(report, "Record counts match expectations", Set.of(CheckNames.ROW_COUNTS, CheckNames.ROWS)),
                of(report, "Data integrity verified", Set.of(CheckNames.ROWS, CheckNames.CONSTRAINTS)),
                new TestResult(orphans(report), "No orphaned records found"));
    }

    /** A drill that passed restored the backup and compared all of it, with or without a check of its own in the report. */
    private static TestResult of(DrillReport report, String text, Set<String> names) {
        List<DrillCheck> checks = report.checks().stream()
                .filter(check -> names.contains(check.name()))
                .toList();
        return new TestResult(checks.isEmpty() && report.passed() ? 'x' : state(checks), text);
    }

    private static char orphans(DrillReport report) {
        return state(report.checks().stream()
                .filter(check -> check.name().equals(CheckNames.FOREIGN_KEYS)
                        || check.name().startsWith(CheckNames.ORPHANS))
                .toList());
    }

    private static char state(List<DrillCheck> checks) {
        if (checks.stream().anyMatch(check -> check.outcome() == Outcome.FAILED)) {
            return '!';
        }
        return !checks.isEmpty() && checks.stream().allMatch(check -> check.outcome() == Outcome.PASSED) ? 'x' : ' ';
    }
}
