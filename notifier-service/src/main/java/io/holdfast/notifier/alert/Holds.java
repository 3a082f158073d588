package io.holdfast.notifier.alert;

import io.holdfast.notifier.alert.NotificationPolicy.Told;
import io.holdfast.notifier.rule.AlertRule;
import io.holdfast.notifier.rule.Severity;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Why nothing is said of one alert on one channel now. Pure. */
final class Holds {
    private final Map<String, ChannelHours> channels;
    private final Map<UUID, Muting.Muted> muted;
    private final Set<UUID> superseded;
    private final Instant now;

    Holds(Map<String, ChannelHours> channels, Map<UUID, Muting.Muted> muted, Set<UUID> superseded, Instant now) {
        this.channels = channels;
        this.muted = muted;
        this.superseded = superseded;
        this.now = now;
    }

    /** The alerts that ended because another alert of their source says more. */
    static Set<UUID> superseded(List<Alert> alerts) {
        Map<String, Set<AlertRule>> active = new HashMap<>();
        alerts.stream()
                .filter(Alert::isActive)
                .forEach(alert -> active.computeIfAbsent(alert.source, source -> EnumSet.noneOf(AlertRule.class))
                        .add(alert.rule));
        return alerts.stream()
                .filter(alert -> alert.state == AlertState.RESOLVED
                        && !Collections.disjoint(
                                alert.rule.supersededBy(), active.getOrDefault(alert.source, Set.of())))
                .map(alert -> alert.id)
                .collect(Collectors.toSet());
    }

    /** Null if nothing holds it. */
    @Nullable
    NotificationReason of(Alert alert, Route route) {
        ChannelHours hours = hours(route);
        if (alert.state == AlertState.ACKNOWLEDGED) {
            return NotificationReason.ACKNOWLEDGED;
        }
        Muting.Muted why = muted.get(alert.id);
        if (why != null && alert.isOpen()) {
            return why.reason();
        }
        if (alert.isFlapping(now)) {
            return NotificationReason.FLAPPING;
        }
        if (alert.state == AlertState.RESOLVED && superseded.contains(alert.id)) {
            return NotificationReason.SUPERSEDED;
        }
        if (alert.state == AlertState.RESOLVED && !hours.recoveries()) {
            return NotificationReason.NOT_WANTED;
        }
        return alert.severity != Severity.CRITICAL && isQuiet(route, hours) ? NotificationReason.QUIET_HOURS : null;
    }

    /** Within quiet hours, or held since for the digest that follows them. */
    private boolean isQuiet(Route route, ChannelHours hours) {
        return hours.isQuiet(now) || (route.told == Told.NOTHING && now.isBefore(hours.heldUntil(route.since)));
    }

    /** Whether a channel that was told of the begin of an alert waits for its end. */
    boolean awaitsEnd(Alert alert, Route route) {
        return !superseded.contains(alert.id) && hours(route).recoveries();
    }

    private ChannelHours hours(Route route) {
        return channels.getOrDefault(route.channel, ChannelHours.ALWAYS);
    }
}
