package io.holdfast.notifier.alert;

import io.holdfast.notifier.alert.NotificationPolicy.Clocks;
import io.holdfast.notifier.alert.NotificationPolicy.Member;
import io.holdfast.notifier.alert.NotificationPolicy.Told;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one round: groups the alerts of each channel by cause, asks {@link NotificationPolicy} for each group, and
 * gathers the groups into one message if many are due at once. Pure: it changes only the objects it is given.
 */
final class MessagePlanner {
    /** The group of a message about more causes than are told separately. */
    static final String SEVERAL = "several";

    /** More groups than these for one channel in one round are one message. */
    private static final int SEPARATE = 3;

    /** Incidents that begin, and incidents that end, for one channel in one round; the others follow after the interval. */
    static final int INCIDENTS = 20;

    private final Clocks clocks;
    private final Map<String, ChannelHours> channels;
    private final Map<UUID, Muting.Muted> muted;
    private final Instant now;
    private @Nullable Holds holds;

    MessagePlanner(Clocks clocks, Map<String, ChannelHours> channels, Map<UUID, Muting.Muted> muted, Instant now) {
        this.clocks = clocks;
        this.channels = channels;
        this.muted = muted;
        this.now = now;
    }

    private record Entry(Alert alert, Route route) {}

    private record Due(Group group, NotificationReason reason, List<Entry> entries) {}

    /**
     * Plans. The caller makes the deliveries and then calls {@link #told}.
     *
     * @param groups by key; new ones are added
     */
    List<PlannedMessage> plan(List<Alert> alerts, Map<UUID, List<Route>> routes, Map<Group.Key, Group> groups) {
        holds = new Holds(channels, muted, Holds.superseded(alerts), now);
        Map<String, List<Due>> due = new TreeMap<>();
        Map<Group.Key, List<Entry>> grouped = entries(alerts, routes);
        groups.values().stream()
                .filter(group -> !grouped.containsKey(group.key))
                .forEach(group -> group.gather(false, now));
        grouped.forEach((key, entries) -> {
            Due decided = decide(key, entries, groups);
            if (decided.reason().sends()) {
                due.computeIfAbsent(key.channel(), channel -> new ArrayList<>()).add(decided);
            }
        });
        List<PlannedMessage> messages = new ArrayList<>();
        due.forEach((channel, list) -> messages.addAll(messages(channel, list, alerts)));
        return messages;
    }

    private static Map<Group.Key, List<Entry>> entries(List<Alert> alerts, Map<UUID, List<Route>> routes) {
        Map<Group.Key, List<Entry>> entries = new LinkedHashMap<>();
        for (Alert alert : alerts) {
            List<Route> own = alert.settled ? List.of() : routes.getOrDefault(alert.id, List.of());
            for (Route route : own) {
                entries.computeIfAbsent(new Group.Key(alert.group(), route.channel), key -> new ArrayList<>())
                        .add(new Entry(alert, route));
            }
        }
        return entries;
    }

    private Due decide(Group.Key key, List<Entry> entries, Map<Group.Key, Group> groups) {
        Group group = groups.computeIfAbsent(key, k -> {
            Group begun = new Group(k, null);
            begun.changed = true;
            return begun;
        });
        Instant last = group.lastSent;
        boolean idle = entries.stream().noneMatch(entry -> entry.route().told == Told.FIRING);
        if (idle && last != null && !now.isBefore(last.plus(clocks.interval()))) {
            group.beginAnew();
        }
        List<Member> members = new ArrayList<>();
        for (Entry entry : entries) {
            members.add(new Member(entry.alert().state, entry.route().told, hold(entry), entry.route().escalated));
        }
        group.gather(members.stream().anyMatch(Member::isFresh), now);
        NotificationReason reason = entries.stream().anyMatch(this::isReleased)
                ? NotificationReason.QUIET_HOURS_OVER
                : NotificationPolicy.decide(group.firstAt, group.lastSent, members, clocks(entries), now);
        entries.forEach(entry -> entry.route().decided(text(entry, reason)));
        return new Due(group, reason, entries);
    }

