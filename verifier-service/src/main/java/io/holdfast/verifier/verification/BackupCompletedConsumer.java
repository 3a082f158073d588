package io.holdfast.verifier.verification;

import io.holdfast.contracts.BackupEvent;
import io.holdfast.contracts.ConfigurationEvent;
import io.holdfast.contracts.RequestRejected;
import io.holdfast.contracts.SourceEvent;
import io.holdfast.contracts.SourceRef;
import io.holdfast.contracts.Topic;
import io.holdfast.contracts.VerificationLevel;
import io.holdfast.eventing.cloudevents.ReceivedMessage;
import io.holdfast.eventing.inbox.ConsumerFactory;
import io.holdfast.eventing.inbox.EventConsumer;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Requests the verification of each stored backup, at the level of its source; records the pauses of sources. */
@ApplicationScoped
class BackupCompletedConsumer {
    private final VerificationRepository verificationRepository;
    private final VerificationLevelPolicy verificationLevelPolicy;
    private final PauseRecords pauseRecords;
    private final EventConsumer<BackupEvent> consumer;

    BackupCompletedConsumer(
            VerificationRepository verificationRepository,
            VerificationLevelPolicy verificationLevelPolicy,
            PauseRecords pauseRecords,
            ConsumerFactory consumerFactory) {
        this.verificationRepository = verificationRepository;
        this.verificationLevelPolicy = verificationLevelPolicy;
        this.pauseRecords = pauseRecords;
        this.consumer = consumerFactory.events("stored-backups", Topic.BACKUP_EVENTS, BackupEvent.class, this::on);
    }

    @Incoming("backup-events")
    Uni<Void> on(ConsumerRecord<byte[], byte[]> record) {
        return consumer.handle(record);
    }

    private Uni<Void> on(ReceivedMessage<BackupEvent> receivedMessage, Mutiny.Session session) {
        return switch (receivedMessage.event()) {
            case BackupEvent.Completed backup -> verify(backup, receivedMessage.correlationId(), session);
            case BackupEvent.Started ignored -> done();
            case BackupEvent.Failed ignored -> done();
            case BackupEvent.Cancelled ignored -> done();
            case BackupEvent.Proven ignored -> done();
            case BackupEvent.Unproven ignored -> done();
            case BackupEvent.Held ignored -> done();
            case BackupEvent.Released ignored -> done();
            case BackupEvent.Deleted ignored -> done();
            case BackupEvent.SourceChanged ignored -> done();
            case SourceEvent.Paused paused -> pauseRecords.paused(session, paused);
            case SourceEvent.Resumed resumed -> pauseRecords.resumed(session, resumed);
            case SourceEvent ignored -> done();
            case ConfigurationEvent ignored -> done();
            case RequestRejected ignored -> done();
        };
    }

    private Uni<Void> verify(BackupEvent.Completed backup, @Nullable String correlationId, Mutiny.Session session) {
        SourceRef source = backup.source();
        int every = verificationLevelPolicy.every(source.name());
        return verificationRepository
                .newest(session, source.id(), every - 1)
                .map(before -> verificationLevelPolicy.requiresProof(source.name(), backup.kind())
                        ? VerificationLevel.PROVEN
                        : verificationLevelPolicy.of(source.name(), before))
                .chain(level -> verificationRepository.begin(session, backup.backupId(), source, level, correlationId))
                .replaceWithVoid();
    }

    private static Uni<Void> done() {
        return Uni.createFrom().voidItem();
    }
}
