package io.holdfast.notifier.channel;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.config.ChannelConfig;
import io.holdfast.config.SecretUnavailableException;
import io.holdfast.eventing.cloudevents.EventJson;
import java.util.LinkedHashMap;
import java.util.Map;

/** Any program that takes a POST with a JSON body. */
final class WebhookChannel implements Channel {
    private final ChannelConfig.Webhook config;
    private final JsonPostClient http;

    WebhookChannel(ChannelConfig.Webhook config, JsonPostClient http) {
        this.config = config;
        this.http = http;
    }

    @Override
    public SendResult send(ChannelMessage message) throws InterruptedException {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Idempotency-Key", message.id());
        try {
            config.token()
                    .ifPresent(token -> headers.put(
                            "Authorization", "Bearer " + token.resolve().reveal()));
            return http.send(
                    config.url(), headers, json(message), "correct the channel's url or token in holdfast.yaml");
        } catch (SecretUnavailableException e) {
            return new SendResult.Later(String.valueOf(e.getMessage()), null);
        } catch (IllegalArgumentException e) {
            // a token with a line break, or a URL that is none; the exception's message may hold them
            return new SendResult.Refused("the channel's url or token cannot be sent; correct it in holdfast.yaml");
        }
    }

    static String json(ChannelMessage message) {
        ObjectNode body = EventJson.mapper().createObjectNode().put("id", message.id());
        body.putObject("about")
                .put("type", message.aboutType())
                .put("source", message.aboutSource())
                .put("id", message.aboutId());
        body.setAll(EventJson.mapper().<ObjectNode>valueToTree(message.notice()));
        body.remove("thing");
        return body.toString();
    }
}
