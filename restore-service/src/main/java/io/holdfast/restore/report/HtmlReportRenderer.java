package io.holdfast.restore.report;

import java.util.List;
import java.util.stream.Collectors;

/** A report as one page of HTML: nothing is fetched, nothing runs, and what people wrote is text in it. */
final class HtmlReportRenderer {
    private static final String START = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>%1$s</title>
            <style>
            body { font: 15px/1.5 system-ui, sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em }
            table { border-collapse: collapse } th, td { border: 1px solid #bbb; padding: .3em .6em; text-align: left }
            ul.ticks { list-style: none; padding: 0 } small { color: #555 }
            </style>
            </head>
            <body>
            <h1>%1$s</h1>
            """;

    private HtmlReportRenderer() {}

    static String of(ReportLayout.Page page) {
        return START.replace("%1$s", text(page.title()))
                + page.blocks().stream().map(HtmlReportRenderer::block).collect(Collectors.joining())
                + "</body>\n</html>\n";
    }

    private static String block(ReportBlock block) {
        return switch (block) {
            case ReportBlock.Heading(String heading) -> "<h2>" + text(heading) + "</h2>\n";
            case ReportBlock.Paragraph(String paragraph) -> "<p>" + text(paragraph) + "</p>\n";
            case ReportBlock.Lines(List<String> lines) ->
                lines.stream()
                        .map(line -> "<li>" + text(line) + "</li>\n")
                        .collect(Collectors.joining("", "<ul>\n", "</ul>\n"));
            case ReportBlock.Table(List<String> head, List<List<String>> rows) ->
                "<table>\n" + row(head, "th")
                        + rows.stream().map(row -> row(row, "td")).collect(Collectors.joining()) + "</table>\n";
            case ReportBlock.Ticks(String heading, List<ReportBlock.Tick> ticks) ->
                ticks.stream()
                        .map(HtmlReportRenderer::tick)
                        .collect(Collectors.joining(
                                "", "<h3>" + text(heading) + "</h3>\n<ul class=\"ticks\">\n", "</ul>\n"));
        };
    }

    private static String row(List<String> cells, String cell) {
        boolean bare = cell.equals("th") && cells.stream().allMatch(String::isEmpty);
        return bare
                ? ""
                : cells.stream()
                        .map(text -> "<" + cell + ">" + text(text) + "</" + cell + ">")
                        .collect(Collectors.joining("", "<tr>", "</tr>\n"));
    }

    private static String tick(ReportBlock.Tick tick) {
        return "<li>" + (tick.ticked() ? "☑ " : "☐ ") + text(tick.text())
                + (tick.remark().isEmpty() ? "" : " <small>" + text(tick.remark()) + "</small>") + "</li>\n";
    }

    private static String text(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
