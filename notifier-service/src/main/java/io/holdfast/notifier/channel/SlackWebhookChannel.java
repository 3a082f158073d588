package io.holdfast.notifier.channel;

import io.holdfast.config.SecretRef;
import io.holdfast.config.SecretUnavailableException;
import java.time.Duration;
import java.util.Map;

/** Slack's incoming webhooks. Each message stands alone: a webhook does not tell the id that a thread needs. */
final class SlackWebhookChannel implements Channel {
    // https://docs.slack.dev/apis/web-api/rate-limits: one message per second and channel
    static final Duration PACE = Duration.ofSeconds(1);

    private final SecretRef webhook;
    private final JsonPostClient http;

    SlackWebhookChannel(SecretRef webhook, JsonPostClient http) {
        this.webhook = webhook;
        this.http = http;
    }

    @Override
    public Duration pace() {
        return PACE;
    }

    @Override
    public SendResult send(ChannelMessage message) throws InterruptedException {
        String remedy = "make a new incoming webhook in Slack and put its URL into " + webhook;
        try {
            String json = SlackBlockRenderer.message(message.notice()).toString();
            return http.send(SecretUrl.of(webhook), Map.of(), json, remedy);
        } catch (SecretUnavailableException e) {
            return new SendResult.Later(String.valueOf(e.getMessage()), null);
        } catch (SecretUrl.NotAnUrlException e) {
            return new SendResult.Refused(e.getMessage() + "; " + remedy);
        }
    }
}
