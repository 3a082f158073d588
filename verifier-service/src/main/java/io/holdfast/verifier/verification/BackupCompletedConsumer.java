package io.holdfast.verifier.verification;

import io.holdfast.contracts.BackupEvent;
import io.holdfast.contracts.RequestRejected;
import io.holdfast.contracts.SourceRef;
import io.holdfast.contracts.Topic;
import io.holdfast.contracts.VerificationLevel;
import io.holdfast.eventing.ConsumerFactory;
import io.holdfast.eventing.EventConsumer;
import io.holdfast.eventing.ReceivedMessage;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Every backup that is stored is verified, as deep as its source wants. */
@ApplicationScoped
class BackupCompletedConsumer {
    private final VerificationRepository verifications;
    private final VerificationLevelPolicy levels;
    private final EventConsumer<BackupEvent> consumer;

    BackupCompletedConsumer(VerificationRepository verifications, VerificationLevelPolicy levels, ConsumerFactory consumers) {
        this.verifications = verifications;
        this.levels = levels;
        this.consumer = consumers.events("stored-backups", Topic.BACKUP_EVENTS, BackupEvent.class, this::on);
    }

    @Incoming("backup-events")
    Uni<Void> on(ConsumerRecord<byte[], byte[]> record) {
        return consumer.handle(record);
    }

    private Uni<Void> on(ReceivedMessage<BackupEvent> received, Mutiny.Session session) {
        return switch (received.event()) {
            case BackupEvent.Completed backup -> verify(backup, received.correlationId(), session);
            case BackupEvent.Started ignored -> done();
            case BackupEvent.Failed ignored -> done();
            case BackupEvent.Cancelled ignored -> done();
            case BackupEvent.Proven ignored -> done();
            case BackupEvent.Unproven ignored -> done();
            case BackupEvent.Held ignored -> done();
            case BackupEvent.Released ignored -> done();
            case BackupEvent.Deleted ignored -> done();
            case BackupEvent.SourceChanged ignored -> done();
            case RequestRejected ignored -> done();
        };
    }

    private Uni<Void> verify(BackupEvent.Completed backup, @Nullable String correlationId, Mutiny.Session session) {
        SourceRef source = backup.source();
        VerificationLevel level = levels.of(source.name());
        return verifications
                .begin(session, backup.backupId(), source, level, correlationId)
                .replaceWithVoid();
    }

    private static Uni<Void> done() {
        return Uni.createFrom().voidItem();
    }
}
