package io.holdfast.notifier.channel;

import io.holdfast.config.ChannelConfig;
import io.holdfast.config.SecretRef;
import io.holdfast.config.SecretUnavailable;
import java.net.URI;
import java.util.Map;

/** Slack's incoming webhooks. */
final class SlackChannel implements Channel {
    private final SecretRef webhook;
    private final HttpPost http;

    SlackChannel(ChannelConfig.Slack config, HttpPost http) {
        this.webhook = config.webhook();
        this.http = http;
    }

    @Override
    public Outcome send(Message message) throws InterruptedException {
        String remedy = "make a new incoming webhook in Slack and put its URL into " + webhook;
        URI url;
        try {
            url = URI.create(webhook.resolve().reveal().strip());
        } catch (SecretUnavailable e) {
            return new Outcome.Later(String.valueOf(e.getMessage()), null); // a file may still be mounted
        } catch (IllegalArgumentException e) {
            return new Outcome.Refused("the webhook is not a URL; " + remedy); // the exception's message holds it
        }
        boolean web = "https".equals(url.getScheme()) || "http".equals(url.getScheme());
        if (!web || url.getHost() == null) {
            return new Outcome.Refused("the webhook is not an http or https URL; " + remedy);
        }
        return http.send(url, Map.of(), SlackBlocks.json(message.notice()), remedy);
    }
}
