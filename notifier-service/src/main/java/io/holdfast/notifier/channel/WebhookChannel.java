package io.holdfast.notifier.channel;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.config.ChannelConfig;
import io.holdfast.config.SecretUnavailableException;
import io.holdfast.eventing.cloudevents.EventJson;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;

/** Any program that takes a POST with a CloudEvent in its structured JSON form. */
final class WebhookChannel implements Channel {
    private static final String TYPE = "io.holdfast.Notification.v1";
    private static final String SOURCE = "/holdfast/notifier-service";

    private final ChannelConfig.Webhook config;
    private final JsonPostClient http;
    private final Clock clock;

    WebhookChannel(ChannelConfig.Webhook config, JsonPostClient http, Clock clock) {
        this.config = config;
        this.http = http;
        this.clock = clock;
    }

    @Override
    public SendResult send(ChannelMessage message) throws InterruptedException {
        String body = json(message);
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", "application/cloudevents+json; charset=utf-8");
        headers.put("Idempotency-Key", message.id());
        try {
            config.token()
                    .ifPresent(token -> headers.put(
                            "Authorization", "Bearer " + token.resolve().reveal()));
            config.signingSecret()
                    .ifPresent(secret -> headers.put(
                            WebhookSignature.HEADER,
                            WebhookSignature.of(secret.resolve().reveal(), clock.instant(), body)));
            return http.send(config.url(), headers, body, "correct the channel's url or token in holdfast.yaml");
        } catch (SecretUnavailableException e) {
            return new SendResult.Later(String.valueOf(e.getMessage()), null);
        } catch (IllegalArgumentException e) {
            // a token with a line break, or a URL that is none; the exception's message may hold them
            return new SendResult.Refused("the channel's url or token cannot be sent; correct it in holdfast.yaml");
        }
    }

    static String json(ChannelMessage message) {
        ObjectNode event = EventJson.mapper()
                .createObjectNode()
                .put("specversion", "1.0")
                .put("id", message.id())
                .put("source", SOURCE)
                .put("type", TYPE);
        if (message.notice().source() != null) {
            event.put("subject", message.notice().source());
        }
        if (message.notice().at() != null) {
            event.put("time", message.notice().at().toString());
        }
        event.put("datacontenttype", "application/json");
        ObjectNode data = event.putObject("data");
        data.putObject("about")
                .put("type", message.aboutType())
                .put("source", message.aboutSource())
                .put("id", message.aboutId());
        data.setAll(EventJson.mapper().<ObjectNode>valueToTree(message.notice()));
        data.remove("thing");
        MessageThread.keyOf(message.notice()).ifPresent(thread -> data.put("thread", thread));
        return event.toString();
    }
}
