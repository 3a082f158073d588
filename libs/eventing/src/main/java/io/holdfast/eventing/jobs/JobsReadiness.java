package io.holdfast.eventing.jobs;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Down while no job can be claimed. */
@Readiness
@ApplicationScoped
class JobsReadiness implements HealthCheck {
    private final JobWorkers jobWorkers;

    JobsReadiness(JobWorkers jobWorkers) {
        this.jobWorkers = jobWorkers;
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder response = HealthCheckResponse.named("jobs");
        String problem = jobWorkers.problem();
        if (!problem.isEmpty()) {
            response.withData("problem", problem);
        }
        return response.status(problem.isEmpty()).build();
    }
}
