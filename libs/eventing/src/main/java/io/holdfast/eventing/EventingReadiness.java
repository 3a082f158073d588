package io.holdfast.eventing;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Down while a consumer cannot get on or the relay cannot send. */
@Readiness
@ApplicationScoped
class EventingReadiness implements HealthCheck {
    private final UnlimitedRetry perseverance;
    private final OutboxRelay relay;

    EventingReadiness(UnlimitedRetry perseverance, OutboxRelay relay) {
        this.perseverance = perseverance;
        this.relay = relay;
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder response = HealthCheckResponse.named("eventing");
        response.withData("relay", relay.state().name());
        if (relay.state() == OutboxRelay.State.STUCK) {
            response.withData("relay.problem", relay.problem());
        }
        var stuck = perseverance.stuck();
        stuck.forEach((who, why) -> response.withData("stuck." + who, why.since() + " " + why.reason()));
        return response.status(stuck.isEmpty() && relay.state() != OutboxRelay.State.STUCK)
                .build();
    }
}
