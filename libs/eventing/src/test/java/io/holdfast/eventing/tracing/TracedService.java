package io.holdfast.eventing.tracing;

import io.holdfast.access.Permission;
import io.holdfast.access.Requires;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.BackupRequest;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.Topic;
import io.holdfast.eventing.DemoService;
import io.holdfast.eventing.cloudevents.OutboxEvent;
import io.holdfast.eventing.jobs.JobHandler;
import io.holdfast.eventing.jobs.Lease;
import io.holdfast.eventing.outbox.Outbox;
import io.holdfast.eventing.runtime.TransactionRunner;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.time.Duration;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/** Asks for a backup over Kafka, and runs its job in two attempts. */
@Path("/traced")
@Singleton
public class TracedService implements JobHandler {
    static final String LOGGED = "the job of a trace runs";
    private static final Logger LOG = Logger.getLogger(TracedService.class);

    private final Outbox outbox;
    private final TransactionRunner transactionRunner;

    TracedService(Outbox outbox, TransactionRunner transactionRunner) {
        this.outbox = outbox;
        this.transactionRunner = transactionRunner;
    }

    @POST
    @Path("{source}")
    @Requires(Permission.VIEW)
    public Uni<String> request(@PathParam("source") String source) {
        OutboxEvent request = new OutboxEvent(
                Topic.BACKUP_REQUESTS,
                new BackupRequest.Requested(source, List.of(), null, null, null),
                source,
                source,
                null,
                null,
                null);
        return transactionRunner
                .run(session -> outbox.publish(session, request))
                .replaceWith(source);
    }

    @Override
    public String kind() {
        return "demo-traced";
    }

    @Override
    public void run(Lease lease) {
        SpanAttributes.current(SpanAttributes.BACKUP, lease.subject(), "traced");
        LOG.info(LOGGED);
        if (lease.attempt() == 1) {
            throw HoldfastException.of(FailureCode.SOURCE_UNREACHABLE, "the source does not answer");
        }
        BackupId id = BackupId.parse(lease.subject());
        lease.complete(session -> outbox.publish(session, DemoService.started(id, "traced", "second")));
    }

    @Override
    public boolean retryable(HoldfastException holdfastException) {
        return true;
    }

    @Override
    public Duration backoff(int attempt, Duration unit) {
        return unit;
    }

    @Override
    public Uni<Void> failed(Lease lease, HoldfastException holdfastException, Mutiny.Session session) {
        return Uni.createFrom().voidItem();
    }
}
