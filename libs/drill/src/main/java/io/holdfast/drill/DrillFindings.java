package io.holdfast.drill;

import io.holdfast.drill.ChecklistPoint.State;
import io.holdfast.drill.DrillCheck.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The issues that a report shows, and the recommendation that follows from each of them. Plain text, one line each. */
final class DrillFindings {
    /** Share of an objective, in percent, from which the report warns. */
    private static final int NEAR = 80;
    /** Growth of the restore time, in percent of the median of earlier drills, from which the report warns. */
    private static final int SLOWER = 150;
    /** Size of the backup, in percent of the previous drill's, below which the report warns. */
    private static final int SMALLER = 80;

    private final DrillReport report;
    private final List<String> issues = new ArrayList<>();
    private final List<String> recommendations = new ArrayList<>();

    private DrillFindings(DrillReport report) {
        this.report = report;
    }

    static DrillFindings of(DrillReport report) {
        DrillFindings findings = new DrillFindings(report);
        findings.failure();
        findings.checks();
        findings.controls();
        findings.verdicts();
        findings.objective(
                "restore time",
                report.times().restoreMillis(),
                report.rtoMillis(),
                "RTO",
                "reduce the restore time (parallel load, faster disks, less data) or change the objective");
        findings.objective(
                "age of the backup",
                report.times().snapshotAgeMillis(),
                report.rpoMillis(),
                "RPO",
                "back up more often or change the objective");
        findings.trend();
        findings.open();
        return findings;
    }

    List<String> issues() {
        return List.copyOf(issues);
    }

    List<String> recommendations() {
        return List.copyOf(recommendations);
    }

    private void failure() {
        if (!report.passed()) {
            String failure = report.failure();
            issues.add("The drill did not pass" + (failure == null ? "." : ": " + failure));
            recommendations.add("Correct the cause of the failure, then run the drill again.");
        }
    }

    private void checks() {
        for (DrillCheck check : report.checks()) {
            String finding = check.finding() == null ? "" : ": " + check.finding();
            if (check.outcome() == Outcome.FAILED) {
                issues.add("Check \"" + check.name() + "\" failed" + finding);
                recommendations.add(
                        "Examine the data that the check \"" + check.name() + "\" reports, in the source too.");
            } else if (check.outcome() == Outcome.NOT_RUN) {
                issues.add("Check \"" + check.name() + "\" was not run" + finding);
                recommendations.add("Repair the check \"" + check.name() + "\", so that it runs in the next drill.");
            }
        }
        if (report.checks().stream().noneMatch(check -> check.name().startsWith(CheckNames.FRESH))) {
            recommendations.add(
                    "Configure a check of the newest record (checks.fresh), so that stale data is detected.");
        }
    }

    private void controls() {
        for (NegativeControl control : report.controls()) {
            if (!control.found()) {
                issues.add("Planted fault \"" + control.name() + "\" was not found by \"" + control.expectedCheck()
                        + "\"");
                recommendations.add("Do not rely on the check \"" + control.expectedCheck()
                        + "\" until it finds the planted fault \"" + control.name() + "\".");
            }
        }
    }

    private void verdicts() {
        for (ExternalVerdict verdict : report.verdicts()) {
            if (!verdict.passed()) {
                issues.add("\"" + verdict.who() + "\" failed" + (verdict.note() == null ? "" : ": " + verdict.note()));
                recommendations.add("Examine the failed test of \"" + verdict.who() + "\" with the restored database.");
            }
        }
    }

    private void objective(String measured, long millis, @Nullable Long objective, String name, String remedy) {
        if (objective == null) {
            recommendations.add("Set an objective for the " + measured + " (" + name + ").");
        } else if (millis > objective) {
            issues.add(name + " missed: " + measured + " " + DrillText.duration(millis) + ", objective "
                    + DrillText.duration(objective));
            recommendations.add(name + ": " + remedy + ".");
        } else if (percent(millis, objective) >= NEAR) {
            recommendations.add(name + ": " + measured + " is " + percent(millis, objective) + " % of the objective; "
                    + remedy + " before it is missed.");
        }
    }

    private void trend() {
        List<Long> restores = report.earlier().stream()
                .filter(EarlierDrill::passed)
                .map(EarlierDrill::restoreMillis)
                .sorted()
                .toList();
        if (!restores.isEmpty() && report.passed()) {
            long median = restores.get(restores.size() / 2);
            long now = report.times().restoreMillis();
            if (median > 0 && percent(now, median) > SLOWER) {
                recommendations.add("The restore took " + DrillText.duration(now) + ", the median of earlier drills is "
                        + DrillText.duration(median) + "; find the cause.");
            }
        }
        Optional<EarlierDrill> previous =
                report.earlier().stream().max(Comparator.comparing(EarlierDrill::completedAt));
        long bytes = report.backup().bytes();
        if (previous.isPresent()
                && previous.get().bytes() > 0
                && percent(bytes, previous.get().bytes()) < SMALLER) {
            recommendations.add("The backup has " + DrillText.bytes(bytes) + ", that of the previous drill had "
                    + DrillText.bytes(previous.get().bytes()) + "; confirm that the data was deleted on purpose.");
        }
    }

    private void open() {
        long open = report.checklist().stream()
                .filter(point -> point.state() == State.BY_PERSON)
                .count();
        if (open > 0) {
            recommendations.add("Check the " + open + " open points of the checklist by hand.");
        }
    }

    private static long percent(long part, long whole) {
        return whole == 0 ? (part == 0 ? 0 : Long.MAX_VALUE) : Math.round(100.0 * part / whole);
    }
}
