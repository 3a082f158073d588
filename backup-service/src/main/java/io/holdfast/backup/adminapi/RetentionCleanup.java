package io.holdfast.backup.adminapi;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import org.jboss.logging.Logger;

/** Applies a source's retention policy. */
@ApplicationScoped
class RetentionCleanup {
    private static final Logger LOG = Logger.getLogger(RetentionCleanup.class);

    private final RetentionTrigger retention;

    RetentionCleanup(RetentionTrigger retention) {
        this.retention = retention;
    }

    /** The number of deleted backups: 0 while retention is suspended. */
    Uni<Integer> run(SourceId source, String requestedBy) {
        return Uni.createFrom()
                .item(() -> deleted(source, requestedBy))
                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
    }

    int deleted(SourceId source, String requestedBy) {
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
