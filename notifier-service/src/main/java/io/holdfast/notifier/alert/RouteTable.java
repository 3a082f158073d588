package io.holdfast.notifier.alert;

import io.holdfast.notifier.alert.NotificationPolicy.Told;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/** Rows of the channels of alerts and of the groups, in the caller's transaction. */
final class RouteTable {
    private static final Duration IDLE_GROUPS = Duration.ofDays(7);
    private static final String SAVE = """
            insert into alert_route (alert_id, channel, step, told, told_at, delivery, decision, since)
            values (?, ?, ?, ?, ?, ?, ?, ?)
            on conflict (alert_id, channel) do update set step = excluded.step, told = excluded.told,
                told_at = excluded.told_at, delivery = excluded.delivery, decision = excluded.decision""";
    private static final String SAVE_GROUP = """
            insert into alert_group (cause, channel, first_at, last_sent) values (?, ?, ?, ?)
            on conflict (cause, channel) do update set first_at = excluded.first_at, last_sent = excluded.last_sent""";

    private RouteTable() {}

    static Map<UUID, List<Route>> of(Connection connection, Collection<UUID> alerts) throws SQLException {
        Map<UUID, List<Route>> routes = new HashMap<>();
        try (var select = connection.prepareStatement(
                "select * from alert_route where alert_id = any (?) order by step, channel")) {
            select.setArray(1, connection.createArrayOf("uuid", alerts.toArray()));
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    Route route = route(row);
                    routes.computeIfAbsent(route.alert, id -> new ArrayList<>()).add(route);
                }
            }
        }
        return routes;
    }

    private static Route route(ResultSet row) throws SQLException {
        Route route = new Route(
                row.getObject("alert_id", UUID.class),
                row.getString("channel"),
                row.getInt("step"),
                row.getTimestamp("since").toInstant());
        route.told = Told.valueOf(row.getString("told"));
        route.toldAt = AlertTable.instant(row, "told_at");
        route.delivery = row.getObject("delivery", UUID.class);
        route.decision = row.getString("decision");
        return route;
    }

    static void save(Connection connection, Map<UUID, List<Route>> routes) throws SQLException {
        try (var save = connection.prepareStatement(SAVE)) {
            for (List<Route> own : routes.values()) {
                for (Route route : own) {
                    if (route.changed) {
                        save.setObject(1, route.alert);
                        save.setString(2, route.channel);
                        save.setInt(3, route.step);
                        save.setString(4, route.told.name());
                        save.setTimestamp(5, AlertTable.timestamp(route.toldAt));
                        save.setObject(6, route.delivery);
                        save.setString(7, route.decision);
                        save.setTimestamp(8, Timestamp.from(route.since));
                        save.addBatch();
                        route.changed = false;
                    }
                }
            }
            save.executeBatch();
        }
    }

    /** The deliveries of these routes that were given up. */
    static Set<UUID> failed(Connection connection, Map<UUID, List<Route>> routes) throws SQLException {
        Object[] deliveries = routes.values().stream()
                .flatMap(List::stream)
                .map(route -> route.delivery)
                .filter(Objects::nonNull)
                .distinct()
                .toArray();
        Set<UUID> failed = new HashSet<>();
        try (var select =
                connection.prepareStatement("select id from delivery where id = any (?) and state = 'FAILED'")) {
            select.setArray(1, connection.createArrayOf("uuid", deliveries));
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    failed.add(row.getObject(1, UUID.class));
                }
            }
        }
        return failed;
    }

    static Map<Group.Key, Group> groups(Connection connection) throws SQLException {
        Map<Group.Key, Group> groups = new LinkedHashMap<>();
        try (var select = connection.prepareStatement("select * from alert_group");
                var row = select.executeQuery()) {
            while (row.next()) {
                Group group = new Group(
                        new Group.Key(row.getString("cause"), row.getString("channel")),
                        AlertTable.instant(row, "first_at"));
                group.lastSent = AlertTable.instant(row, "last_sent");
                groups.put(group.key, group);
            }
        }
        return groups;
    }

    static void saveGroups(Connection connection, Collection<Group> groups) throws SQLException {
        try (var save = connection.prepareStatement(SAVE_GROUP)) {
            for (Group group : groups) {
                if (group.changed) {
                    save.setString(1, group.key.cause());
                    save.setString(2, group.key.channel());
                    save.setTimestamp(3, AlertTable.timestamp(group.firstAt));
                    save.setTimestamp(4, AlertTable.timestamp(group.lastSent));
                    save.addBatch();
                    group.changed = false;
                }
            }
            save.executeBatch();
        }
    }

    /** Groups whose message ids cannot come again: the newest message is old, and its delivery long over. */
    static void forget(Connection connection, Instant now) throws SQLException {
        try (var delete = connection.prepareStatement("""
                delete from alert_group g where coalesce(last_sent, first_at, '-infinity') < ? and not exists (
                    select 1 from alert a where (a.state <> 'RESOLVED' or not a.settled)
                    and (a.cause = g.cause or replace(lower(a.rule), '_', '-') = g.cause))""")) {
            delete.setTimestamp(1, Timestamp.from(now.minus(IDLE_GROUPS)));
            delete.executeUpdate();
        }
    }
}
