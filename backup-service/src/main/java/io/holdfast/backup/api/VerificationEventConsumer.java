package io.holdfast.backup.api;

import io.holdfast.backup.catalog.BackupRepository;
import io.holdfast.contracts.RequestRejected;
import io.holdfast.contracts.Topic;
import io.holdfast.contracts.VerificationEvent;
import io.holdfast.contracts.VerificationLevel;
import io.holdfast.eventing.cloudevents.ReceivedMessage;
import io.holdfast.eventing.inbox.ConsumerFactory;
import io.holdfast.eventing.inbox.EventConsumer;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.hibernate.reactive.mutiny.Mutiny;

/** What verifications found becomes the backup's state. One that is inconclusive says nothing of the backup. */
@ApplicationScoped
class VerificationEventConsumer {
    private final BackupRepository backupRepository;
    private final EventConsumer<VerificationEvent> consumer;

    VerificationEventConsumer(BackupRepository backupRepository, ConsumerFactory consumerFactory) {
        this.backupRepository = backupRepository;
        this.consumer = consumerFactory.events(
                "verification-outcomes", Topic.VERIFICATION_EVENTS, VerificationEvent.class, this::on);
    }

    @Incoming("verification-events")
    Uni<Void> on(ConsumerRecord<byte[], byte[]> record) {
        return consumer.handle(record);
    }

    private Uni<Void> on(ReceivedMessage<VerificationEvent> receivedMessage, Mutiny.Session session) {
        return switch (receivedMessage.event()) {
            case VerificationEvent.Passed passed -> passed(passed, session);
            case VerificationEvent.Failed failed -> failed(failed, session);
            case VerificationEvent.Started ignored -> done();
            case VerificationEvent.Inconclusive ignored -> done();
            case VerificationEvent.DrillCompleted ignored -> done();
            case RequestRejected ignored -> done();
        };
    }

    /** A backup that this catalog does not know is the business of the catalog that does. */
    private Uni<Void> passed(VerificationEvent.Passed passed, Mutiny.Session session) {
        if (passed.level() != VerificationLevel.PROVEN) {
            return done();
        }
        return backupRepository.changedIfKnown(
                session, passed.backupId(), backup -> backup.proven(passed.verificationId(), passed.passedAt()));
    }

    private Uni<Void> failed(VerificationEvent.Failed failed, Mutiny.Session session) {
        return backupRepository.changedIfKnown(
                session,
                failed.backupId(),
                backup -> backup.unproven(failed.verificationId(), failed.reason(), failed.failedAt()));
    }

    private static Uni<Void> done() {
        return Uni.createFrom().voidItem();
    }
}
