package io.holdfast.drill;

import io.holdfast.drill.ChecklistPoint.State;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A report as its HTML shows it: every value is text without control characters, not yet escaped. */
record DrillView(
        String title,
        boolean passed,
        List<Field> head,
        List<Line> results,
        List<Field> metrics,
        List<LineChart> charts,
        List<List<Cell>> checks,
        List<List<Cell>> controls,
        List<List<Cell>> verdicts,
        List<Line> checklist,
        List<List<Cell>> history,
        List<String> issues,
        List<String> recommendations,
        String signedBy,
        String signedAt,
        String note,
        String version) {
    /** A name with its value. */
    record Field(String name, String value, boolean bad) {}

    /** A cell of a table. */
    record Cell(String text, boolean bad) {}

    /** A point with its mark. */
    record Line(String state, String text, String note) {}

    static DrillView of(DrillReport report) {
        DrillFindings findings = DrillFindings.of(report);
        SignOff signed = report.signOff();
        return new DrillView(
                DrillText.line(report.source()) + ", " + DrillText.date(report.completedAt()),
                report.passed(),
                head(report),
                TestResult.of(report).stream()
                        .map(result -> new Line(
                                result.state() == 'x' ? "done" : result.state() == '!' ? "failed" : "open",
                                result.text(),
                                result.state() == ' ' ? "not checked" : ""))
                        .toList(),
                metrics(report),
                charts(report),
                report.checks().stream().map(DrillView::row).toList(),
                report.controls().stream().map(DrillView::row).toList(),
                report.verdicts().stream().map(DrillView::row).toList(),
                report.checklist().stream().map(DrillView::line).toList(),
                DrillHistory.all(report).reversed().stream().map(DrillView::row).toList(),
                lines(findings.issues()),
                lines(findings.recommendations()),
                signed == null ? "" : DrillText.line(signed.person()),
                signed == null ? "" : DrillText.instant(signed.at()),
                signed == null ? "" : text(signed.note()),
                DrillText.line(report.holdfastVersion()));
    }

    private static List<Field> head(DrillReport report) {
        return List.of(
                field("Date", DrillText.date(report.completedAt())),
                field("Tester", report.tester()),
                field("Source", report.source() + " (" + report.environment() + ")"),
                field("Kind", report.kind()),
                field("Backup", report.backup().id()),
                field("Taken", DrillText.instant(report.backup().takenAt())),
                field("Test database", report.testDatabase()),
                field("Server", report.engine() + " " + report.serverVersion()),
                field("Started", DrillText.instant(report.startedAt())),
                field("Completed", DrillText.instant(report.completedAt())));
    }

    private static List<Field> metrics(DrillReport report) {
        DrillTimes times = report.times();
        DrilledBackup backup = report.backup();
        return List.of(
                objective("Restoration time", times.restoreMillis(), report.rtoMillis()),
                objective("Age of the backup", times.snapshotAgeMillis(), report.rpoMillis()),
                field(
                        "Backup size",
                        DrillText.bytes(backup.bytes()) + ", " + DrillText.bytes(backup.storedBytes()) + " stored"),
                field(
                        "Records",
                        DrillText.count(backup.rows()) + " in " + DrillText.count(backup.tables()) + " tables"),
                field("Load of rows", DrillText.duration(times.loadMillis())),
                field("Indexes and constraints", DrillText.duration(times.indexMillis())),
                field("Comparison and checks", DrillText.duration(times.checkMillis())));
    }

    private static List<LineChart> charts(DrillReport report) {
        List<EarlierDrill> drills = DrillHistory.all(report);
        return List.of(
                LineChart.of("Backup size", drills, EarlierDrill::bytes, RoundNumber::bytes, DrillText::bytes),
                LineChart.of(
                        "Restoration time",
                        drills,
                        EarlierDrill::restoreMillis,
                        RoundNumber::millis,
                        DrillText::duration));
    }

    private static List<Cell> row(DrillCheck check) {
        return List.of(
                cell(check.name()),
                switch (check.outcome()) {
                    case PASSED -> cell("passed");
                    case FAILED -> new Cell("failed", true);
                    case NOT_RUN -> new Cell("not run", true);
                },
                cell(check.expected()),
                cell(check.actual()),
                cell(DrillText.duration(check.durationMillis())),
                cell(check.finding()));
    }

    private static List<Cell> row(NegativeControl control) {
        return List.of(
                cell(control.name()),
                cell(control.expectedCheck()),
                control.found() ? cell(control.foundBy()) : new Cell("not found", true),
                cell(control.detail()));
    }

    private static List<Cell> row(ExternalVerdict verdict) {
        return List.of(
                cell(verdict.who()),
                outcome(verdict.passed()),
                cell(DrillText.instant(verdict.at())),
                cell(verdict.note()));
    }

    private static List<Cell> row(EarlierDrill drill) {
        return List.of(
                cell(DrillText.date(drill.completedAt())),
                cell(DrillText.bytes(drill.bytes())),
                cell(DrillText.duration(drill.restoreMillis())),
                outcome(drill.passed()));
    }

    private static Cell outcome(boolean passed) {
        return passed ? cell("passed") : new Cell("failed", true);
    }

    private static Line line(ChecklistPoint point) {
        String state = point.state() == State.DONE ? "done" : point.state() == State.FAILED ? "failed" : "open";
        return new Line(state, point.number() + ". " + DrillText.line(point.text()), text(point.note()));
    }

    private static Field objective(String name, long millis, @Nullable Long objective) {
        return objective == null
                ? field(name, DrillText.duration(millis))
                : new Field(
                        name,
                        DrillText.duration(millis) + ", objective " + DrillText.duration(objective)
                                + (millis <= objective ? " met" : " missed"),
                        millis > objective);
    }

    private static Field field(String name, String value) {
        return new Field(name, DrillText.line(value), false);
    }

    private static Cell cell(@Nullable String value) {
        return new Cell(text(value), false);
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : DrillText.line(value);
    }

    private static List<String> lines(List<String> lines) {
        return lines.stream().map(DrillText::line).toList();
    }
}
