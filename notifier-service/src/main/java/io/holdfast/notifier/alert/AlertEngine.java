package io.holdfast.notifier.alert;

import io.holdfast.config.HoldfastConfig;
import io.holdfast.notifier.escalation.Chain;
import io.holdfast.notifier.rule.Conditions;
import io.holdfast.notifier.watch.PlatformFacts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One round without a database: from facts to alerts and messages. Pure but for the ids of new alerts. */
final class AlertEngine {
    private final HoldfastConfig config;
    private final Instant now;
    private Map<UUID, Muting.Muted> muted = Map.of();
    private @Nullable MessagePlanner planner;

    AlertEngine(HoldfastConfig config, Instant now) {
        this.config = config;
        this.now = now;
    }

    /** What a round begins with and leaves behind. */
    static final class State {
        final List<Alert> alerts;
        final Map<UUID, List<Route>> routes;
        final Map<Group.Key, Group> groups;

        State(List<Alert> alerts, Map<UUID, List<Route>> routes, Map<Group.Key, Group> groups) {
            this.alerts = new ArrayList<>(alerts);
            this.routes = new HashMap<>(routes);
            this.groups = groups;
        }
    }

    /**
     * Brings the alerts in line with the facts, gives them channels, and escalates.
     *
     * @param failed deliveries of these alerts that were given up
     */
    void evaluate(State state, PlatformFacts facts, List<Silence> silences, Set<UUID> failed) {
        state.alerts.stream()
                .filter(alert -> alert.expireAcknowledgement(now))
                .forEach(alert -> state.routes.getOrDefault(alert.id, List.of()).stream()
                        .filter(route -> route.step == Route.OWN || route.step == alert.nextStep - 1)
                        .forEach(Route::tellAgain));
        AlertBook book = new AlertBook(UUID::randomUUID, source -> Chain.of(config, source));
        List<Alert> all = book.reconcile(List.copyOf(state.alerts), Conditions.of(facts, config, now), now);
        state.alerts.clear();
        state.alerts.addAll(all);
        muted = Muting.of(all, silences, now);
        all.forEach(alert -> alert.mute(alert.isOpen() && muted.containsKey(alert.id)));
        Routing routing = new Routing(config, now);
        routing.begin(all, state.routes, muted);
        new Escalations(routing, config.channels().keySet(), failed, now).run(all, state.routes, muted);
    }

    /** The messages that are due. Call {@link #told} for each, and then {@link #settle}. */
    List<PlannedMessage> plan(State state) {
        MessagePlanner own = new MessagePlanner(clocks(), hours(), muted, now);
        planner = own;
        return own.plan(state.alerts, state.routes, state.groups);
    }

    void told(State state, PlannedMessage message, @Nullable UUID delivery) {
        planner().told(message, delivery, state.routes);
    }

    void settle(State state) {
        planner().settle(state.alerts, state.routes);
    }

    private MessagePlanner planner() {
        if (planner == null) {
            throw new IllegalStateException("nothing is planned yet");
        }
        return planner;
    }

    private NotificationPolicy.Clocks clocks() {
        var settings = config.notifications();
        return new NotificationPolicy.Clocks(settings.groupWait(), settings.groupInterval(), settings.repeat());
    }

    private Map<String, ChannelHours> hours() {
        Map<String, ChannelHours> hours = new HashMap<>();
        config.channels().forEach((name, channel) -> hours.put(name, ChannelHours.of(config, name, channel)));
        return hours;
    }
}
