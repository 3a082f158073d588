package io.holdfast.notifier.alert;

import io.holdfast.access.VisibleSources;
import io.holdfast.config.ServicesConfig;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.eventing.config.LiveConfig;
import io.holdfast.eventing.rest.IdRange;
import io.holdfast.eventing.rest.PageCursor;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Pages of alerts. Blocks. */
@ApplicationScoped
class AlertQueries {
    private static final String PAGE = """
            select * from alert
            where (cast(? as text) is null and state <> 'RESOLVED' or state = ?)
                and (cast(? as text) is null or source = ?) and (? or source = any (?))
                and (cast(? as uuid) is null or id between ? and ?) and position < ?
            order by position desc limit ?""";

    private final DataSource database;
    private final LiveConfig live;

    AlertQueries(DataSource database, LiveConfig live) {
        this.database = database;
        this.live = live;
    }

    /** @param state null: all but RESOLVED */
    record Filter(
            @Nullable AlertState state,
            @Nullable String source,
            @Nullable IdRange ids,
            VisibleSources visible) {}

    PageCursor.Page<AlertView> page(Filter filter, @Nullable PageCursor cursor, int limit) throws SQLException {
        ServicesConfig services = live.current().services();
        try (Connection connection = database.getConnection()) {
            List<Alert> alerts = rows(connection, filter, position(cursor), limit + 1);
            Map<UUID, Long> positions = positions(connection, alerts);
            Map<UUID, List<Route>> routes = RouteTable.of(
                    connection, alerts.stream().map(alert -> alert.id).toList());
            PageCursor.Page<Alert> page =
                    PageCursor.Page.of(alerts, limit, alert -> String.valueOf(positions.get(alert.id)));
            return new PageCursor.Page<>(
                    page.items().stream()
                            .map(alert -> AlertView.of(alert, routes.getOrDefault(alert.id, List.of()), services))
                            .toList(),
                    page.next());
        }
    }

    private static List<Alert> rows(Connection connection, Filter filter, long before, int limit) throws SQLException {
        try (var select = connection.prepareStatement(PAGE)) {
            String state = filter.state() == null ? null : filter.state().name();
            select.setString(1, state);
            select.setString(2, state);
            select.setString(3, filter.source());
            select.setString(4, filter.source());
            select.setBoolean(5, filter.visible().all());
            select.setArray(
                    6, connection.createArrayOf("text", filter.visible().names().toArray()));
            IdRange ids = filter.ids();
            select.setObject(7, ids == null ? null : ids.first());
            select.setObject(8, ids == null ? null : ids.first());
            select.setObject(9, ids == null ? null : ids.last());
            select.setLong(10, before);
            select.setInt(11, limit);
            return AlertTable.all(select);
        }
    }

    private static Map<UUID, Long> positions(Connection connection, List<Alert> alerts) throws SQLException {
        Map<UUID, Long> positions = new HashMap<>();
        List<UUID> ids = new ArrayList<>();
        alerts.forEach(alert -> ids.add(alert.id));
        try (var select = connection.prepareStatement("select id, position from alert where id = any (?)")) {
            select.setArray(1, connection.createArrayOf("uuid", ids.toArray()));
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    positions.put(row.getObject(1, UUID.class), row.getLong(2));
                }
            }
        }
        return positions;
    }

    static long position(@Nullable PageCursor cursor) {
        try {
            return cursor == null ? Long.MAX_VALUE : Long.parseLong(cursor.after());
        } catch (NumberFormatException e) {
            throw HoldfastException.of(
                    FailureCode.REQUEST_INVALID,
                    "the cursor is not one of this list; leave it out to start from the first page",
                    e);
        }
    }
}
