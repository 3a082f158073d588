package io.holdfast.notifier.channel;

import io.holdfast.config.ChannelConfig;
import io.holdfast.config.HoldfastConfig;
import io.quarkus.runtime.Startup;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The channels of holdfast.yaml, by name. Made at start, so that a mistake in the file stops the service then. */
@Startup
@ApplicationScoped
public class ChannelRegistry {
    private final Map<String, Channel> channels;

    ChannelRegistry(HoldfastConfig config, Vertx vertx, Clock clock) {
        JsonPostClient http = new JsonPostClient(clock);
        channels = config.channels().entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey, entry -> channel(entry.getValue(), http, vertx)));
    }

    public Optional<Channel> named(String name) {
        return Optional.ofNullable(channels.get(name));
    }

    private static Channel channel(ChannelConfig config, JsonPostClient http, Vertx vertx) {
        return switch (config) {
            case ChannelConfig.Slack slack -> new SlackChannel(slack, http);
            case ChannelConfig.Email email -> new EmailChannel(email, vertx);
            case ChannelConfig.Webhook webhook -> new WebhookChannel(webhook, http);
        };
    }
}
