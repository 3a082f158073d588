package io.holdfast.eventing.health;

import io.holdfast.eventing.inbox.UnlimitedRetry;
import io.holdfast.eventing.outbox.OutboxRelay;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Down while a consumer cannot get on or the relay cannot send. */
@Readiness
@ApplicationScoped
class EventingReadiness implements HealthCheck {
    private final UnlimitedRetry unlimitedRetry;
    private final OutboxRelay outboxRelay;

    EventingReadiness(UnlimitedRetry unlimitedRetry, OutboxRelay outboxRelay) {
        this.unlimitedRetry = unlimitedRetry;
        this.outboxRelay = outboxRelay;
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder response = HealthCheckResponse.named("eventing");
        response.withData("relay", outboxRelay.state().name());
        if (outboxRelay.state() == OutboxRelay.State.STUCK) {
            response.withData("relay.problem", outboxRelay.problem());
        }
        var stuck = unlimitedRetry.stuck();
        stuck.forEach((who, why) -> response.withData("stuck." + who, why.since() + " " + why.reason()));
        return response.status(stuck.isEmpty() && outboxRelay.state() != OutboxRelay.State.STUCK)
                .build();
    }
}
