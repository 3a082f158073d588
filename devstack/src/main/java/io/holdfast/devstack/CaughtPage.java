package io.holdfast.devstack;

import java.util.List;

/** The caught messages as a plain page, newest first. */
final class CaughtPage {
    private static final String HEAD = """
            <!doctype html><meta charset="utf-8"><title>Messages</title>
            <style>body{font:15px system-ui;max-width:60rem;margin:2rem auto}pre{white-space:pre-wrap;background:#f4f4f4;padding:.6rem}</style>
            <h1>Messages that would have been sent</h1>
            """;

    private CaughtPage() {}

    static String of(List<CaughtMessage> messages) {
        StringBuilder page = new StringBuilder(HEAD);
        if (messages.isEmpty()) {
            page.append("<p>None yet.</p>");
        }
        for (CaughtMessage message : messages.reversed()) {
            page.append("<h3>")
                    .append(escape(message.kind() + " to " + message.to()))
                    .append("</h3><p>");
            page.append(escape(message.at() + " " + message.subject())).append("</p><pre>");
            page.append(escape(message.body())).append("</pre>\n");
        }
        return page.toString();
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
