package io.holdfast.eventing;

import io.holdfast.eventing.jobs.JobWorkers;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Down when one of the threads has ended that a service cannot do without. */
@Liveness
@ApplicationScoped
class EventingLiveness implements HealthCheck {
    private final OutboxRelay relay;
    private final JobWorkers workers;

    EventingLiveness(OutboxRelay relay, JobWorkers workers) {
        this.relay = relay;
        this.workers = workers;
    }

    @Override
    public HealthCheckResponse call() {
        boolean relays = relay.state() != OutboxRelay.State.STOPPED;
        return HealthCheckResponse.named("eventing threads")
                .withData("relay", relays)
                .withData("workers", workers.isAlive())
                .status(relays && workers.isAlive())
                .build();
    }
}
