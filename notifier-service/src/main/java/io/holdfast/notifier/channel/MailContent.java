package io.holdfast.notifier.channel;

import io.holdfast.notifier.notice.Notification;

/** A notice as a mail: its subject, its text, and the same as simple HTML. */
record MailContent(String subject, String text, String html) {

    static MailContent of(Notification notice) {
        return new MailContent(subject(notice), text(notice), html(notice));
    }

    private static String subject(Notification notice) {
        String sign = switch (notice.mood()) {
            case GOOD -> "OK";
            case INFO -> "INFO";
            case WARNING -> "WARNING";
            case BAD -> "FAILURE";
        };
        return "[Holdfast] " + sign + ": " + notice.title().replaceAll("\\p{Cntrl}", " ");
    }

    private static String text(Notification notice) {
        StringBuilder text = new StringBuilder(notice.title()).append("\n\n");
        if (!notice.text().isEmpty()) {
            text.append(notice.text()).append("\n\n");
        }
        for (Notification.Fact fact : notice.facts()) {
            text.append(fact.label()).append(": ").append(fact.value()).append('\n');
        }
        if (notice.todo() != null) {
            text.append("\nWhat to do: ").append(notice.todo()).append('\n');
        }
        return text.append("\n-- \n").append(foot(notice)).append('\n').toString();
    }

    private static String html(Notification notice) {
        StringBuilder html = new StringBuilder("<!doctype html>\n<html><body>\n<h2>")
                .append(escape(notice.title()))
                .append("</h2>\n");
        if (!notice.text().isEmpty()) {
            html.append("<p>").append(escape(notice.text())).append("</p>\n");
        }
        html.append("<table>\n");
        for (Notification.Fact fact : notice.facts()) {
            html.append("<tr><th align=\"left\">")
                    .append(escape(fact.label()))
                    .append("</th><td>")
                    .append(escape(fact.value()))
                    .append("</td></tr>\n");
        }
        html.append("</table>\n");
        if (notice.todo() != null) {
            html.append("<p><b>What to do:</b> ").append(escape(notice.todo())).append("</p>\n");
        }
        return html.append("<p>")
                .append(foot(notice))
                .append("</p>\n</body></html>\n")
                .toString();
    }

    private static String foot(Notification notice) {
        return notice.at() == null ? "Holdfast" : "Holdfast, " + notice.at();
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
