package io.holdfast.notifier.channel;

import io.holdfast.config.ChannelConfig;
import io.holdfast.config.SecretRef;
import io.holdfast.config.SecretUnavailableException;
import java.net.URI;
import java.util.Map;

/** Slack's incoming webhooks. */
final class SlackChannel implements Channel {
    private final SecretRef webhook;
    private final JsonPostClient http;

    SlackChannel(ChannelConfig.Slack config, JsonPostClient http) {
        this.webhook = config.webhook();
        this.http = http;
    }

    @Override
    public SendResult send(ChannelMessage message) throws InterruptedException {
        String remedy = "make a new incoming webhook in Slack and put its URL into " + webhook;
        URI url;
        try {
            url = URI.create(webhook.resolve().reveal().strip());
        } catch (SecretUnavailableException e) {
            return new SendResult.Later(String.valueOf(e.getMessage()), null); // a file may still be mounted
        } catch (IllegalArgumentException e) {
            return new SendResult.Refused("the webhook is not a URL; " + remedy); // the exception's message holds it
        }
        boolean web = "https".equals(url.getScheme()) || "http".equals(url.getScheme());
        if (!web || url.getHost() == null) {
            return new SendResult.Refused("the webhook is not an http or https URL; " + remedy);
        }
        return http.send(url, Map.of(), SlackBlockRenderer.json(message.notice()), remedy);
    }
}
