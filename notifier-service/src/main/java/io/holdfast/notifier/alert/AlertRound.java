package io.holdfast.notifier.alert;

import io.holdfast.config.HoldfastConfig;
import io.holdfast.eventing.config.LiveConfig;
import io.holdfast.eventing.runtime.JdbcTransaction;
import io.holdfast.notifier.delivery.MessageQueue;
import io.holdfast.notifier.digest.DigestRun;
import io.holdfast.notifier.escalation.Chain;
import io.holdfast.notifier.notice.Notification;
import io.holdfast.notifier.rule.Conditions;
import io.holdfast.notifier.watch.FactCleanup;
import io.holdfast.notifier.watch.FactsReader;
import io.holdfast.notifier.watch.PlatformFacts;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * One round: evaluates the rules, brings the alerts in line, escalates, and queues the messages that are due, all in one
 * transaction. The lock of one row makes one replica the owner of a round; the others skip theirs. A round that dies leaves
 * nothing behind, and the next one begins from the same rows.
 */
@ApplicationScoped
class AlertRound {
    private static final String TYPE = "io.holdfast.AlertNotice.v1";
    private static final Duration CLEANUP = Duration.ofHours(1);

    private final DataSource database;
    private final LiveConfig live;
    private final MessageQueue messages;
    private final DigestRun digests;
    private final InstantSource clock;
    private volatile Instant cleaned = Instant.EPOCH;

    AlertRound(
            DataSource database, LiveConfig live, MessageQueue messages, DigestRun digests, InstantSource clock) {
        this.database = database;
        this.live = live;
        this.messages = messages;
        this.digests = digests;
        this.clock = clock;
    }

    /** @return false if another replica has a round now */
    boolean run() throws SQLException {
        return JdbcTransaction.run(database, connection -> {
            if (!lock(connection)) {
                return false;
            }
            Instant now = clock.instant();
            round(connection, live.current(), now);
            cleanUp(connection, now);
            return true;
        });
    }

    private static boolean lock(Connection connection) throws SQLException {
        try (var select = connection.prepareStatement("select 1 from alert_round for update skip locked");
                var row = select.executeQuery()) {
            return row.next();
        }
    }

    private void round(Connection connection, HoldfastConfig config, Instant now) throws SQLException {
        FactsReader.know(connection, config.sources().keySet(), now);
        PlatformFacts facts = FactsReader.read(connection, now);
        List<Alert> known = AlertTable.unsettled(connection, now);
        List<Alert> expired =
                known.stream().filter(alert -> alert.expireAcknowledgement(now)).toList();
        AlertBook book = new AlertBook(UUID::randomUUID, source -> Chain.of(config, source));
        List<Alert> alerts = book.reconcile(known, Conditions.of(facts, config, now), now);
        Map<UUID, List<Route>> routes = RouteTable.of(
                connection, alerts.stream().map(alert -> alert.id).toList());
        expired.forEach(alert -> routes.getOrDefault(alert.id, List.of()).forEach(Route::tellAgain));
        Map<UUID, Muting.Muted> muted = Muting.of(alerts, SilenceTable.current(connection, now), now);
        Routing routing = new Routing(config, now);
        routing.begin(alerts, routes, muted);
        new Escalations(routing, config.channels().keySet(), RouteTable.failed(connection, routes), now)
                .run(alerts, routes, muted);
        DigestedAlerts digested = new DigestedAlerts(alerts, routes, now);
        digests.run(connection, config, digested::lines, now).forEach(digested::told);
        Map<Group.Key, Group> groups = RouteTable.groups(connection);
        MessagePlanner planner = new MessagePlanner(clocks(config), hours(config), muted, now);
        List<PlannedMessage> planned = planner.plan(alerts, routes, groups);
        AlertTable.save(connection, alerts);
        for (PlannedMessage message : planned) {
            planner.told(message, queue(connection, config, message, now), routes);
        }
        planner.settle(alerts, routes);
        AlertTable.save(connection, alerts);
        RouteTable.save(connection, routes);
        RouteTable.saveGroups(connection, groups.values());
    }

    private @Nullable UUID queue(Connection connection, HoldfastConfig config, PlannedMessage message, Instant now)
            throws SQLException {
        if (!config.channels().containsKey(message.channel())) {
            return null; // the channel left the configuration
        }
        String link = message.firing().isEmpty() ? null : link(connection, config, message, now);
        Notification notice = AlertMessages.of(message, link, now);
        Notification named = config.platform().name().map(notice::from).orElse(notice);
        return messages.add(connection, message.channel(), named, TYPE, message.reason().name());
    }

    private static String link(Connection connection, HoldfastConfig config, PlannedMessage message, Instant now)
            throws SQLException {
        UUID id = UUID.randomUUID();
        List<UUID> alerts = message.firing().stream().map(alert -> alert.id).toList();
        LinkTable.insert(connection, new LinkTable.Link(id, alerts, message.channel(), false), now);
        String token = LinkTable.signer(connection).token(id, now.plus(LinkTable.LASTS));
        String service = config.services().notifier().toString().replaceAll("/+$", "");
        return service + AcknowledgementPage.PATH + "/" + token;
    }

    private static NotificationPolicy.Clocks clocks(HoldfastConfig config) {
        var settings = config.notifications();
        return new NotificationPolicy.Clocks(settings.groupWait(), settings.groupInterval(), settings.repeat());
    }

    private static Map<String, ChannelHours> hours(HoldfastConfig config) {
        Map<String, ChannelHours> hours = new HashMap<>();
        config.channels().forEach((name, channel) -> hours.put(name, ChannelHours.of(channel)));
        return hours;
    }

    private void cleanUp(Connection connection, Instant now) throws SQLException {
        try (var update = connection.prepareStatement("update alert_round set last_at = ?")) {
            update.setTimestamp(1, Timestamp.from(now));
            update.executeUpdate();
        }
        if (cleaned.plus(CLEANUP).isBefore(now)) {
            cleaned = now;
            FactCleanup.run(connection, now);
            RouteTable.forget(connection, now);
            LinkTable.forget(connection, now);
            AlertTable.forget(connection, now);
        }
    }
}
