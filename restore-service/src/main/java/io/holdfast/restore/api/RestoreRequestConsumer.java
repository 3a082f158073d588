package io.holdfast.restore.api;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.RestoreId;
import io.holdfast.contracts.RestoreRequest;
import io.holdfast.contracts.Topic;
import io.holdfast.eventing.access.Authorizer;
import io.holdfast.eventing.cloudevents.ReceivedMessage;
import io.holdfast.eventing.inbox.ConsumerFactory;
import io.holdfast.eventing.inbox.RequestConsumer;
import io.holdfast.eventing.jobs.JobQueue;
import io.holdfast.eventing.runtime.WorkerThreadCall;
import io.holdfast.restore.domain.Restore;
import io.holdfast.restore.domain.RestoreJobKind;
import io.holdfast.restore.domain.RestoreJobScheduler;
import io.holdfast.restore.domain.RestoreRepository;
import io.holdfast.restore.domain.RestoreSpec;
import io.holdfast.restore.plan.Requester;
import io.holdfast.restore.plan.RestoreRequestValidator;
import io.holdfast.restore.targets.RewindExclusion;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.hibernate.exception.ConstraintViolationException;
import org.hibernate.reactive.mutiny.Mutiny;

/** What is asked of restore-service, over Kafka and REST alike. */
@ApplicationScoped
class RestoreRequestConsumer {
    private final RestoreRequestValidator restoreRequestValidator;
    private final Authorizer authorizer;
    private final RestoreRepository restoreRepository;
    private final RollbackStarter rollbacks;
    private final RestoreJobScheduler restoreJobScheduler;
    private final JobQueue jobQueue;
    private final RewindExclusion exclusion;
    private final InstantSource clock;
    private final RequestConsumer<RestoreRequest, Restore> consumer;

    RestoreRequestConsumer(
            RestoreRequestValidator restoreRequestValidator,
            Authorizer authorizer,
            RestoreRepository restoreRepository,
            RollbackStarter rollbacks,
            RestoreJobScheduler restoreJobScheduler,
            JobQueue jobQueue,
            RewindExclusion exclusion,
            RestoreRequestSources sources,
            InstantSource clock,
            ConsumerFactory consumerFactory) {
        this.restoreRequestValidator = restoreRequestValidator;
        this.authorizer = authorizer;
        this.restoreRepository = restoreRepository;
        this.rollbacks = rollbacks;
        this.restoreJobScheduler = restoreJobScheduler;
        this.jobQueue = jobQueue;
        this.exclusion = exclusion;
        this.clock = clock;
        this.consumer = consumerFactory.preparedRequests(
                "restore-requests",
                Topic.RESTORE_REQUESTS,
                RestoreRequest.class,
                Topic.RESTORE_EVENTS,
                sources,
                this::prepared,
                restore -> restore.id().toString(),
                this::repeated);
    }

    @Incoming("restore-requests")
    Uni<Void> on(ConsumerRecord<byte[], byte[]> record) {
        return consumer.handle(record);
    }

    Uni<Restore> accept(ReceivedMessage<RestoreRequest> request) {
        return consumer.accept(request);
    }

    /** The vault is asked which source has this name: outside the transaction, which holds a connection. */
    private Uni<ConsumerFactory.RequestReaction<RestoreRequest, Restore>> prepared(
            ReceivedMessage<RestoreRequest> receivedMessage) {
        if (!(receivedMessage.event() instanceof RestoreRequest.Requested request)) {
            return Uni.createFrom().item(this::on);
        }
        if (receivedMessage.partition() >= 0 && receivedMessage.expiry() == null) {
            return Uni.createFrom()
                    .failure(HoldfastException.of(
                            FailureCode.REQUEST_INVALID,
                            "a restore that is asked for over Kafka needs the attribute expirytime, so that it does not happen"
                                    + " long after anybody wanted it"));
        }
        Requester by = requester(receivedMessage);
        return WorkerThreadCall.call(() -> restoreRequestValidator.of(request, by))
                .map(admitted -> (asked, session) -> begin(request, admitted, by, asked.correlation(), session));
    }

    private Uni<Restore> on(ReceivedMessage<RestoreRequest> receivedMessage, Mutiny.Session session) {
        Requester by = requester(receivedMessage);
        return switch (receivedMessage.event()) {
            case RestoreRequest.Requested request ->
                WorkerThreadCall.call(() -> restoreRequestValidator.of(request, by))
                        .chain(admitted -> begin(request, admitted, by, receivedMessage.correlation(), session));
            case RestoreRequest.CancellationRequested request -> cancel(request.restoreId(), by, session);
            case RestoreRequest.RollbackRequested request ->
                rollbacks
                        .of(session, request.restoreId(), by)
                        .chain(restore -> restore.map(Uni.createFrom()::item)
                                .orElseGet(() -> fromSafety(request.restoreId(), by, receivedMessage, session)));
        };
    }

