package io.holdfast.restore.report;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A report as Markdown with GitHub's tables and task lists. What people wrote is text in it, and nothing else. */
final class MarkdownReportRenderer {
    private static final Pattern SPECIAL = Pattern.compile("[\\\\`*_\\[\\]|#~!]");
    private static final Pattern BREAKS = Pattern.compile("\\p{Cntrl}+");
    private static final Pattern ADDRESS = Pattern.compile("(?i)\\b(https?|ftp|mailto)(:)|\\b(www)(\\.)");

    private MarkdownReportRenderer() {}

    static String of(ReportLayout.Page page) {
        return "# " + text(page.title()) + "\n"
                + page.blocks().stream().map(MarkdownReportRenderer::block).collect(Collectors.joining());
    }

    private static String block(ReportBlock block) {
        return switch (block) {
            case ReportBlock.Heading(String heading) -> "\n## " + text(heading) + "\n";
            case ReportBlock.Paragraph(String paragraph) -> "\n" + line(paragraph) + "\n";
            case ReportBlock.Lines(List<String> lines) ->
                lines.stream().map(line -> "- " + line(line) + "\n").collect(Collectors.joining("", "\n", ""));
            case ReportBlock.Table(List<String> head, List<List<String>> rows) ->
                "\n" + row(head) + "|" + "---|".repeat(head.size()) + "\n"
                        + rows.stream().map(MarkdownReportRenderer::row).collect(Collectors.joining());
            case ReportBlock.Ticks(String heading, List<ReportBlock.Tick> ticks) ->
                ticks.stream()
                        .map(MarkdownReportRenderer::tick)
                        .collect(Collectors.joining("", "\n### " + text(heading) + "\n\n", ""));
        };
    }

    private static String row(List<String> cells) {
        return cells.stream().map(MarkdownReportRenderer::text).collect(Collectors.joining(" | ", "| ", " |\n"));
    }

    private static String tick(ReportBlock.Tick tick) {
        return "- [" + (tick.ticked() ? "x" : " ") + "] " + text(tick.text())
                + (tick.remark().isEmpty() ? "" : " (" + text(tick.remark()) + ")") + "\n";
    }

    /** At the start of a line more has a meaning than elsewhere. */
    private static String line(String text) {
        String escaped = text(text);
        return escaped.replaceFirst("^(\\s*)([-+=]|\\d+(?=[.)]))", "$1\u200b$2");
    }

    private static String text(String text) {
        String plain = BREAKS.matcher(text).replaceAll(" ");
        String escaped = SPECIAL.matcher(plain)
                .replaceAll("\\\\$0")
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;");
        return ADDRESS.matcher(escaped).replaceAll("$1$3\\\\$2$4");
    }
}
