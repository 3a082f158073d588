package io.holdfast.restore.switchover;

import io.holdfast.contracts.BackupEvent;
import io.holdfast.contracts.RestoreId;
import io.holdfast.contracts.Topic;
import io.holdfast.eventing.cloudevents.ReceivedMessage;
import io.holdfast.eventing.inbox.ConsumerFactory;
import io.holdfast.eventing.inbox.EventConsumer;
import io.holdfast.restore.domain.Restore;
import io.holdfast.restore.domain.RestoreJobScheduler;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Hears what became of the safety backups that restores asked for. */
@ApplicationScoped
class SafetyBackupEventConsumer {
    private final RestoreJobScheduler restoreJobScheduler;
    private final EventConsumer<BackupEvent> consumer;

    SafetyBackupEventConsumer(RestoreJobScheduler restoreJobScheduler, ConsumerFactory consumerFactory) {
        this.restoreJobScheduler = restoreJobScheduler;
        this.consumer = consumerFactory.events("backup-outcomes", Topic.BACKUP_EVENTS, BackupEvent.class, this::on);
    }

    @Incoming("backup-events")
    Uni<Void> on(ConsumerRecord<byte[], byte[]> record) {
        return consumer.handle(record);
    }

    private Uni<Void> on(ReceivedMessage<BackupEvent> receivedMessage, Mutiny.Session session) {
        String correlation = receivedMessage.correlationId();
        SafetyBackups.Outcome outcome = SafetyBackups.outcome(receivedMessage.event());
        if (outcome == null || correlation == null || !correlation.startsWith(SafetyBackups.CORRELATION)) {
            return Uni.createFrom().voidItem();
        }
        RestoreId id = restoreOf(correlation);
        if (id == null) {
            return Uni.createFrom().voidItem();
        }
        return restoreJobScheduler
                .awaitedSafety(session, id)
                .chain(() -> session.find(Restore.class, id.value()))
                .chain(restore -> {
                    if (restore == null || !SafetyBackups.awaits(restore, receivedMessage.event())) {
                        return Uni.createFrom().voidItem();
                    }
                    outcome.into(restore.account());
                    return restore.keeps()
                            ? restoreJobScheduler.safetyOfKept(session, id)
                            : Uni.createFrom().voidItem();
                });
    }

    /** Anybody can choose a correlation that looks like one of ours. */
    private static @Nullable RestoreId restoreOf(String correlation) {
        try {
            return RestoreId.parse(correlation.substring(SafetyBackups.CORRELATION.length()));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