    private Uni<Restore> begin(
            RestoreRequest.Requested request,
            RestoreRequestValidator.Admitted admitted,
            Requester by,
            String correlation,
            Mutiny.Session session) {
        Restore restore = Restore.requested(
                RestoreId.next(clock),
                admitted.source(),
                RestoreSpec.of(request, admitted, by.name()),
                correlation,
                clock.instant());
        return restoreRepository
                .isTargeted(session, admitted.server(), admitted.database())
                .chain(taken -> taken
                        ? Uni.createFrom().<Void>failure(conflict(admitted))
                        : refuseDuringRewind(session, restore, admitted))
                .chain(() -> persist(session, restore, admitted))
                .chain(() -> jobQueue.enqueue(
                        session, RestoreJobKind.RESTORE, restore.id().toString()))
                .replaceWith(restore);
    }

    /** A dry run writes nothing. */
    private Uni<Void> refuseDuringRewind(
            Mutiny.Session session, Restore restore, RestoreRequestValidator.Admitted admitted) {
        String project = restore.wish().request().confirmProject();
        if (restore.wish().dryRun()) {
            return Uni.createFrom().voidItem();
        }
        return exclusion
                .refuseDuring(session, admitted.server())
                .chain(() ->
                        project == null ? Uni.createFrom().voidItem() : exclusion.refuseUnresolved(session, project));
    }

    /** What was put aside is gone: the safety backup goes back in its place, as a restore of its own. */
    private Uni<Restore> fromSafety(
            RestoreId id, Requester by, ReceivedMessage<?> receivedMessage, Mutiny.Session session) {
        return restoreRepository
                .get(session, id)
                .map(RollbackStarter::bySafety)
                .chain(request -> WorkerThreadCall.call(() -> restoreRequestValidator.of(request, by))
                        .chain(admitted -> begin(request, admitted, by, receivedMessage.correlation(), session)));
    }

    /** Of two at the same moment the unique index lets one through. */
    private static Uni<Void> persist(
            Mutiny.Session session, Restore restore, RestoreRequestValidator.Admitted admitted) {
        return session.persist(restore)
                .chain(session::flush)
                .onFailure(ConstraintViolationException.class)
                .transform(e -> conflict(admitted));
    }

    private static HoldfastException conflict(RestoreRequestValidator.Admitted admitted) {
        return HoldfastException.about(
                admitted.database(),
                FailureCode.REQUEST_CONFLICT,
                "another restore into database \"" + admitted.database()
                        + "\" is under way; wait for it, cancel it, or choose another name");
    }

    private Requester requester(ReceivedMessage<?> message) {
        return new Requester(message.sender(), authorizer.of(message.principal()));
    }

    private Uni<Restore> cancel(RestoreId id, Requester by, Mutiny.Session session) {
        // first the job, as its worker does: from here on the restore stands still
        return jobQueue.requestCancellation(session, id.toString())
                .chain(asked -> restoreRepository
                        .get(session, id)
                        .invoke(restore -> {
                            by.mayRestore(restore.source().name(), () -> RestoreRepository.unknown(id));
                            if (!restore.cancellationRequested(by.name())) {
                                throw HoldfastException.about(
                                        id.toString(),
                                        FailureCode.REQUEST_CONFLICT,
                                        "restore " + id + " is " + restore.state()
                                                + " already and cannot be cancelled; holdfast rollback " + id
                                                + " undoes one that has ended");
                            }
                        })
                        .call(restore -> asked == 0
                                ? cancelAtOnce(session, restore)
                                : Uni.createFrom().voidItem()));
    }

    /** Nothing works on it: it waits for an approval, or for its safety backup. */
    private Uni<Void> cancelAtOnce(Mutiny.Session session, Restore restore) {
        if (restore.state().isFinished()) {
            return Uni.createFrom().voidItem();
        }
        return restoreRepository
                .changed(session, restore.id(), it -> it.cancelled(clock.instant()))
                .chain(() -> restoreJobScheduler.leftovers(session, restore.id()));
    }

    private Uni<Restore> repeated(
            ReceivedMessage<RestoreRequest> receivedMessage, String subject, Mutiny.Session session) {
        return restoreRepository
                .get(session, RestoreId.parse(subject))
                .call(restore -> restoreRepository.repeat(session, restore));
    }
}
