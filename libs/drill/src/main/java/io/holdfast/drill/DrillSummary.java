package io.holdfast.drill;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * The drills of all sources in a year, as an auditor asks for them.
 *
 * @param asOf instant until which drills are counted
 * @param sources sorted by source and environment
 */
public record DrillSummary(int year, Instant asOf, List<SourceDrills> sources) {
    public DrillSummary {
        DrillFields.required("asOf", asOf);
        sources = DrillFields.list("sources", sources).stream()
                .sorted(Comparator.comparing(SourceDrills::source).thenComparing(SourceDrills::environment))
                .toList();
    }

    /** Returns the summary as a table in Markdown; every text is escaped. */
    public String markdown() {
        StringBuilder text = new StringBuilder("# Restoration Tests " + year + "\n\n");
        text.append("As of ").append(DrillText.instant(asOf)).append(".\n\n");
        text.append("| Source | Environment | Due | Done | Passed | Missing | Last passed |\n");
        text.append("| --- | --- | ---: | ---: | ---: | ---: | --- |\n");
        for (SourceDrills each : sources) {
            text.append("| ").append(DrillText.markdown(each.source()));
            text.append(" | ").append(DrillText.markdown(each.environment()));
            text.append(" | ")
                    .append(each.due())
                    .append(" | ")
                    .append(each.done())
                    .append(" | ")
                    .append(each.passed());
            text.append(" | ").append(each.missing() == 0 ? "0" : "**" + each.missing() + "**");
            text.append(" | ").append(each.lastPassedAt() == null ? "never" : DrillText.date(each.lastPassedAt()));
            text.append(" |\n");
        }
        text.append("\nAll sources: ").append(sum(SourceDrills::due)).append(" due, ");
        text.append(sum(SourceDrills::done))
                .append(" done, ")
                .append(sum(SourceDrills::passed))
                .append(" passed, ");
        return text.append(sum(SourceDrills::missing)).append(" missing.\n").toString();
    }

    /**
     * Returns the summary as CSV (RFC 4180) with a header. A text that a spreadsheet would take for a formula begins with an
     * apostrophe.
     */
    public String csv() {
        StringBuilder csv = new StringBuilder("year,source,environment,due,done,passed,missing,last_passed_at\r\n");
        for (SourceDrills each : sources) {
            csv.append(year)
                    .append(',')
                    .append(field(each.source()))
                    .append(',')
                    .append(field(each.environment()));
            csv.append(',')
                    .append(each.due())
                    .append(',')
                    .append(each.done())
                    .append(',')
                    .append(each.passed());
            csv.append(',').append(each.missing()).append(',');
            csv.append(each.lastPassedAt() == null ? "" : each.lastPassedAt()).append("\r\n");
        }
        return csv.toString();
    }

    private long sum(ToIntFunction<SourceDrills> count) {
        return sources.stream().mapToLong(count::applyAsInt).sum();
    }

    private static String field(String text) {
        String line = DrillText.line(text);
        String harmless = line.isEmpty() || "=+-@".indexOf(line.charAt(0)) < 0 ? line : "'" + line;
        return '"' + harmless.replace("\"", "\"\"") + '"';
    }
}
