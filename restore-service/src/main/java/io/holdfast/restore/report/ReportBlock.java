package io.holdfast.restore.report;

import java.util.List;

/** A piece of a report, before it is Markdown or HTML. Texts are as people wrote them: each page escapes them. */
sealed interface ReportBlock {

    record Heading(String text) implements ReportBlock {}

    record Paragraph(String text) implements ReportBlock {}

    record Lines(List<String> lines) implements ReportBlock {}

    /** @param rows each as long as the head */
    record Table(List<String> head, List<List<String>> rows) implements ReportBlock {}

    record Ticks(String heading, List<Tick> ticks) implements ReportBlock {}

    /** @param remark empty, or who and when */
    record Tick(boolean ticked, String text, String remark) {}
}
