package io.holdfast.devstack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * The part of Slack's Web API that writes messages: {@code chat.postMessage} and {@code chat.update}. It answers 200 to
 * every call, and a call that failed has {@code "ok":false} and an error, as Slack's has.
 */
final class SlackApiCatcher {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long FIRST = 1_700_000_000L;

    private final Set<String> messages = new HashSet<>();
    private long sequence;

    /** The error that Slack answers to this call, or empty. */
    synchronized String error(String method, String body, String authorization) {
        JsonNode call = parsed(body);
        if (!authorization.startsWith("Bearer xoxb-")) {
            return authorization.isEmpty() ? "not_authed" : "invalid_auth";
        }
        if (call.path("channel").asText().isEmpty()) {
            return "channel_not_found";
        }
        return switch (method) {
            case "chat.postMessage" -> call.has("text") || call.has("blocks") ? "" : "no_text";
            case "chat.update" -> messages.contains(idOf(call)) ? "" : "message_not_found";
            default -> "unknown_method";
        };
    }

    /** The answer to a call without error. */
    synchronized CatcherAnswer accept(String method, String body) {
        JsonNode call = parsed(body);
        String channel = channelId(call.path("channel").asText());
        String ts = method.equals("chat.update")
                ? call.path("ts").asText()
                : "%d.%06d".formatted(FIRST + sequence, ++sequence);
        messages.add(channel + " " + ts);
        return CatcherAnswer.json(200, "{\"ok\":true,\"channel\":\"%s\",\"ts\":\"%s\"}".formatted(channel, ts));
    }

    static CatcherAnswer refuse(String error) {
        return CatcherAnswer.json(200, "{\"ok\":false,\"error\":\"%s\"}".formatted(error));
    }

    /** As if somebody had deleted every message in Slack. */
    synchronized void forget() {
        messages.clear();
    }

    private static String idOf(JsonNode call) {
        return channelId(call.path("channel").asText()) + " " + call.path("ts").asText();
    }

    /** Slack knows channels by id, whatever a call names. */
    private static String channelId(String channel) {
        return channel.startsWith("#")
                ? "C0" + channel.substring(1).replaceAll("[^a-z0-9]", "").toUpperCase(Locale.ROOT)
                : channel;
    }

    private static JsonNode parsed(String body) {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            return JSON.createObjectNode();
        }
    }
}
