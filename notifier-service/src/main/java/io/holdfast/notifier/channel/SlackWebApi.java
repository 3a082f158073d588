package io.holdfast.notifier.channel;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.eventing.cloudevents.EventJson;
import io.holdfast.notifier.channel.JsonPostClient.Exchange;
import java.net.URI;
import java.util.Map;
import java.util.Set;

/**
 * Slack's Web API. Slack answers 200 also to a call that failed: the field {@code ok} decides, and {@code error} says why.
 */
final class SlackWebApi {
    static final URI SLACK = URI.create("https://slack.com/api");

    /** Slack repeats the whole message in its answer. */
    private static final int LARGEST_ANSWER = 256 * 1024;

    private static final Set<String> TRANSIENT = Set.of(
            "ratelimited",
            "rate_limited",
            "message_limit_exceeded",
            "service_unavailable",
            "internal_error",
            "fatal_error",
            "request_timeout",
            "team_added_to_org");

    private final JsonPostClient http;
    private final URI base;

    SlackWebApi(JsonPostClient http, URI base) {
        this.http = http;
        this.base = base;
    }

    /** What Slack answered to one call. */
    sealed interface Answer {
        /**
         * @param channel the id of the channel, which may differ from the name in the call
         * @param ts the id of the message in its channel
         */
        record Posted(String channel, String ts) implements Answer {}

        /** @param error Slack's word, such as {@code channel_not_found} */
        record Failed(String error) implements Answer {}

        /** Trying again may help. */
        record Unavailable(SendResult result) implements Answer {}
    }

    /**
     * Calls a method that writes a message.
     *
     * @param method such as {@code chat.postMessage}
     * @throws IllegalArgumentException if the token cannot be sent
     */
    Answer call(String method, String token, ObjectNode arguments) throws InterruptedException {
        URI url = URI.create(base.toString().replaceAll("/+$", "") + "/" + method);
        Map<String, String> headers = Map.of("Authorization", "Bearer " + token);
        return switch (http.exchange(url, headers, arguments.toString(), LARGEST_ANSWER)) {
            case Exchange.Unanswered unanswered -> new Answer.Unavailable(unanswered.result());
            case Exchange.Answered answer -> answer.ok() ? read(answer) : refused(answer);
        };
    }

    private static Answer refused(Exchange.Answered answer) {
        String remedy = "see to the channel's api-url in holdfast.yaml";
        return new Answer.Unavailable(JsonPostClient.judge(answer, remedy));
    }

    private static Answer read(Exchange.Answered answer) {
        JsonNode body = parsed(answer.body());
        String channel = body.path("channel").asText();
        String ts = body.path("ts").asText();
        if (body.path("ok").asBoolean(false) && !channel.isEmpty() && !ts.isEmpty()) {
            return new Answer.Posted(channel, ts);
        }
        String error = JsonPostClient.errorCode(body.path("error").asText());
        if (error.isEmpty()) {
            return new Answer.Unavailable(new SendResult.Later("its answer is not one of Slack's Web API", null));
        }
        return TRANSIENT.contains(error)
                ? new Answer.Unavailable(new SendResult.Later("Slack answered " + error, answer.retryAfter()))
                : new Answer.Failed(error);
    }

    private static JsonNode parsed(String body) {
        try {
            return EventJson.mapper().readTree(body);
        } catch (JsonProcessingException e) {
            return EventJson.mapper().missingNode();
        }
    }
}
