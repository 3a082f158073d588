package io.holdfast.restore.saga;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.RestoreId;
import io.holdfast.contracts.RestoreRequest;
import io.holdfast.contracts.Topic;
import io.holdfast.eventing.ConsumerFactory;
import io.holdfast.eventing.ReceivedMessage;
import io.holdfast.eventing.RequestConsumer;
import io.holdfast.eventing.WorkerThreadCall;
import io.holdfast.eventing.jobs.JobQueue;
import io.holdfast.restore.plan.AccessTokenRegistry;
import io.holdfast.restore.plan.RestoreRequestValidator;
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
    static final String JOB_KIND = "restore";

    private final RestoreRequestValidator admission;
    private final RequesterResolver askers;
    private final RestoreRepository restores;
    private final RollbackStarter rollbacks;
    private final RestoreJobScheduler followers;
    private final JobQueue jobs;
    private final InstantSource clock;
    private final RequestConsumer<RestoreRequest, Restore> consumer;

    RestoreRequestConsumer(
            RestoreRequestValidator admission,
            RequesterResolver askers,
            RestoreRepository restores,
            RollbackStarter rollbacks,
            RestoreJobScheduler followers,
            JobQueue jobs,
            InstantSource clock,
            ConsumerFactory consumers) {
        this.admission = admission;
        this.askers = askers;
        this.restores = restores;
        this.rollbacks = rollbacks;
        this.followers = followers;
        this.jobs = jobs;
        this.clock = clock;
        this.consumer = consumers.preparedRequests(
                "restore-requests",
                Topic.RESTORE_REQUESTS,
                RestoreRequest.class,
                Topic.RESTORE_EVENTS,
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
    private Uni<ConsumerFactory.RequestReaction<RestoreRequest, Restore>> prepared(ReceivedMessage<RestoreRequest> received) {
        if (!(received.event() instanceof RestoreRequest.Requested request)) {
            return Uni.createFrom().item(this::on);
        }
        if (received.partition() >= 0 && received.expiry() == null) {
            return Uni.createFrom()
                    .failure(HoldfastException.of(
                            FailureCode.REQUEST_INVALID,
                            "a restore that is asked for over Kafka needs the attribute expirytime, so that it does not happen"
                                    + " long after anybody wanted it"));
        }
        AccessTokenRegistry.Requester by = askers.of(received);
        return WorkerThreadCall.call(() -> admission.of(request, by))
                .map(admitted -> (asked, session) -> begin(request, admitted, by, asked.correlation(), session));
    }

    private Uni<Restore> on(ReceivedMessage<RestoreRequest> received, Mutiny.Session session) {
        AccessTokenRegistry.Requester by = askers.of(received);
        return switch (received.event()) {
            case RestoreRequest.Requested request ->
                WorkerThreadCall.call(() -> admission.of(request, by))
                        .chain(admitted -> begin(request, admitted, by, received.correlation(), session));
            case RestoreRequest.CancellationRequested request -> cancel(request.restoreId(), by.name(), session);
            case RestoreRequest.RollbackRequested request ->
                rollbacks
                        .of(session, request.restoreId(), by)
                        .chain(restore -> restore.map(Uni.createFrom()::item)
                                .orElseGet(() -> fromSafety(request.restoreId(), by, received, session)));
        };
    }

    private Uni<Restore> begin(
            RestoreRequest.Requested request,
            RestoreRequestValidator.Admitted admitted,
            AccessTokenRegistry.Requester by,
            String correlation,
            Mutiny.Session session) {
        Restore restore = Restore.requested(
                RestoreId.next(clock),
                admitted.source(),
                RestoreSpec.of(request, admitted, by.name()),
                correlation,
                clock.instant());
        return restores.isTargeted(session, admitted.server(), admitted.database())
                .chain(taken ->
                        taken ? Uni.createFrom().failure(conflict(admitted)) : persist(session, restore, admitted))
                .chain(() -> jobs.enqueue(session, JOB_KIND, restore.id().toString()))
                .replaceWith(restore);
    }

    /** What was put aside is gone: the safety backup goes back in its place, as a restore of its own. */
    private Uni<Restore> fromSafety(
            RestoreId id, AccessTokenRegistry.Requester by, ReceivedMessage<?> received, Mutiny.Session session) {
        return restores.get(session, id)
                .map(RollbackStarter::bySafety)
                .chain(request -> WorkerThreadCall.call(() -> admission.of(request, by))
                        .chain(admitted -> begin(request, admitted, by, received.correlation(), session)));
    }

    /** Of two at the same moment the unique index lets one through. */
    private static Uni<Void> persist(Mutiny.Session session, Restore restore, RestoreRequestValidator.Admitted admitted) {
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

    private Uni<Restore> cancel(RestoreId id, String by, Mutiny.Session session) {
        // first the job, as its worker does: from here on the restore stands still
        return jobs.requestCancellation(session, id.toString())
                .chain(asked -> restores.get(session, id)
                        .invoke(restore -> {
                            if (!restore.cancellationRequested(by)) {
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
        return restores.changed(session, restore.id(), it -> it.cancelled(clock.instant()))
                .chain(() -> followers.leftovers(session, restore.id()));
    }

    private Uni<Restore> repeated(ReceivedMessage<RestoreRequest> received, String subject, Mutiny.Session session) {
        return restores.get(session, RestoreId.parse(subject)).call(restore -> restores.repeat(session, restore));
    }
}
