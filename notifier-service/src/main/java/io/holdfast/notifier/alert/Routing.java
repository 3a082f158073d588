package io.holdfast.notifier.alert;

import io.holdfast.config.HoldfastConfig;
import io.holdfast.config.NotifiedEvent;
import io.holdfast.config.SourceConfig;
import io.holdfast.notifier.rule.AlertRule;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The channels of alerts: of their source, of the sources that a cause affects, and of escalations. Pure. */
final class Routing {
    private final HoldfastConfig config;
    private final Instant now;

    Routing(HoldfastConfig config, Instant now) {
        this.config = config;
        this.now = now;
    }

    /** Gives each alert that fires and has no channel yet the channels of its source. */
    void begin(List<Alert> alerts, Map<UUID, List<Route>> routes, Map<UUID, Muting.Muted> muted) {
        alerts.stream()
                .filter(alert -> alert.isActive() && !routes.containsKey(alert.id))
                .forEach(alert -> channels(alert).forEach(channel -> add(alert.id, channel, Route.OWN, routes)));
        // a team that hears of its own source only hears of the cause that mutes it
        for (Alert alert : alerts) {
            Muting.Muted why = muted.get(alert.id);
            Alert cause = why == null ? null : why.by();
            if (cause != null && cause.isActive()) {
                routes.getOrDefault(alert.id, List.of()).stream()
                        .map(route -> route.channel)
                        .toList()
                        .forEach(channel -> add(cause.id, channel, Route.OWN, routes));
            }
        }
    }

    /** Adds a channel, unless the alert has it. */
    Route add(UUID alert, String channel, int step, Map<UUID, List<Route>> routes) {
        List<Route> own = routes.computeIfAbsent(alert, id -> new ArrayList<>());
        return own.stream()
                .filter(route -> route.channel.equals(channel))
                .findFirst()
                .orElseGet(() -> {
                    Route route = Route.begin(alert, channel, step, now);
                    own.add(route);
                    return route;
                });
    }

    /** A channel that does not work is told on all others. */
    List<String> channels(Alert alert) {
        List<String> names;
        if (alert.rule == AlertRule.NOTIFICATION_FAILED) {
            names = config.channels().keySet().stream()
                    .filter(name -> !name.equals(alert.object))
                    .toList();
        } else {
            SourceConfig source = config.sources().get(alert.source);
            names = source == null ? config.notifications().notifyChannels() : source.notifyChannels();
        }
        return names.stream().distinct().filter(name -> wants(name, alert.rule)).toList();
    }

    private boolean wants(String name, AlertRule rule) {
        var channel = config.channels().get(name);
        return channel != null
                && (channel.events().contains(rule.event())
                        || (rule == AlertRule.PROOF_FAILED && channel.events().contains(NotifiedEvent.BACKUP_UNPROVEN))
                        || (rule == AlertRule.DRILL_FAILED && channel.events().contains(NotifiedEvent.DRILL_COMPLETED))
                        || (rule == AlertRule.RESTORE_FAILED
                                && channel.events().contains(NotifiedEvent.RESTORE_ROLLED_BACK)));
    }
}
