package io.holdfast.notifier.channel;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.notifier.notice.Notification;

/** A notice as Slack's Block Kit, with a plain text for notifications and screen readers. */
final class SlackBlockRenderer {
    // Slack's limits: https://docs.slack.dev/reference/block-kit/blocks
    private static final int HEADER = 150;
    private static final int SECTION = 3000;
    private static final int FIELD = 2000;
    private static final int FIELDS = 10;

    private SlackBlockRenderer() {}

    static String json(Notification notice) {
        ArrayNode blocks = JsonNodeFactory.instance.arrayNode();
        String title = sign(notice.mood()) + " " + notice.title();
        blocks.addObject().put("type", "header").set("text", text("plain_text", escape(title, HEADER)));
        if (!notice.text().isEmpty()) {
            section(blocks, escape(notice.text(), SECTION));
        }
        if (!notice.facts().isEmpty()) {
            ArrayNode fields = blocks.addObject().put("type", "section").putArray("fields");
            notice.facts().stream()
                    .limit(FIELDS)
                    .forEach(fact -> fields.add(text(
                            "mrkdwn", "*" + escape(fact.label(), 100) + "*\n" + escape(fact.value(), FIELD - 120))));
        }
        if (notice.todo() != null) {
            section(blocks, "*What to do:* " + escape(notice.todo(), SECTION - 20));
        }
        blocks.addObject()
                .put("type", "context")
                .putArray("elements")
                .add(text("mrkdwn", notice.at() == null ? "Holdfast" : "Holdfast · " + notice.at()));
        ObjectNode message = JsonNodeFactory.instance.objectNode();
        message.put("text", escape(title + (notice.text().isEmpty() ? "" : ": " + notice.text()), SECTION));
        message.set("blocks", blocks);
        return message.toString();
    }

    private static void section(ArrayNode blocks, String mrkdwn) {
        blocks.addObject().put("type", "section").set("text", text("mrkdwn", mrkdwn));
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

    private static String sign(Notification.Mood mood) {
        return switch (mood) {
            case GOOD -> "✅";
            case INFO -> "ℹ️";
            case WARNING -> "⚠️";
            case BAD -> "❌";
        };
    }
}
