package io.holdfast.backup.reader;

import io.holdfast.backup.reader.BackupReaders.Kind;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.RequestRejected;
import io.holdfast.contracts.RestoreEvent;
import io.holdfast.contracts.RestoreId;
import io.holdfast.contracts.Topic;
import io.holdfast.eventing.cloudevents.ReceivedMessage;
import io.holdfast.eventing.inbox.ConsumerFactory;
import io.holdfast.eventing.inbox.EventConsumer;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * Restores as readers of backups: from the request for approval or the plan to the end. A restore that waits for its
 * approval counts until the approval expires.
 */
@ApplicationScoped
class RestoreEventConsumer {
    private final BackupReaders readers;
    private final EventConsumer<RestoreEvent> consumer;

    RestoreEventConsumer(BackupReaders readers, ConsumerFactory consumerFactory) {
        this.readers = readers;
        this.consumer = consumerFactory.events("restore-readers", Topic.RESTORE_EVENTS, RestoreEvent.class, this::on);
    }

    @Incoming("restore-events")
    Uni<Void> on(ConsumerRecord<byte[], byte[]> record) {
        return consumer.handle(record);
    }

    private Uni<Void> on(ReceivedMessage<RestoreEvent> receivedMessage, Mutiny.Session session) {
        return switch (receivedMessage.event()) {
            case RestoreEvent.AwaitingApproval e ->
                reading(
                        e.backupId(),
                        backup -> readers.announced(
                                session, Kind.RESTORE, e.restoreId().value(), backup, e.expiresAt()));
            case RestoreEvent.Approved e ->
                reading(
                        e.backupId(),
                        backup -> readers.started(
                                session, Kind.RESTORE, e.restoreId().value(), backup, e.approvedAt()));
            case RestoreEvent.Started e ->
                reading(
                        e.backupId(),
                        backup -> readers.started(
                                session, Kind.RESTORE, e.restoreId().value(), backup, e.startedAt()));
            case RestoreEvent.Expired e -> ended(session, e.restoreId());
            case RestoreEvent.Completed e -> ended(session, e.restoreId());
            case RestoreEvent.Failed e -> ended(session, e.restoreId());
            case RestoreEvent.Cancelled e -> ended(session, e.restoreId());
            case RestoreEvent.RolledBack e -> ended(session, e.restoreId());
            case RestoreEvent.Planned e -> ended(session, e.restoreId());
            case RestoreEvent.Switched ignored -> done();
            case RestoreEvent.MaintenanceStarted ignored -> done();
            case RestoreEvent.MaintenanceEnded ignored -> done();
            case RestoreEvent.WatchEnded ignored -> done();
            case RestoreEvent.KeptDatabaseDropped ignored -> done();
            case RequestRejected ignored -> done();
        };
    }

    /** A restore to a point in time reads no backup. */
    private static Uni<Void> reading(@Nullable BackupId backup, Function<BackupId, Uni<Void>> noted) {
        return backup == null ? done() : noted.apply(backup);
    }

    private Uni<Void> ended(Mutiny.Session session, RestoreId restore) {
        return readers.ended(session, Kind.RESTORE, restore.value());
    }

    private static Uni<Void> done() {
        return Uni.createFrom().voidItem();
    }
}
