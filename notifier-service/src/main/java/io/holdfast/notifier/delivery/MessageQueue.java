package io.holdfast.notifier.delivery;

import io.holdfast.eventing.jobs.JobQueue;
import io.holdfast.notifier.notice.Notification;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;

/** Messages that no single event causes: of alerts and digests. */
@ApplicationScoped
public class MessageQueue {
    private static final String SERVICE = "notifier-service";
    private static final String INSERT = """
            insert into delivery (id, channel, about_type, about_source, about_id, source, thing, title, notice, reason)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""";

    private final JobQueue jobs;

    MessageQueue(JobQueue jobs) {
        this.jobs = jobs;
    }

    /**
     * Queues a message in the connection's transaction, which the caller commits.
     *
     * @param type of the message, such as {@code io.holdfast.AlertNotice.v1}
     * @param reason why it is sent
     * @return the delivery's id
     */
    public UUID add(Connection connection, String channel, Notification notice, String type, String reason)
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
            insert.executeUpdate();
        }
        jobs.enqueue(connection, DeliveryJob.KIND, id.toString());
        return id;
    }
}
