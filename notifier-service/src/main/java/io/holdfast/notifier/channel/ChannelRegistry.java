package io.holdfast.notifier.channel;

import io.holdfast.config.ChannelConfig;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.eventing.config.LiveConfig;
import io.holdfast.eventing.outbound.OutboundHttpClient;
import io.quarkus.runtime.Startup;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The channels of holdfast.yaml, by name. Made at start, so that the service does not start without the file. */
@Startup
@ApplicationScoped
public class ChannelRegistry {
    private final Supplier<Map<String, Channel>> channels;

    ChannelRegistry(LiveConfig live, Vertx vertx, OutboundHttpClient outbound, Clock clock) {
        JsonPostClient http = new JsonPostClient(outbound, clock);
        channels = live.derived(config -> channels(config, http, vertx));
        live.current();
    }

    public Optional<Channel> named(String name) {
        return Optional.ofNullable(channels.get().get(name));
    }

    private static Map<String, Channel> channels(HoldfastConfig config, JsonPostClient http, Vertx vertx) {
        return config.channels().entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey, entry -> channel(entry.getValue(), http, vertx)));
    }

    private static Channel channel(ChannelConfig config, JsonPostClient http, Vertx vertx) {
        return switch (config) {
            case ChannelConfig.Slack slack -> new SlackChannel(slack, http);
            case ChannelConfig.Email email -> new EmailChannel(email, vertx);
            case ChannelConfig.Webhook webhook -> new WebhookChannel(webhook, http);
        };
    }
}
