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
    private final Restores restores;
    private final Jobs jobs;
    private final InstantSource clock;
    private final RequestConsumer<RestoreRequest, Restore> consumer;

    RestoreRequests(Admission admission, Restores restores, Jobs jobs, InstantSource clock, Consumers consumers) {
        this.admission = admission;
        this.restores = restores;
        this.jobs = jobs;
        this.clock = clock;
        this.consumer = consumers.requests(
                "restore-requests",
                Topic.RESTORE_REQUESTS,
                RestoreRequest.class,
                Topic.RESTORE_EVENTS,
                this::on,
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

    private Uni<Restore> on(Received<RestoreRequest> received, Mutiny.Session session) {
        return switch (received.event()) {
            case RestoreRequest.Requested request -> begin(request, received, session);
            case RestoreRequest.CancellationRequested request ->
                cancel(request.restoreId(), received.source(), session);
            case RestoreRequest.RollbackRequested request ->
                Uni.createFrom()
                        .failure(Failure.about(
                                request.restoreId().toString(),
                                FailureCode.REQUEST_INVALID,
                                "this version restores into new databases only: there is nothing to roll back;"
                                        + " drop the new database if it is not wanted"));
        };
    }

    private Uni<Restore> begin(RestoreRequest.Requested request, Received<?> received, Mutiny.Session session) {
        if (received.partition() >= 0 && received.expiry() == null) {
            return Uni.createFrom()
                    .failure(Failure.of(
                            FailureCode.REQUEST_INVALID,
                            "a restore that is asked for over Kafka needs the attribute expirytime, so that it does not happen"
                                    + " long after anybody wanted it"));
        }
        return Blocking.call(() -> admission.of(request)).chain(admitted -> begin(admitted, received, session));
    }

    private Uni<Restore> begin(Admission.Admitted admitted, Received<?> received, Mutiny.Session session) {
        Restore restore = Restore.requested(
                RestoreId.next(clock),
                admitted.source(),
                admitted.choice().toString(),
                admitted.database(),
                admitted.server(),
                received.correlation(),
                clock.instant());
        return restores.isTargeted(session, admitted.server(), admitted.database())
                .chain(taken ->
                        taken ? Uni.createFrom().failure(conflict(admitted)) : persist(session, restore, admitted))
                .chain(() -> jobs.enqueue(session, JOB_KIND, restore.id().toString()))
                .replaceWith(restore);
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
                .chain(() -> restores.get(session, id))
                .invoke(restore -> {
                    if (!restore.cancellationRequested(by)) {
                        throw Failure.about(
                                id.toString(),
                                FailureCode.REQUEST_CONFLICT,
                                "restore " + id + " is " + restore.state() + " already and cannot be cancelled");
                    }
                });
    }

    private Uni<Restore> repeated(Received<RestoreRequest> received, String subject, Mutiny.Session session) {
        return restores.get(session, RestoreId.parse(subject)).call(restore -> restores.repeat(session, restore));
    }
}
