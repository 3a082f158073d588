package io.holdfast.drill;

import static io.holdfast.drill.DrillText.bytes;
import static io.holdfast.drill.DrillText.count;
import static io.holdfast.drill.DrillText.date;
import static io.holdfast.drill.DrillText.duration;
import static io.holdfast.drill.DrillText.instant;
import static io.holdfast.drill.DrillText.markdown;

import io.holdfast.drill.ChecklistPoint.State;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.IsoFields;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A report as Markdown. The same report gives the same bytes. Every text of the report is escaped: it cannot become markup,
 * HTML, a link, or a line of its own.
 */
public final class DrillMarkdown {
    private final DrillReport report;
    private final StringBuilder text = new StringBuilder();

    private DrillMarkdown(DrillReport report) {
        this.report = report;
    }

    public static String of(DrillReport report) {
        return new DrillMarkdown(report).write();
    }

    /** The name of the file, by year and quarter of the drill in UTC: {@code 2026-Q1-backup-test.md}. */
    public static String fileName(DrillReport report) {
        ZonedDateTime at = report.completedAt().atZone(ZoneOffset.UTC);
        return at.getYear() + "-Q" + at.get(IsoFields.QUARTER_OF_YEAR) + "-backup-test.md";
    }

    private String write() {
        text.append("# Restoration Test Report\n\n");
        head();
        results();
        metrics();
        checks();
        controls();
        verdicts();
        checklist();
        earlier();
        DrillFindings findings = DrillFindings.of(report);
        section("Issues Encountered");
        list(findings.issues());
        section("Recommendations");
        list(findings.recommendations());
        signOff();
        return text.toString();
    }

    private void head() {
        field("Date", date(report.completedAt()));
        field("Tester", markdown(report.tester()));
        field("Source", markdown(report.source()) + " (" + markdown(report.environment()) + ")");
        field(
                "Backup",
                markdown(report.backup().id()) + ", taken "
                        + instant(report.backup().takenAt()));
        field("Test Database", markdown(report.testDatabase()));
        field("Server", markdown(report.engine()) + " " + markdown(report.serverVersion()));
        field("Drill", markdown(report.drillId()) + ", " + markdown(report.kind()));
        field("Time", instant(report.startedAt()) + " to " + instant(report.completedAt()));
    }

    private void field(String name, String value) {
        text.append("- **").append(name).append("**: ").append(value).append('\n');
    }

    private void results() {
        section("Test Results");
        for (TestResult result : TestResult.of(report)) {
            text.append("- [")
                    .append(result.state() == 'x' ? 'x' : ' ')
                    .append("] ")
                    .append(result.text());
            text.append(result.state() == '!' ? ": **failed**\n" : result.state() == ' ' ? ": not checked\n" : "\n");
        }
    }

    private void metrics() {
        section("Metrics");
        DrilledBackup backup = report.backup();
        DrillTimes times = report.times();
        field("Backup size", bytes(backup.bytes()) + ", " + bytes(backup.storedBytes()) + " stored");
        field(
                "Restoration time",
                duration(times.restoreMillis()) + objective(report.rtoMillis(), times.restoreMillis()));
        field("Load of rows", duration(times.loadMillis()));
        field("Indexes and constraints", duration(times.indexMillis()));
        field("Comparison and checks", duration(times.checkMillis()));
        field(
                "Age of the backup",
                duration(times.snapshotAgeMillis()) + objective(report.rpoMillis(), times.snapshotAgeMillis()));
        field("Total records restored", count(backup.rows()) + " in " + count(backup.tables()) + " tables");
    }

    private static String objective(@Nullable Long objective, long millis) {
        return objective == null
                ? ""
                : " (objective " + duration(objective) + ": " + (millis <= objective ? "met)" : "**missed**)");
    }

    private void checks() {
        if (!report.checks().isEmpty()) {
            section("Checks");
            row("Check", "Outcome", "Expected", "Found", "Time", "Finding");
            row("---", "---", "---", "---", "---:", "---");
            report.checks()
                    .forEach(check -> row(
                            markdown(check.name()),
                            outcome(check),
                            markdown(check.expected()),
                            markdown(check.actual()),
                            duration(check.durationMillis()),
                            optional(check.finding())));
        }
    }

    private static String outcome(DrillCheck check) {
        return switch (check.outcome()) {
            case PASSED -> "passed";
            case FAILED -> "**failed**";
            case NOT_RUN -> "not run";
        };
    }

    private void controls() {
        if (!report.controls().isEmpty()) {
            section("Negative Controls");
            text.append("Each fault was planted in the test database; a check must find it.\n\n");
            row("Planted fault", "Expected check", "Found by", "Detail");
            row("---", "---", "---", "---");
            report.controls()
                    .forEach(control -> row(
                            markdown(control.name()),
                            markdown(control.expectedCheck()),
                            control.found() ? optional(control.foundBy()) : "**not found**",
                            optional(control.detail())));
        }
    }

    private void verdicts() {
        if (!report.verdicts().isEmpty()) {
            section("Other Tests");
            row("By", "Outcome", "Time", "Note");
            row("---", "---", "---", "---");
            report.verdicts()
                    .forEach(verdict -> row(
                            markdown(verdict.who()),
                            verdict.passed() ? "passed" : "**failed**",
                            instant(verdict.at()),
                            optional(verdict.note())));
        }
    }

    private void checklist() {
        if (!report.checklist().isEmpty()) {
            section("Checklist");
            for (ChecklistPoint point : report.checklist()) {
                text.append("- [")
                        .append(point.state() == State.DONE ? 'x' : ' ')
                        .append("] ");
                text.append(point.number()).append("\\. ").append(markdown(point.text()));
                text.append(point.state() == State.FAILED ? ": **failed**" : "");
                text.append(point.state() == State.BY_PERSON ? ": by a person" : "");
                text.append(point.note() == null ? "\n" : " (" + optional(point.note()) + ")\n");
            }
        }
    }

    private void earlier() {
        if (!report.earlier().isEmpty()) {
            section("Earlier Drills");
            row("Date", "Backup size", "Restoration time", "Outcome");
            row("---", "---:", "---:", "---");
            DrillHistory.earlier(report)
                    .forEach(drill -> row(
                            date(drill.completedAt()),
                            bytes(drill.bytes()),
                            duration(drill.restoreMillis()),
                            drill.passed() ? "passed" : "**failed**"));
        }
    }

    private void signOff() {
        section("Sign-off");
        SignOff signed = report.signOff();
        Instant at = signed == null ? null : signed.at();
        field("Tested by", signed == null ? "\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_" : markdown(signed.person()));
        field("Date", at == null ? "\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_" : instant(at));
        field("Status", report.passed() ? "✅ PASS" : "❌ FAIL");
        if (signed != null && signed.note() != null) {
            field("Note", markdown(signed.note()));
        }
        text.append("\nHoldfast ").append(markdown(report.holdfastVersion())).append('\n');
    }

    private void section(String title) {
        text.append("\n## ").append(title).append("\n\n");
    }

    private void list(List<String> lines) {
        if (lines.isEmpty()) {
            text.append("None.\n");
        }
        lines.forEach(line -> text.append("- ").append(markdown(line)).append('\n'));
    }

    private void row(String... cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }

    private static String optional(@Nullable String value) {
        return value == null ? "" : markdown(value);
    }
}
