package io.holdfast.backup.api;

import io.holdfast.backup.catalog.Backup;
import io.holdfast.backup.catalog.BackupRepository;
import io.holdfast.backup.catalog.BackupStarter;
import io.holdfast.backup.catalog.Requester;
import io.holdfast.backup.source.ProtectedSource;
import io.holdfast.backup.source.SourceRegistry;
import io.holdfast.config.TableName;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.BackupKind;
import io.holdfast.contracts.BackupRequest;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.Topic;
import io.holdfast.eventing.cloudevents.ReceivedMessage;
import io.holdfast.eventing.inbox.ConsumerFactory;
import io.holdfast.eventing.inbox.RequestConsumer;
import io.holdfast.eventing.jobs.JobQueue;
import io.holdfast.eventing.runtime.TransactionRunner;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.hibernate.reactive.mutiny.Mutiny;

/** What is asked of backup-service, over Kafka and REST alike. */
@ApplicationScoped
public class BackupRequestConsumer {
    private static final Pattern PUT_ASIDE = Pattern.compile("holdfast_kept_[0-9a-f]{32}");

    private final SourceRegistry sourceRegistry;
    private final BackupRepository backupRepository;
    private final BackupStarter starter;
    private final JobQueue jobQueue;
    private final TransactionRunner transactions;
    private final InstantSource clock;
    private final RequestConsumer<BackupRequest, Backup> consumer;

    BackupRequestConsumer(
            SourceRegistry sourceRegistry,
            BackupRepository backupRepository,
            BackupStarter starter,
            JobQueue jobQueue,
            TransactionRunner transactions,
            InstantSource clock,
            ConsumerFactory consumerFactory) {
        this.sourceRegistry = sourceRegistry;
        this.backupRepository = backupRepository;
        this.starter = starter;
        this.jobQueue = jobQueue;
        this.transactions = transactions;
        this.clock = clock;
        this.consumer = consumerFactory.requests(
                "backup-requests",
                Topic.BACKUP_REQUESTS,
                BackupRequest.class,
                Topic.BACKUP_EVENTS,
                this::sources,
                this::on,
                backup -> backup.id().toString(),
                this::repeated);
    }

    @Incoming("backup-requests")
    Uni<Void> on(ConsumerRecord<byte[], byte[]> record) {
        return consumer.handle(record);
    }

    /** Takes a request over REST; its Uni has the backup as soon as it is requested. */
    public Uni<Backup> accept(ReceivedMessage<BackupRequest> request) {
        return consumer.accept(request);
    }

    private Uni<Set<String>> sources(BackupRequest asked) {
        return switch (asked) {
            case BackupRequest.Requested request -> Uni.createFrom().item(Set.of(request.source()));
            case BackupRequest.CancellationRequested request ->
                transactions
                        .run(session -> backupRepository.get(session, request.backupId()))
                        .map(backup -> Set.of(backup.source().name()))
                        .onFailure(HoldfastException.class)
                        .recoverWithItem(Set.of());
        };
    }

    private Uni<Backup> on(ReceivedMessage<BackupRequest> receivedMessage, Mutiny.Session session) {
        return switch (receivedMessage.event()) {
            case BackupRequest.Requested request -> take(request, receivedMessage, session);
            case BackupRequest.CancellationRequested request ->
                cancel(request.backupId(), receivedMessage.sender(), session);
        };
    }

    private Uni<Backup> take(
            BackupRequest.Requested request, ReceivedMessage<?> receivedMessage, Mutiny.Session session) {
        ProtectedSource source = sourceRegistry.named(request.source());
        BackupKind kind = request.kind();
        refuseForeign(request);
        refusePart(request);
        Backup backup = Backup.requested(
                BackupId.next(clock),
                source.ref(),
                source.environment(),
                kind == null ? BackupKind.MANUAL : kind,
                request.labels(),
                new Requester(receivedMessage.sender(), receivedMessage.correlation()),
                clock.instant());
        backup.putAside(request.database());
        backup.only(request.tables());
        return refuseSecond(session, backup)
                .chain(() -> starter.start(session, backup, source))
                .replaceWith(backup);
    }

    /** Refuses a second backup of one requester, source and label list while the first has not started. */
    private Uni<Void> refuseSecond(Mutiny.Session session, Backup backup) {
        return backup.kind() == BackupKind.SAFETY
                ? Uni.createFrom().voidItem()
                : backupRepository
                        .waiting(session, backup)
                        .invoke(waiting -> {
                            if (waiting.isPresent()) {
                                String id = waiting.get().id().toString();
                                throw HoldfastException.about(
                                        id,
                                        FailureCode.REQUEST_CONFLICT,
                                        "backup " + id + " of source \""
                                                + backup.source().name()
                                                + "\", which you requested before, has not started; it will contain what a second"
                                                + " one would");
                            }
                        })
                        .replaceWithVoid();
    }

    /** Only what a restore put aside may be read in the source's place: a request reaches no other database. */
    private static void refuseForeign(BackupRequest.Requested request) {
        String database = request.database();
        if (database != null
                && (request.kind() != BackupKind.SAFETY
                        || !PUT_ASIDE.matcher(database).matches())) {
            throw HoldfastException.about(
                    database,
                    FailureCode.REQUEST_INVALID,
                    "\"database\" names a database that a restore put aside, in a backup of kind SAFETY; leave it out to"
                            + " back up the source's own");
        }
    }

    /** Who looks for a backup of the source finds one of all of it: a part of it is nothing but a restore's way back. */
    private static void refusePart(BackupRequest.Requested request) {
        List<String> tables = request.tables();
        if (tables == null) {
            return;
        }
        if (tables.isEmpty() || request.kind() != BackupKind.SAFETY || request.database() != null) {
            throw HoldfastException.about(
                    "tables",
                    FailureCode.REQUEST_INVALID,
                    "\"tables\" says what a restore is about to write, in a backup of kind SAFETY of the source's own"
                            + " database; leave it out to back up everything");
        }
        for (String table : tables) {
            try {
                TableName.parse(table);
            } catch (IllegalArgumentException e) {
                throw new HoldfastException(
                        FailureReason.of(FailureCode.REQUEST_INVALID, "tables: " + e.getMessage(), table), e);
            }
        }
    }

    /** The job first: its worker locks it before the backup, too, and what it does to the backup is seen after that. */
    private Uni<Backup> cancel(BackupId id, String by, Mutiny.Session session) {
        return jobQueue.requestCancellation(session, id.toString())
                .chain(() -> backupRepository.get(session, id))
                .call(backup -> backupRepository.cancel(session, backup, by));
    }

    private Uni<Backup> repeated(
            ReceivedMessage<BackupRequest> receivedMessage, String subject, Mutiny.Session session) {
        return backupRepository
                .get(session, BackupId.parse(subject))
                .call(backup -> backupRepository.repeat(session, backup));
    }
}