    /** A group of reminders repeats as rarely as the most frequent of its rules. */
    private Clocks clocks(List<Entry> entries) {
        Duration least = entries.stream()
                .map(entry -> entry.alert().rule.repeatsAtMostEvery())
                .min(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
        return least.compareTo(clocks.repeat()) > 0 ? new Clocks(clocks.gather(), clocks.interval(), least) : clocks;
    }

    /** Quiet hours held it until this round; it has waited long enough. */
    private boolean isReleased(Entry entry) {
        return entry.route().decision.equals(NotificationReason.QUIET_HOURS.name())
                && entry.route().told == Told.NOTHING
                && fires(entry);
    }

    private String text(Entry entry, NotificationReason group) {
        Muting.Muted why = muted.get(entry.alert().id);
        if (why != null && entry.alert().isOpen()) {
            return why.reason() + ": " + why.detail();
        }
        NotificationReason own = hold(entry);
        if (own != null) {
            return own.name();
        }
        boolean unsaid = entry.alert().state == AlertState.RESOLVED && entry.route().told == Told.NOTHING;
        return unsaid ? NotificationReason.RESOLVED_IN_WAIT.name() : group.name();
    }

    private @Nullable NotificationReason hold(Entry entry) {
        return holds().of(entry.alert(), entry.route());
    }

    private Holds holds() {
        if (holds == null) {
            throw new IllegalStateException("nothing is planned yet");
        }
        return holds;
    }

    private List<PlannedMessage> messages(String channel, List<Due> due, List<Alert> all) {
        if (channels.getOrDefault(channel, ChannelHours.ALWAYS).incidents()) {
            return incidents(channel, due, all);
        }
        List<Due> released = due.stream()
                .filter(one -> one.reason() == NotificationReason.QUIET_HOURS_OVER)
                .toList();
        if (released.size() <= 1) {
            return together(channel, due, all);
        }
        List<PlannedMessage> messages = new ArrayList<>();
        messages.add(several(channel, NotificationReason.QUIET_HOURS_OVER, released, all));
        List<Due> others = due.stream().filter(one -> !released.contains(one)).toList();
        messages.addAll(others.isEmpty() ? List.of() : together(channel, others, all));
        return messages;
    }

    /** A message for each cause, or one if there are many. */
    private List<PlannedMessage> together(String channel, List<Due> due, List<Alert> all) {
        if (due.size() <= SEPARATE) {
            return due.stream()
                    .map(one -> {
                        String cause = one.group().key.cause();
                        return message(channel, cause, cause, one.reason(), List.of(one), all);
                    })
                    .toList();
        }
        NotificationReason reason = due.stream().anyMatch(one -> one.reason() == NotificationReason.ESCALATED)
                ? NotificationReason.ESCALATED
                : due.getFirst().reason();
        return List.of(several(channel, reason, due, all));
    }

    private PlannedMessage several(String channel, NotificationReason reason, List<Due> due, List<Alert> all) {
        // the ends of its alerts are told by cause: a thread for all such messages would never end
        return message(channel, SEVERAL, SEVERAL + "-" + now.toEpochMilli(), reason, due, all);
    }

    private PlannedMessage message(
            String channel, String name, String thread, NotificationReason reason, List<Due> due, List<Alert> all) {
        List<Alert> firing = new ArrayList<>();
        List<Alert> resolved = new ArrayList<>();
        for (Due one : due) {
            for (Entry entry : one.entries()) {
                if (fires(entry)) {
                    firing.add(entry.alert());
                } else if (isOver(entry)) {
                    resolved.add(entry.alert());
                }
            }
            one.group().sent(now);
        }
        return new PlannedMessage(channel, name, thread, reason, firing, resolved, affected(firing, resolved, all));
    }

    /** A message for each alert that is new or over, and for each that lasts if a repetition is due. */
    private List<PlannedMessage> incidents(String channel, List<Due> due, List<Alert> all) {
        List<PlannedMessage> begun = new ArrayList<>();
        List<PlannedMessage> over = new ArrayList<>();
        for (Due one : due) {
            for (Entry entry : one.entries()) {
                boolean told = entry.route().told == Told.FIRING;
                if (fires(entry) && (!told || one.reason() == NotificationReason.REPEAT_DUE)) {
                    begun.add(incident(channel, one, List.of(entry.alert()), List.of(), all));
                } else if (isOver(entry)) {
                    over.add(incident(channel, one, List.of(), List.of(entry.alert()), all));
                }
            }
            one.group().sent(now);
        }
        return Stream.concat(
                        begun.stream()
                                .sorted(Comparator.comparing(
                                        message -> message.firing().getFirst().severity))
                                .limit(INCIDENTS),
                        over.stream().limit(INCIDENTS))
                .toList();
    }

    private PlannedMessage incident(
            String channel, Due due, List<Alert> firing, List<Alert> resolved, List<Alert> all) {
        Alert alert = firing.isEmpty() ? resolved.getFirst() : firing.getFirst();
        return new PlannedMessage(
                channel,
                due.group().key.cause(),
                alert.id.toString(),
                due.reason(),
                firing,
                resolved,
                affected(firing, resolved, all));
    }

    private boolean fires(Entry entry) {
        return hold(entry) == null && entry.alert().state == AlertState.FIRING;
    }

    private boolean isOver(Entry entry) {
        return hold(entry) == null && entry.alert().state == AlertState.RESOLVED && entry.route().told == Told.FIRING;
    }

    private List<Alert> affected(List<Alert> firing, List<Alert> resolved, List<Alert> all) {
        return all.stream()
                .filter(alert -> {
                    Muting.Muted why = muted.get(alert.id);
                    return why != null
                            && why.by() != null
                            && (firing.contains(why.by()) || resolved.contains(why.by()));
                })
                .toList();
    }

    /** Records that a message was queued: its alerts are told on its channel. */
    void told(PlannedMessage message, @Nullable UUID delivery, Map<UUID, List<Route>> routes) {
        message.firing().forEach(alert -> told(alert, message.channel(), Told.FIRING, delivery, routes));
        message.resolved().forEach(alert -> told(alert, message.channel(), Told.RESOLVED, delivery, routes));
    }

    private void told(Alert alert, String channel, Told what, @Nullable UUID delivery, Map<UUID, List<Route>> routes) {
        routes.getOrDefault(alert.id, List.of()).stream()
                .filter(route -> route.channel.equals(channel))
                .forEach(route -> route.told(what, delivery, now));
    }

    /** Settles the alerts that ended and of whose begin no channel waits for the end. */
    void settle(List<Alert> alerts, Map<UUID, List<Route>> routes) {
        for (Alert alert : alerts) {
            boolean waits = routes.getOrDefault(alert.id, List.of()).stream()
                    .anyMatch(route -> route.told == Told.FIRING && holds().awaitsEnd(alert, route));
            if (alert.state == AlertState.RESOLVED && !alert.settled && !waits) {
                alert.settle();
                routes.getOrDefault(alert.id, List.of()).stream()
                        .filter(route -> route.told == Told.FIRING)
                        .forEach(route -> route.told(Told.RESOLVED, null, now));
            }
        }
    }
}
