package io.holdfast.notifier.alert;

import io.holdfast.config.ChannelConfig;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.eventing.config.LiveConfig;
import io.holdfast.notifier.alert.NotificationPolicy.Told;
import io.holdfast.notifier.delivery.MessageQueue;
import io.holdfast.notifier.notice.Notification;
import io.holdfast.notifier.notice.PlatformDetails;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/** Acknowledges the incidents of an acknowledged alert in PagerDuty. Other channels get no message of it. */
@ApplicationScoped
class AcknowledgedIncidents {
    private static final String TYPE = "io.holdfast.AlertAcknowledged.v1";

    private final MessageQueue messages;
    private final LiveConfig live;

    AcknowledgedIncidents(MessageQueue messages, LiveConfig live) {
        this.messages = messages;
        this.live = live;
    }

    /** Queues a message for each incident that was begun, in the transaction of the acknowledgement. */
    void queue(Connection connection, Alert alert, List<Route> routes, Instant now) throws SQLException {
        Alert.Acknowledgement by = alert.acknowledgement;
        if (by == null) {
            return;
        }
        HoldfastConfig config = live.current();
        Notification notice = AlertMessages.acknowledged(alert, by, now);
        Notification named = PlatformDetails.added(notice, config);
        for (Route route : routes) {
            boolean incident = config.channels().get(route.channel) instanceof ChannelConfig.PagerDuty;
            if (incident && route.told == Told.FIRING) {
                messages.add(
                        connection,
                        route.channel,
                        named,
                        TYPE,
                        NotificationReason.ACKNOWLEDGED.name(),
                        new MessageQueue.AlertIds(List.of(alert.id), List.of()));
            }
        }
    }
}
