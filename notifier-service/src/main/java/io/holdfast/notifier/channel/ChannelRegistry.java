package io.holdfast.notifier.channel;

import io.holdfast.config.ChannelConfig;
import io.holdfast.eventing.config.LiveConfig;
import io.holdfast.eventing.outbound.OutboundHttpClient;
import io.quarkus.qute.Engine;
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
    private final JsonPostClient http;
    private final SlackThreads threads;
    private final Vertx vertx;
    private final Engine templates;
    private final Clock clock;

    ChannelRegistry(
            LiveConfig live,
            OutboundHttpClient outbound,
            SlackThreads threads,
            Vertx vertx,
            Engine templates,
            Clock clock) {
        this.http = new JsonPostClient(outbound, clock);
        this.threads = threads;
        this.vertx = vertx;
        this.templates = templates;
        this.clock = clock;
        channels = live.derived(config -> channels(config.channels()));
        live.current();
    }

    public Optional<Channel> named(String name) {
        return Optional.ofNullable(channels.get().get(name));
    }

    private Map<String, Channel> channels(Map<String, ChannelConfig> configs) {
        return configs.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey, entry -> channel(entry.getKey(), entry.getValue())));
    }

    private Channel channel(String name, ChannelConfig config) {
        return switch (config) {
            case ChannelConfig.Slack slack -> slack(name, slack);
            case ChannelConfig.Email email -> new EmailChannel(email, vertx, templates);
            case ChannelConfig.Webhook webhook -> new WebhookChannel(webhook, http, clock);
            case ChannelConfig.Teams teams -> new TeamsChannel(teams, http);
            case ChannelConfig.PagerDuty pagerDuty -> new PagerDutyChannel(pagerDuty, http);
        };
    }

    private Channel slack(String name, ChannelConfig.Slack slack) {
        return slack.webhook()
                .<Channel>map(webhook -> new SlackWebhookChannel(webhook, http))
                .orElseGet(() -> new SlackBotChannel(
                        new SlackBotChannel.SlackBot(
                                name,
                                slack.botToken().orElseThrow(),
                                slack.channel().orElseThrow()),
                        new SlackWebApi(http, slack.apiUrl().orElse(SlackWebApi.SLACK)),
                        threads));
    }
}
