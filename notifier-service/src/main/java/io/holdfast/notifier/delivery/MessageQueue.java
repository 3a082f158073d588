package io.holdfast.notifier.delivery;

import io.holdfast.eventing.jobs.JobQueue;
import io.holdfast.notifier.notice.Notification;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

/** Messages that no single event causes: of alerts and digests. */
@ApplicationScoped
public class MessageQueue {
    private static final String SERVICE = "notifier-service";
    private static final String INSERT = """
            insert into delivery (id, channel, about_type, about_source, about_id, source, thing, title, notice, reason,
                firing, resolved)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""";

    private final JobQueue jobs;

    MessageQueue(JobQueue jobs) {
        this.jobs = jobs;
    }

    /** The alerts of a message: those that fire, and those that ended. */
    public record AlertIds(List<UUID> firing, List<UUID> resolved) {
        static final AlertIds NONE = new AlertIds(List.of(), List.of());

        public AlertIds {
            firing = List.copyOf(firing);
            resolved = List.copyOf(resolved);
        }
    }

    /** Queues a message that is not of an alert. */
    public UUID add(Connection connection, String channel, Notification notice, String type, String reason)
            throws SQLException {
        return add(connection, channel, notice, type, reason, AlertIds.NONE);
    }

    /**
     * Queues a message in the connection's transaction, which the caller commits. Messages of one alert to one channel are
     * sent in the order in which they were queued. A message with alerts that fire and none that ended is skipped if all
     * its alerts end before it is sent.
     *
     * @param type of the message, such as {@code io.holdfast.AlertNotice.v1}
     * @param reason why it is sent
     * @return the delivery's id
     */
    public UUID add(
            Connection connection, String channel, Notification notice, String type, String reason, AlertIds alerts)
            throws SQLException {
        UUID id = UUID.randomUUID();
        try (var insert = connection.prepareStatement(INSERT)) {
            insert.setObject(1, id);
            insert.setString(2, channel);
            insert.setString(3, type);
            insert.setString(4, SERVICE);
            insert.setString(5, id.toString());
            insert.setString(6, notice.source());
            insert.setString(7, notice.thing() + "/" + id);
            insert.setString(8, notice.title());
            insert.setString(9, DeliveryRepository.json(notice));
            insert.setString(10, reason);
            insert.setArray(11, connection.createArrayOf("uuid", alerts.firing().toArray()));
            insert.setArray(
                    12, connection.createArrayOf("uuid", alerts.resolved().toArray()));
            insert.executeUpdate();
        }
        jobs.enqueue(connection, DeliveryJob.KIND, id.toString());
        return id;
    }
}
