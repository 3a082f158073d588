package io.holdfast.restore.saga;

import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.RestoreId;
import io.holdfast.contracts.RestoreRequest;
import io.holdfast.contracts.Topic;
import io.holdfast.eventing.Blocking;
import io.holdfast.eventing.Consumers;
import io.holdfast.eventing.Received;
import io.holdfast.eventing.RequestConsumer;
import io.holdfast.eventing.jobs.Jobs;
import io.holdfast.restore.plan.Admission;
import io.holdfast.restore.plan.Principals;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.hibernate.exception.ConstraintViolationException;
import org.hibernate.reactive.mutiny.Mutiny;

/** What is asked of restore-service, over Kafka and REST alike. */
@ApplicationScoped
class RestoreRequests {
    static final String JOB_KIND = "restore";

    private final Admission admission;
    private final Askers askers;
    private final Restores restores;
    private final Rollbacks rollbacks;
    private final Followers followers;
    private final Jobs jobs;
    private final InstantSource clock;
    private final RequestConsumer<RestoreRequest, Restore> consumer;

    RestoreRequests(
            Admission admission,
            Askers askers,
            Restores restores,
            Rollbacks rollbacks,
            Followers followers,
            Jobs jobs,
            InstantSource clock,
            Consumers consumers) {
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

    Uni<Restore> accept(Received<RestoreRequest> request) {
        return consumer.accept(request);
    }

    /** The vault is asked which source has this name: outside the transaction, which holds a connection. */
    private Uni<Consumers.RequestReaction<RestoreRequest, Restore>> prepared(Received<RestoreRequest> received) {
        if (!(received.event() instanceof RestoreRequest.Requested request)) {
            return Uni.createFrom().item(this::on);
        }
        if (received.partition() >= 0 && received.expiry() == null) {
            return Uni.createFrom()
                    .failure(Failure.of(
                            FailureCode.REQUEST_INVALID,
                            "a restore that is asked for over Kafka needs the attribute expirytime, so that it does not happen"
                                    + " long after anybody wanted it"));
        }
        Principals.Requester by = askers.of(received);
        return Blocking.call(() -> admission.of(request, by))
                .map(admitted -> (asked, session) -> begin(request, admitted, by, asked.correlation(), session));
    }

    private Uni<Restore> on(Received<RestoreRequest> received, Mutiny.Session session) {
        Principals.Requester by = askers.of(received);
        return switch (received.event()) {
            case RestoreRequest.Requested request ->
                Blocking.call(() -> admission.of(request, by))
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
            Admission.Admitted admitted,
            Principals.Requester by,
            String correlation,
            Mutiny.Session session) {
        Restore restore = Restore.requested(
                RestoreId.next(clock),
                admitted.source(),
                Wish.of(request, admitted, by.name()),
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
            RestoreId id, Principals.Requester by, Received<?> received, Mutiny.Session session) {
        return restores.get(session, id)
                .map(Rollbacks::bySafety)
                .chain(request -> Blocking.call(() -> admission.of(request, by))
                        .chain(admitted -> begin(request, admitted, by, received.correlation(), session)));
    }

    /** Of two at the same moment the unique index lets one through. */
    private static Uni<Void> persist(Mutiny.Session session, Restore restore, Admission.Admitted admitted) {
        return session.persist(restore)
                .chain(session::flush)
                .onFailure(ConstraintViolationException.class)
                .transform(e -> conflict(admitted));
    }

    private static Failure conflict(Admission.Admitted admitted) {
        return Failure.about(
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
                                throw Failure.about(
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

    private Uni<Restore> repeated(Received<RestoreRequest> received, String subject, Mutiny.Session session) {
        return restores.get(session, RestoreId.parse(subject)).call(restore -> restores.repeat(session, restore));
    }
}
