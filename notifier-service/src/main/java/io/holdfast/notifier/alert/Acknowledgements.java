package io.holdfast.notifier.alert;

import io.holdfast.access.Permission;
import io.holdfast.contracts.AccessEvent;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.Topic;
import io.holdfast.eventing.caller.Access;
import io.holdfast.eventing.cloudevents.OutboxEvent;
import io.holdfast.eventing.config.LiveConfig;
import io.holdfast.eventing.outbox.Outbox;
import io.holdfast.eventing.rest.ProblemDetails;
import io.holdfast.eventing.runtime.JdbcTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.core.Response;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Acknowledgements of alerts, over REST and by the link of a message. Blocks. */
@ApplicationScoped
class Acknowledgements {
    private static final String SERVICE = "notifier-service";
    private static final Duration USUAL = Duration.ofHours(24);
    private static final Duration LONGEST = Duration.ofDays(30);
    private static final int LONGEST_NOTE = 1_000;

    private final DataSource database;
    private final Outbox outbox;
    private final LiveConfig live;
    private final AcknowledgedIncidents incidents;
    private final InstantSource clock;

    Acknowledgements(
            DataSource database, Outbox outbox, LiveConfig live, AcknowledgedIncidents incidents, InstantSource clock) {
        this.database = database;
        this.outbox = outbox;
        this.live = live;
        this.incidents = incidents;
        this.clock = clock;
    }

    /** What a link shows or did. */
    enum LinkState {
        OPEN,
        DONE,
        REFUSED,
        USED,
        OVER
    }

    /** @param alerts titles of the alerts of the link */
    record LinkResult(LinkState state, List<String> alerts) {}

    /**
     * Acknowledges an alert.
     *
     * @throws HoldfastException REQUEST_CONFLICT if it does not fire, REQUEST_INVALID for a bad note or end
     * @throws NotFoundException if there is no such alert, or its source is hidden
     */
    AlertView acknowledge(String id, Access access, @Nullable String note, @Nullable Instant until)
            throws SQLException {
        Instant now = clock.instant();
        if (note == null || note.isBlank() || note.length() > LONGEST_NOTE) {
            throw HoldfastException.about(
                    "note", FailureCode.REQUEST_INVALID, "\"note\" must have 1 to " + LONGEST_NOTE + " characters");
        }
        Instant end = until == null ? now.plus(USUAL) : until;
        if (!end.isAfter(now) || end.isAfter(now.plus(LONGEST))) {
            throw HoldfastException.about(
                    "until", FailureCode.REQUEST_INVALID, "\"until\" must be in the next 30 days; it is " + end);
        }
        return JdbcTransaction.run(database, connection -> {
            Alert alert = locked(connection, id);
            permit(access, alert);
            alert.acknowledge(new Alert.Acknowledgement(access.name(), now, end, note));
            AlertTable.save(connection, List.of(alert));
            List<Route> routes = RouteTable.of(connection, List.of(alert.id)).getOrDefault(alert.id, List.of());
            incidents.queue(connection, alert, routes, now);
            return AlertView.of(alert, routes, live.current().services());
        });
    }

    private static void permit(Access access, Alert alert) {
        if (alert.source.isEmpty()) {
            access.requireAll(Permission.OPERATE);
        } else {
            try {
                access.requireVisible(alert.source);
            } catch (HoldfastException hidden) { // the answer is that of an alert that does not exist
                throw unknown(alert.id.toString());
            }
            access.require(Permission.OPERATE, alert.source);
        }
    }

    private static Alert locked(Connection connection, String id) throws SQLException {
        try {
            return AlertTable.locked(connection, List.of(UUID.fromString(id))).stream()
                    .findFirst()
                    .orElseThrow(() -> unknown(id));
        } catch (IllegalArgumentException e) {
            throw unknown(id);
        }
    }

    private static NotFoundException unknown(String id) {
        return new NotFoundException(ProblemDetails.of(
                Response.Status.NOT_FOUND,
                "there is no alert \"" + id + "\"; GET /api/alerts lists what there is",
                FailureCode.REQUEST_INVALID,
                id));
    }

    /** What a link would do. Changes nothing: programs that check messages for viruses follow links. */
    LinkResult look(String token) throws SQLException {
        return JdbcTransaction.run(database, connection -> {
            Optional<LinkTable.Link> link = find(connection, token);
            if (link.isEmpty() || link.get().used()) {
                return new LinkResult(link.isEmpty() ? LinkState.REFUSED : LinkState.USED, List.of());
            }
            List<Alert> active = active(connection, link.get());
            return new LinkResult(active.isEmpty() ? LinkState.OVER : LinkState.OPEN, titles(active));
        });
    }

    /** Acknowledges the alerts of a link that still fire, once, and records the operation in the same transaction. */
    LinkResult use(String token, String address) throws SQLException {
        Instant now = clock.instant();
        return JdbcTransaction.run(database, connection -> {
            Optional<LinkTable.Link> found = find(connection, token);
            if (found.isEmpty()) {
                return new LinkResult(LinkState.REFUSED, List.of());
            }
            LinkTable.Link link = found.get();
            List<Alert> active = active(connection, link);
            if (active.isEmpty() && !link.used()) {
                return new LinkResult(LinkState.OVER, List.of());
            }
            if (!LinkTable.use(connection, link.id(), now)) {
                return new LinkResult(LinkState.USED, List.of());
            }
            String by = "link on channel " + link.channel();
            active.forEach(alert ->
                    alert.acknowledge(new Alert.Acknowledgement(by, now, now.plus(USUAL), "by the link of a message")));
            AlertTable.save(connection, active);
            Map<UUID, List<Route>> routes = RouteTable.of(
                    connection, active.stream().map(alert -> alert.id).toList());
            for (Alert alert : active) {
                incidents.queue(connection, alert, routes.getOrDefault(alert.id, List.of()), now);
            }
            record(connection, by, address, active, now);
            return new LinkResult(LinkState.DONE, titles(active));
        });
    }

    private void record(Connection connection, String by, String address, List<Alert> alerts, Instant now)
            throws SQLException {
        for (Alert alert : alerts) {
            AccessEvent event = new AccessEvent.Performed(
                    by,
                    "LINK",
                    address,
                    SERVICE,
                    "POST /api/alerts/" + alert.id + "/acknowledgement",
                    Permission.OPERATE.name(),
                    alert.source.isEmpty() ? null : alert.source,
                    AccessEvent.Outcome.SUCCEEDED,
                    200,
                    now);
            outbox.publish(connection, OutboxEvent.of(Topic.ACCESS_EVENTS, event, UUID.randomUUID(), 1, SERVICE));
        }
    }

    private Optional<LinkTable.Link> find(Connection connection, String token) throws SQLException {
        Optional<UUID> id = LinkTable.signer(connection).link(token, clock.instant());
        return id.isEmpty() ? Optional.empty() : LinkTable.find(connection, id.get());
    }

    private static List<Alert> active(Connection connection, LinkTable.Link link) throws SQLException {
        return AlertTable.locked(connection, link.alerts()).stream()
                .filter(Alert::isActive)
                .toList();
    }

    private static List<String> titles(List<Alert> alerts) {
        return alerts.stream().map(AlertMessages::title).toList();
    }
}
