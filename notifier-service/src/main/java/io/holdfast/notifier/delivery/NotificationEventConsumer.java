package io.holdfast.notifier.delivery;

import io.holdfast.contracts.AccessEvent;
import io.holdfast.contracts.AlertEvent;
import io.holdfast.contracts.BackupEvent;
import io.holdfast.contracts.Event;
import io.holdfast.contracts.RestoreEvent;
import io.holdfast.contracts.Topic;
import io.holdfast.contracts.VerificationEvent;
import io.holdfast.eventing.cloudevents.ReceivedMessage;
import io.holdfast.eventing.config.LiveConfig;
import io.holdfast.eventing.inbox.ConsumerFactory;
import io.holdfast.eventing.inbox.EventConsumer;
import io.holdfast.notifier.notice.ChannelRouter;
import io.holdfast.notifier.notice.Notification;
import io.holdfast.notifier.notice.Notifications;
import io.holdfast.notifier.notice.PlatformDetails;
import io.holdfast.notifier.watch.FactRecorder;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Records what happened for the rules of alerts, and queues the messages that events cause by themselves. Sends nothing, so
 * no channel can hold it up.
 */
@ApplicationScoped
class NotificationEventConsumer {
    private final DeliveryRepository deliveryRepository;
    private final ChannelRouter channelRouter;
    private final LiveConfig live;
    private final EventConsumer<BackupEvent> backups;
    private final EventConsumer<VerificationEvent> verifications;
    private final EventConsumer<RestoreEvent> restores;
    private final EventConsumer<AlertEvent> alerts;
    private final EventConsumer<AccessEvent> operations;

    NotificationEventConsumer(
            ConsumerFactory consumerFactory,
            DeliveryRepository deliveryRepository,
            ChannelRouter channelRouter,
            FactRecorder facts,
            LiveConfig live) {
        this.live = live;
        this.deliveryRepository = deliveryRepository;
        this.channelRouter = channelRouter;
        backups = consumer(consumerFactory, Topic.BACKUP_EVENTS, BackupEvent.class, Notifications::of, facts::record);
        verifications = consumer(
                consumerFactory, Topic.VERIFICATION_EVENTS, VerificationEvent.class, Notifications::of, facts::record);
        restores =
                consumer(consumerFactory, Topic.RESTORE_EVENTS, RestoreEvent.class, Notifications::of, facts::record);
        operations = consumer(
                consumerFactory,
                Topic.ACCESS_EVENTS,
                AccessEvent.class,
                Notifications::of,
                (event, session) -> Uni.createFrom().voidItem());
        alerts = consumerFactory.events(
                "announce-alerts",
                Topic.ALERTS,
                AlertEvent.class,
                (message, session) -> facts.record(message.event(), session));
    }

    @Incoming("backup-events")
    Uni<Void> onBackup(ConsumerRecord<byte[], byte[]> record) {
        return backups.handle(record);
    }

    @Incoming("verification-events")
    Uni<Void> onVerification(ConsumerRecord<byte[], byte[]> record) {
        return verifications.handle(record);
    }

    @Incoming("restore-events")
    Uni<Void> onRestore(ConsumerRecord<byte[], byte[]> record) {
        return restores.handle(record);
    }

    @Incoming("access-events")
    Uni<Void> onOperation(ConsumerRecord<byte[], byte[]> record) {
        return operations.handle(record);
    }

    @Incoming("alerts")
    Uni<Void> onAlertRecord(ConsumerRecord<byte[], byte[]> record) {
        return alerts.handle(record);
    }

    private <E extends Event> EventConsumer<E> consumer(
            ConsumerFactory consumerFactory,
            Topic topic,
            Class<E> type,
            Function<E, Optional<Notification>> notices,
            BiFunction<E, Mutiny.Session, Uni<Void>> facts) {
        String name =
                "announce-" + topic.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        return consumerFactory.events(
                name,
                topic,
                type,
                (receivedMessage, session) -> facts.apply(receivedMessage.event(), session)
                        .chain(() -> tell(notices.apply(receivedMessage.event()), receivedMessage, session)));
    }

    private Uni<Void> tell(Optional<Notification> notice, ReceivedMessage<?> about, Mutiny.Session session) {
        return notice.map(it -> PlatformDetails.added(it, live.current()))
                .map(told -> deliveryRepository.tell(channelRouter.of(told), told, about, session))
                .orElse(Uni.createFrom().voidItem());
    }
}
