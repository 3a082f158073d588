package io.holdfast.notifier.channel;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.notifier.notice.Notification;
import java.util.List;
import java.util.stream.Collectors;

/** A notice as Slack's Block Kit, with a plain text for notifications and screen readers. */
final class SlackBlockRenderer {
    // Slack's limits: https://docs.slack.dev/reference/block-kit/blocks
    private static final int BLOCKS = 50;
    private static final int HEADER = 150;
    private static final int SECTION = 3000;
    private static final int FIELD = 2000;
    private static final int FIELDS = 10;

    /** Header, text, what to do, the links, and the last line. */
    private static final int OTHER_BLOCKS = 5;

    private SlackBlockRenderer() {}

    /** A message by itself. */
    static ObjectNode message(Notification notice) {
        return message(
                        notice,
                        ActionLink.others(notice),
                        last(notice.at() == null ? "" : notice.at().toString()))
                .put("unfurl_links", false)
                .put("unfurl_media", false);
    }

    /** The first message of a thread after a later one: the outcome, with the first one's facts. */
    static ObjectNode updated(Notification first, Notification latest) {
        String began = first.at() == null ? "" : first.at().toString();
        String now = latest.at() == null ? "" : latest.at().toString();
        return message(
                latest,
                ActionLink.others(first),
                last(began.isEmpty() || now.isEmpty() ? began + now : began + " → " + now));
    }

    private static ObjectNode message(Notification notice, List<Notification.Fact> facts, String last) {
        ArrayNode blocks = JsonNodeFactory.instance.arrayNode();
        String title = MoodSigns.symbol(notice.mood()) + " " + PlainText.line(notice.title());
        blocks.addObject().put("type", "header").set("text", text("plain_text", escape(title, HEADER)));
        if (!notice.text().isEmpty()) {
            section(blocks, escape(PlainText.lines(notice.text()), SECTION));
        }
        facts(blocks, facts);
        if (notice.todo() != null) {
            section(blocks, "*What to do:* " + escape(PlainText.lines(notice.todo()), SECTION - 20));
        }
        List<ActionLink> links = ActionLink.of(notice);
        if (!links.isEmpty()) {
            section(
                    blocks,
                    links.stream()
                            .map(link -> "<" + escape(link.url(), SECTION / 2 - 100) + "|" + link.label() + ">")
                            .collect(Collectors.joining(" · ")));
        }
        blocks.addObject().put("type", "context").putArray("elements").add(mrkdwn(last));
        ObjectNode message = JsonNodeFactory.instance.objectNode();
        message.put("text", escape(title + (notice.text().isEmpty() ? "" : ": " + notice.text()), SECTION));
        message.set("blocks", blocks);
        return message.put("parse", "none").put("link_names", false);
    }

    private static String last(String times) {
        return times.isEmpty() ? "Holdfast" : "Holdfast · " + times;
    }

    private static void facts(ArrayNode blocks, List<Notification.Fact> facts) {
        int shown = Math.min(facts.size(), (BLOCKS - OTHER_BLOCKS) * FIELDS);
        for (int from = 0; from < shown; from += FIELDS) {
            ArrayNode fields = blocks.addObject().put("type", "section").putArray("fields");
            facts.subList(from, Math.min(from + FIELDS, shown)).forEach(fact -> fields.add(field(fact)));
        }
    }

    private static ObjectNode field(Notification.Fact fact) {
        return mrkdwn("*" + escape(PlainText.line(fact.label()), 100) + "*\n"
                + escape(PlainText.lines(fact.value()), FIELD - 120));
    }

    private static void section(ArrayNode blocks, String text) {
        blocks.addObject().put("type", "section").set("text", mrkdwn(text));
    }

    /** Verbatim: Slack makes no links of addresses, and no mentions of names. */
    private static ObjectNode mrkdwn(String text) {
        return text("mrkdwn", text).put("verbatim", true);
    }

    private static ObjectNode text(String type, String text) {
        return JsonNodeFactory.instance.objectNode().put("type", type).put("text", text);
    }

    /** Names and messages come from elsewhere: none of them may call {@code <!channel>} or hide a link. */
    static String escape(String text, int limit) {
        StringBuilder escaped = new StringBuilder();
        for (int i = 0; i < text.length(); ) {
            int character = text.codePointAt(i);
            String next = switch (character) {
                case '&' -> "&amp;";
                case '<' -> "&lt;";
                case '>' -> "&gt;";
                default -> Character.toString(character);
            };
            if (escaped.length() + next.length() > limit - 1) {
                return escaped.append('…').toString();
            }
            escaped.append(next);
            i += Character.charCount(character);
        }
        return escaped.toString();
    }
}
