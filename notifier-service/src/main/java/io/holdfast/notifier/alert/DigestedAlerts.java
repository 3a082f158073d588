package io.holdfast.notifier.alert;

import io.holdfast.notifier.alert.NotificationPolicy.Told;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/**
 * The open alerts of a channel, as a digest names them; afterwards the channel was told of
 * those that quiet hours held.
 */
final class DigestedAlerts {
    private static final int LISTED = 20;

    private final List<Alert> alerts;
    private final Map<UUID, List<Route>> routes;
    private final Instant now;

    DigestedAlerts(List<Alert> alerts, Map<UUID, List<Route>> routes, Instant now) {
        this.alerts = alerts;
        this.routes = routes;
        this.now = now;
    }

    /** One line for each alert of the channel that lasts, at most {@value #LISTED}. */
    List<String> lines(String channel) {
        return alerts.stream()
                .filter(alert -> alert.isActive() && routed(alert, channel))
                .limit(LISTED)
                .map(alert -> AlertMessages.title(alert) + " ("
                        + alert.severity.name().toLowerCase(Locale.ROOT)
                        + (alert.state == AlertState.ACKNOWLEDGED ? ", acknowledged" : "") + ", since "
                        + alert.firstSeen + ")")
                .toList();
    }

    void told(String channel, UUID delivery) {
        for (Alert alert : alerts) {
            if (alert.state == AlertState.FIRING) {
                routes.getOrDefault(alert.id, List.of()).stream()
                        .filter(route -> route.channel.equals(channel)
                                && route.told == Told.NOTHING
                                && route.decision.equals(NotificationReason.QUIET_HOURS.name()))
                        .forEach(route -> {
                            route.told(Told.FIRING, delivery, now);
                            route.decided(NotificationReason.DIGEST.name());
                        });
            }
        }
    }

    private boolean routed(Alert alert, String channel) {
        return routes.getOrDefault(alert.id, List.of()).stream().anyMatch(route -> route.channel.equals(channel));
    }
}
