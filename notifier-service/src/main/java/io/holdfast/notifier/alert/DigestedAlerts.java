package io.holdfast.notifier.alert;

import io.holdfast.notifier.alert.NotificationPolicy.Told;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The open alerts of a channel, as a digest names them; afterwards the channel was told of
 * those that the digest named and quiet hours held.
 */
final class DigestedAlerts {
    static final int LISTED = 20;
    private static final int LONGEST = 300;

    private final List<Alert> alerts;
    private final Map<UUID, List<Route>> routes;
    private final Map<Group.Key, Group> groups;
    private final Instant now;
    private final Map<String, List<Alert>> named = new HashMap<>();

    DigestedAlerts(List<Alert> alerts, Map<UUID, List<Route>> routes, Map<Group.Key, Group> groups, Instant now) {
        this.alerts = alerts;
        this.routes = routes;
        this.groups = groups;
        this.now = now;
    }

    /** One line for each alert of the channel that lasts, at most {@value #LISTED}: first those that it was not told of. */
    List<String> lines(String channel) {
        List<Alert> listed = alerts.stream()
                .filter(alert -> alert.isActive() && routed(alert, channel))
                .sorted(Comparator.comparing(alert -> held(alert, channel).isEmpty()))
                .limit(LISTED)
                .toList();
        named.put(channel, listed);
        return listed.stream().map(DigestedAlerts::line).toList();
    }

    private static String line(Alert alert) {
        String title = AlertMessages.title(alert);
        return (title.length() <= LONGEST ? title : title.substring(0, LONGEST - 1) + "…") + " ("
                + alert.severity.name().toLowerCase(Locale.ROOT)
                + (alert.state == AlertState.ACKNOWLEDGED ? ", acknowledged" : "") + ", since " + alert.firstSeen + ")";
    }

    /** The digest of these lines was queued. */
    void told(String channel, UUID delivery) {
        for (Alert alert : named.getOrDefault(channel, List.of())) {
            held(alert, channel).ifPresent(route -> {
                route.told(Told.FIRING, delivery, now);
                route.decided(NotificationReason.DIGEST.name());
                Group.Key key = new Group.Key(alert.group(), channel);
                groups.computeIfAbsent(key, k -> new Group(k, null)).sent(now); // a repetition is due later
            });
        }
    }

    private Optional<Route> held(Alert alert, String channel) {
        return routes.getOrDefault(alert.id, List.of()).stream()
                .filter(route -> alert.state == AlertState.FIRING
                        && route.channel.equals(channel)
                        && route.told == Told.NOTHING
                        && route.decision.equals(NotificationReason.QUIET_HOURS.name()))
                .findFirst();
    }

    private boolean routed(Alert alert, String channel) {
        return routes.getOrDefault(alert.id, List.of()).stream().anyMatch(route -> route.channel.equals(channel));
    }
}
