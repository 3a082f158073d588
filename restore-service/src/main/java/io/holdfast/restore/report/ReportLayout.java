package io.holdfast.restore.report;

import io.holdfast.contracts.CheckResult;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a report says, in which order. Sections with nothing in them say so: silence would be read as "fine". */
final class ReportLayout {
    private final RestoreReport report;
    private final List<ReportBlock> blocks = new ArrayList<>();

    private ReportLayout(RestoreReport report) {
        this.report = report;
    }

    /** @param title also the page's */
    record Page(String title, List<ReportBlock> blocks) {}

    static Page of(RestoreReport report) {
        ReportLayout reportLayout = new ReportLayout(report);
        reportLayout.summary();
        reportLayout.lines("Plan", report.plan(), "No plan is recorded.");
        reportLayout.steps();
        reportLayout.checks();
        reportLayout.differences();
        reportLayout.checklist();
        reportLayout.lines("Next steps", report.nextSteps(), "None.");
        return new Page("Restore of " + report.source() + ": " + words(report.outcome()), reportLayout.blocks);
    }

    private void summary() {
        String failure = report.failure();
        if (failure != null) {
            blocks.add(new ReportBlock.Paragraph(failure));
        }
        List<List<String>> facts = new ArrayList<>();
        fact(facts, "Restore", report.restoreId().toString());
        fact(facts, "Source", report.source());
        fact(facts, "Mode", report.mode());
        fact(facts, "Target", report.target());
        fact(
                facts,
                "Backup",
                report.backupId() == null ? null : report.backupId().toString());
        fact(facts, "Data as of", time(report.snapshotAt()));
        fact(facts, "Reason", report.reason());
        fact(facts, "Requested by", report.requester() + ", " + time(report.requestedAt()));
        fact(facts, "Approved by", report.approver() == null ? null : report.approver() + by(report.approvedAt()));
        fact(facts, "Switched", time(report.switchedAt()));
        fact(facts, "Ended", time(report.endedAt()));
        fact(facts, "Recovery time", recovery());
        fact(facts, "Data loss", dataLoss());
        blocks.add(new ReportBlock.Table(List.of("", ""), facts));
    }

    private static void fact(List<List<String>> facts, String name, @Nullable String value) {
        facts.add(List.of(name, value == null ? "–" : value));
    }

    private @Nullable String recovery() {
        Duration recovery = report.recovery();
        Long objective = report.rtoObjectiveMillis();
        if (recovery == null) {
            return null;
        }
        return objective == null
                ? duration(recovery) + "; no objective is set"
                : duration(recovery) + "; objective " + duration(Duration.ofMillis(objective)) + ": "
                        + (recovery.toMillis() <= objective ? "met" : "missed");
    }

    private String dataLoss() {
        Duration loss = report.dataLoss();
        return loss == null
                ? "none: nothing live was replaced"
                : duration(loss) + ": what was written from " + time(report.snapshotAt()) + " to "
                        + time(report.switchedAt()) + " is not in the restored data";
    }

    private void lines(String heading, List<String> lines, String none) {
        blocks.add(new ReportBlock.Heading(heading));
        blocks.add(lines.isEmpty() ? new ReportBlock.Paragraph(none) : new ReportBlock.Lines(lines));
    }

    private void table(String heading, List<String> head, List<List<String>> rows, String none) {
        blocks.add(new ReportBlock.Heading(heading));
        blocks.add(rows.isEmpty() ? new ReportBlock.Paragraph(none) : new ReportBlock.Table(head, rows));
    }

    private void steps() {
        List<List<String>> rows = report.steps().stream()
                .map(step -> {
                    Instant ended = step.endedAt();
                    String took = ended == null ? "–" : duration(Duration.between(step.startedAt(), ended));
                    return List.of(step.name(), text(time(step.startedAt())), took, text(step.detail()));
                })
                .toList();
        table("Steps", List.of("Step", "Began", "Took", "Remark"), rows, "None was begun.");
    }

    private void checks() {
        List<List<String>> rows = report.checks().stream()
                .map(check -> List.of(check.name(), words(check.outcome()), text(check.finding())))
                .toList();
        table("Checks of the data", List.of("Check", "Result", "Finding"), rows, "None was run.");
        long failed = report.checks().stream()
                .filter(check -> check.outcome() == CheckResult.Outcome.FAILED)
                .count();
        if (failed > 0) {
            blocks.add(new ReportBlock.Paragraph(failed + " of " + rows.size() + " checks failed."));
        }
    }

    private void differences() {
        List<List<String>> rows = report.differences().stream()
                .map(difference -> {
                    RestoreReport.Counts after = difference.after();
                    return List.of(
                            difference.table(), counts(difference.before()), after == null ? "–" : counts(after));
                })
                .toList();
        table("Differences from the backup", List.of("Table", "Before", "After"), rows, "Nobody looked for any.");
    }

    private static String counts(RestoreReport.Counts counts) {
        return counts.missing() + " missing, " + counts.changed() + " changed, " + counts.extra() + " extra";
    }

    private void checklist() {
        blocks.add(new ReportBlock.Heading("Checklist"));
        long open = report.checklist().stream().filter(item -> !item.ticked()).count();
        blocks.add(new ReportBlock.Paragraph(
                (report.checklist().size() - open) + " of " + report.checklist().size() + " are ticked."));
        Map<String, List<ReportBlock.Tick>> lists = new LinkedHashMap<>();
        for (ChecklistItem item : report.checklist()) {
            String by = item.tickedBy();
            lists.computeIfAbsent(item.list(), list -> new ArrayList<>())
                    .add(new ReportBlock.Tick(item.ticked(), item.text(), by == null ? "" : by + by(item.tickedAt())));
        }
        lists.forEach((heading, ticks) -> blocks.add(new ReportBlock.Ticks(heading, ticks)));
    }

    private static String by(@Nullable Instant at) {
        return at == null ? "" : ", " + time(at);
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static @Nullable String time(@Nullable Instant at) {
        return at == null
                ? null
                : at.truncatedTo(ChronoUnit.SECONDS)
                        .toString()
                        .replace('T', ' ')
                        .replace("Z", " UTC");
    }

    private static String words(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** The two largest units: more says no more. */
    static String duration(Duration duration) {
        long seconds = Math.abs(duration.toSeconds());
        String sign = duration.isNegative() ? "-" : "";
        if (seconds < 60) {
            return sign + seconds + "." + duration.abs().toMillisPart() / 100 + " s";
        }
        if (seconds < 3600) {
            return sign + seconds / 60 + " min " + seconds % 60 + " s";
        }
        return seconds < 86_400
                ? sign + seconds / 3600 + " h " + seconds / 60 % 60 + " min"
                : sign + seconds / 86_400 + " d " + seconds / 3600 % 24 + " h";
    }
}
