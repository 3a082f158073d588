package io.holdfast.backup.adminapi;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Applies a source's retention policy. */
@ApplicationScoped
class RetentionCleanup {
    private static final Logger LOG = Logger.getLogger(RetentionCleanup.class);

    private final Supplier<Optional<RetentionRunner>> runner;

    @Inject
    RetentionCleanup(Instance<RetentionRunner> runners) {
        this(() -> runners.isResolvable() ? Optional.of(runners.get()) : Optional.empty());
    }

    RetentionCleanup(Supplier<Optional<RetentionRunner>> runner) {
        this.runner = runner;
    }

    /** The number of deleted backups: 0 while retention is suspended. Fails with 503 if this service has no retention. */
    Uni<Integer> run(SourceId source, String requestedBy) {
        return Uni.createFrom()
                .item(() -> deleted(source, requestedBy))
                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
    }

    int deleted(SourceId source, String requestedBy) {
        RetentionRunner retention = runner.get()
                .orElseThrow(
                        () -> AdminApiFailures.of(Response.Status.SERVICE_UNAVAILABLE, "retention is not available"));
        try {
            return retention.run(source, requestedBy);
        } catch (HoldfastException suspended) {
            if (suspended.code() != FailureCode.REQUEST_CONFLICT) {
                throw suspended;
            }
            LOG.infof("%s: retention deletes nothing: %s", requestedBy, suspended.getMessage());
            return 0;
        }
    }
}
