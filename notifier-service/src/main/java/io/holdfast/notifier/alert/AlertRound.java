package io.holdfast.notifier.alert;

import io.holdfast.config.HoldfastConfig;
import io.holdfast.eventing.config.LiveConfig;
import io.holdfast.eventing.runtime.JdbcTransaction;
import io.holdfast.notifier.delivery.MessageQueue;
import io.holdfast.notifier.delivery.WeeklyChannelTests;
import io.holdfast.notifier.digest.DigestRun;
import io.holdfast.notifier.notice.Notification;
import io.holdfast.notifier.notice.PlatformDetails;
import io.holdfast.notifier.watch.FactCleanup;
import io.holdfast.notifier.watch.FactsReader;
import io.holdfast.notifier.watch.PlatformFacts;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
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
    private final WeeklyChannelTests tests;
    private final InstantSource clock;
    private volatile Instant cleaned = Instant.EPOCH;

    AlertRound(
            DataSource database,
            LiveConfig live,
            MessageQueue messages,
            DigestRun digests,
            WeeklyChannelTests tests,
            InstantSource clock) {
        this.database = database;
        this.live = live;
        this.messages = messages;
        this.digests = digests;
        this.tests = tests;
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
            tests.run(connection, live.current(), now);
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
        PlatformFacts facts = FactsReader.read(connection, config.channels().keySet(), now);
        AlertEngine.State state = state(connection, now);
        AlertEngine engine = new AlertEngine(config, now);
        engine.evaluate(
                state, facts, SilenceTable.current(connection, now), RouteTable.failed(connection, state.routes));
        DigestedAlerts digested = new DigestedAlerts(state.alerts, state.routes, state.groups, now);
        digests.run(connection, config, digested::lines, now).forEach(digested::told);
        List<PlannedMessage> planned = engine.plan(state);
        AlertTable.save(connection, state.alerts);
        for (PlannedMessage message : planned) {
            engine.told(state, message, queue(connection, config, message, now));
        }
        engine.settle(state);
        AlertTable.save(connection, state.alerts);
        RouteTable.save(connection, state.routes);
        RouteTable.saveGroups(connection, state.groups.values());
    }

    private static AlertEngine.State state(Connection connection, Instant now) throws SQLException {
        List<Alert> known = AlertTable.unsettled(connection, now);
        return new AlertEngine.State(known, RouteTable.of(connection, ids(known)), RouteTable.groups(connection));
    }

    private @Nullable UUID queue(Connection connection, HoldfastConfig config, PlannedMessage message, Instant now)
            throws SQLException {
        if (!config.channels().containsKey(message.channel())) {
            return null; // the channel left the configuration
        }
        String link = message.firing().isEmpty() ? null : link(connection, config, message, now);
        Notification notice = AlertMessages.of(message, link, now);
        Notification named = PlatformDetails.added(notice, config);
        return messages.add(
                connection,
                message.channel(),
                named,
                TYPE,
                message.reason().name(),
                new MessageQueue.AlertIds(ids(message.firing()), ids(message.resolved())));
    }

    private static List<UUID> ids(List<Alert> alerts) {
        return alerts.stream().map(alert -> alert.id).toList();
    }

    private static String link(Connection connection, HoldfastConfig config, PlannedMessage message, Instant now)
            throws SQLException {
        UUID id = UUID.randomUUID();
        LinkTable.insert(connection, new LinkTable.Link(id, ids(message.firing()), message.channel(), false), now);
        String token = LinkTable.signer(connection).token(id, now.plus(LinkTable.LASTS));
        URI address = config.notifications().linkUrl().orElse(config.services().notifier());
        String service = address.toString().replaceAll("/+$", "");
        return service + AcknowledgementPage.PATH + "/" + token;
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
