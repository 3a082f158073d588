package io.holdfast.notifier.alert;

import io.holdfast.notifier.alert.NotificationPolicy.Told;
import io.holdfast.notifier.escalation.Chain;
import io.holdfast.notifier.escalation.EscalationPolicy;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Takes the steps of escalations that are due: a step adds its channels to the alert. Pure. */
final class Escalations {
    private final Routing routing;
    private final Set<String> configured;
    private final Set<UUID> failed;
    private final Instant now;

    /**
     * Prepares a round.
     *
     * @param configured names of the channels that exist
     * @param failed deliveries that were given up
     */
    Escalations(Routing routing, Set<String> configured, Set<UUID> failed, Instant now) {
        this.routing = routing;
        this.configured = configured;
        this.failed = failed;
        this.now = now;
    }

    /** Escalates the alerts that fire, are not acknowledged and not muted. */
    void run(List<Alert> alerts, Map<UUID, List<Route>> routes, Map<UUID, Muting.Muted> muted) {
        for (Alert alert : alerts) {
            if (alert.state == AlertState.FIRING && !muted.containsKey(alert.id) && !alert.isFlapping(now)) {
                escalate(alert, routes);
            }
        }
    }

    private void escalate(Alert alert, Map<UUID, List<Route>> routes) {
        Optional<EscalationPolicy.Due> due = next(alert, routes);
        while (due.isPresent()) {
            take(alert, due.get(), routes);
            due = next(alert, routes);
        }
    }

    private Optional<EscalationPolicy.Due> next(Alert alert, Map<UUID, List<Route>> routes) {
        return EscalationPolicy.next(
                alert.chain, alert.nextStep, since(alert), alert.nextStep > 0 && reachedNobody(alert, routes), now);
    }

    private Instant since(Alert alert) {
        return alert.escalatingSince == null ? now : alert.escalatingSince;
    }

    /** A step that is taken late, such as after a silence, delays the following ones: they are not all due at once. */
    private Instant sinceAfter(Alert alert, EscalationPolicy.Due due) {
        Instant since = since(alert);
        Instant shifted = now.minus(due.step().after());
        return due.early() || shifted.isBefore(since) ? since : shifted;
    }

    private boolean reachedNobody(Alert alert, Map<UUID, List<Route>> routes) {
        List<Route> own = routes.getOrDefault(alert.id, List.of());
        return alert.chain.steps().get(alert.nextStep - 1).channels().stream()
                .filter(configured::contains)
                .allMatch(channel -> own.stream()
                        .anyMatch(route -> route.channel.equals(channel)
                                && route.delivery != null
                                && failed.contains(route.delivery)));
    }

    private void take(Alert alert, EscalationPolicy.Due due, Map<UUID, List<Route>> routes) {
        Chain.Step step = due.step();
        for (String channel : step.channels()) {
            if (configured.contains(channel)) {
                Route route = routing.add(alert.id, channel, due.index(), routes);
                boolean again = step.afterSeconds() > 0 && route.told == Told.FIRING;
                if (again) {
                    route.tellAgain();
                }
                route.escalated = step.afterSeconds() > 0 || due.early();
                route.step = due.index();
                route.changed = true;
            }
        }
        alert.stepTaken(due.index(), sinceAfter(alert, due), remark(alert, due));
    }

    private static String remark(Alert alert, EscalationPolicy.Due due) {
        String step =
                "step " + (due.index() + 1) + " of " + alert.chain.steps().size() + " of chain " + alert.chain.name();
        if (!due.early()) {
            return step;
        }
        Chain.Step before = alert.chain.steps().get(due.index() - 1);
        return step + "; step " + due.index() + " (" + String.join(", ", before.channels()) + ") reached nobody";
    }
}
