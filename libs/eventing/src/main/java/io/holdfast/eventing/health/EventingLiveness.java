package io.holdfast.eventing.health;

import io.holdfast.eventing.jobs.JobWorkers;
import io.holdfast.eventing.outbox.OutboxRelay;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Down when one of the threads has ended that a service cannot do without. */
@Liveness
@ApplicationScoped
class EventingLiveness implements HealthCheck {
    private final OutboxRelay outboxRelay;
    private final JobWorkers jobWorkers;

    EventingLiveness(OutboxRelay outboxRelay, JobWorkers jobWorkers) {
        this.outboxRelay = outboxRelay;
        this.jobWorkers = jobWorkers;
    }

    @Override
    public HealthCheckResponse call() {
        boolean relays = outboxRelay.state() != OutboxRelay.State.STOPPED;
        return HealthCheckResponse.named("eventing threads")
                .withData("relay", relays)
                .withData("workers", jobWorkers.isAlive())
                .status(relays && jobWorkers.isAlive())
                .build();
    }
}
