package io.holdfast.notifier.alert;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.holdfast.config.ServicesConfig;
import io.holdfast.notifier.rule.Severity;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An alert over REST.
 *
 * @param source absent for an alert of the platform
 * @param object what tells it from other alerts of its rule and source, such as a restore or a channel
 * @param cause what alerts of one cause share
 * @param evidence ids of what it was found on, by their kind
 * @param link of the object in the evidence
 * @param lost runs that were lost because of it
 * @param muted why no message is sent although it fires
 * @param escalation the step of its escalation
 * @param notifications what each channel was told
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record AlertView(
        UUID id,
        String rule,
        @Nullable String source,
        @Nullable String object,
        AlertState state,
        Severity severity,
        @Nullable String cause,
        String summary,
        Map<String, String> evidence,
        @Nullable URI link,
        long occurrences,
        long lost,
        Instant firstSeen,
        Instant lastSeen,
        @Nullable Instant firingSince,
        @Nullable Instant resolvedAt,
        @Nullable Acknowledged acknowledgement,
        @Nullable String muted,
        @Nullable String escalation,
        String remedy,
        List<Notified> notifications) {

    /** Who acknowledged it, and until when. */
    record Acknowledged(String by, Instant at, Instant until, String note) {}

    /**
     * One channel of the alert.
     *
     * @param decision why the last message was sent, or why none is
     * @param told what it was told last: NOTHING, FIRING or RESOLVED
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Notified(
            String channel,
            String told,
            @Nullable Instant toldAt,
            @Nullable UUID delivery,
            String decision) {}

    static AlertView of(Alert alert, List<Route> routes, ServicesConfig services) {
        Alert.Acknowledgement by = alert.acknowledgement;
        return new AlertView(
                alert.id,
                alert.rule.label(),
                text(alert.source),
                text(alert.object),
                alert.state,
                alert.severity,
                text(alert.cause),
                alert.summary,
                alert.evidence,
                link(alert, services),
                alert.occurrences,
                alert.lost,
                alert.firstSeen,
                alert.lastSeen,
                alert.firingSince,
                alert.resolvedAt,
                by == null ? null : new Acknowledged(by.by(), by.at(), by.until(), by.note()),
                muted(routes),
                text(alert.escalation),
                AlertMessages.remedy(alert),
                routes.stream().map(AlertView::notified).toList());
    }

    private static Notified notified(Route route) {
        return new Notified(route.channel, route.told.name(), route.toldAt, route.delivery, route.decision);
    }

    private static @Nullable String muted(List<Route> routes) {
        return routes.stream()
                .map(route -> route.decision)
                .filter(decision -> decision.startsWith(NotificationReason.SILENCED.name())
                        || decision.startsWith(NotificationReason.INHIBITED.name()))
                .findFirst()
                .orElse(null);
    }

    private static @Nullable URI link(Alert alert, ServicesConfig services) {
        String backup = alert.evidence.get("backup");
        String restore = alert.evidence.get("restore");
        if (backup != null) {
            return services.backup().resolve("/api/backups/" + backup);
        }
        return restore == null ? null : services.restore().resolve("/api/restores/" + restore);
    }

    private static @Nullable String text(String value) {
        return value.isEmpty() ? null : value;
    }
}
