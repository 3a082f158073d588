package io.holdfast.notifier.channel;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.notifier.notice.Notification;
import java.nio.charset.StandardCharsets;

/**
 * A notice as an Adaptive Card for Teams. Texts are runs of a RichTextBlock, which does not interpret Markdown: a name can
 * neither become a link nor mention a person.
 */
final class TeamsCardRenderer {
    /** Teams refuses a message of more than 28 KB: https://learn.microsoft.com/microsoftteams/limits-specifications-teams. */
    static final int LARGEST_MESSAGE = 28 * 1024;

    private static final String VERSION = "1.4";
    private static final int TITLE = 200;
    private static final int TEXT = 3000;
    private static final int VALUE = 500;
    private static final int FACTS = 30;

    private TeamsCardRenderer() {}

    static String json(Notification notice) {
        int facts = Math.min(FACTS, ActionLink.others(notice).size());
        String json = json(notice, facts);
        while (facts > 0 && json.getBytes(StandardCharsets.UTF_8).length > LARGEST_MESSAGE) {
            facts /= 2;
            json = json(notice, facts);
        }
        return json;
    }

    private static String json(Notification notice, int facts) {
        ArrayNode body = JsonNodeFactory.instance.arrayNode();
        String title = MoodSigns.symbol(notice.mood()) + " " + PlainText.line(notice.title());
        block(body).add(run(PlainText.cut(title, TITLE)).put("size", "Large").put("weight", "Bolder"));
        if (!notice.text().isEmpty()) {
            block(body).add(run(PlainText.cut(PlainText.lines(notice.text()), TEXT)));
        }
        for (Notification.Fact fact : ActionLink.others(notice).subList(0, facts)) {
            block(body)
                    .add(bold(PlainText.cut(PlainText.line(fact.label()), 100) + ": "))
                    .add(run(PlainText.cut(PlainText.lines(fact.value()), VALUE)));
        }
        if (notice.todo() != null) {
            block(body).add(bold("What to do: ")).add(run(PlainText.cut(PlainText.lines(notice.todo()), TEXT)));
        }
        block(body)
                .add(run(notice.at() == null ? "Holdfast" : "Holdfast · " + notice.at())
                        .put("size", "Small")
                        .put("isSubtle", true));
        ObjectNode message = envelope(body, PlainText.cut(title, TITLE));
        for (ActionLink link : ActionLink.of(notice)) {
            ((ObjectNode) message.at("/attachments/0/content"))
                    .withArrayProperty("actions")
                    .addObject()
                    .put("type", "Action.OpenUrl")
                    .put("title", link.label())
                    .put("url", link.url());
        }
        return message.toString();
    }

    private static ObjectNode envelope(ArrayNode body, String summary) {
        ObjectNode message =
                JsonNodeFactory.instance.objectNode().put("type", "message").put("summary", summary);
        ObjectNode card = message.putArray("attachments")
                .addObject()
                .put("contentType", "application/vnd.microsoft.card.adaptive")
                .putObject("content");
        card.put("$schema", "http://adaptivecards.io/schemas/adaptive-card.json")
                .put("type", "AdaptiveCard")
                .put("version", VERSION)
                .set("body", body);
        card.putObject("msteams").put("width", "Full");
        return message;
    }

    private static ArrayNode block(ArrayNode body) {
        return body.addObject().put("type", "RichTextBlock").putArray("inlines");
    }

    private static ObjectNode bold(String text) {
        return run(text).put("weight", "Bolder");
    }

    private static ObjectNode run(String text) {
        return JsonNodeFactory.instance.objectNode().put("type", "TextRun").put("text", text);
    }
}
