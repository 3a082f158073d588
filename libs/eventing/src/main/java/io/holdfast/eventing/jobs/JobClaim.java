package io.holdfast.eventing.jobs;

import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One row of the job table, as it was claimed.
 *
 * @param waited since the job first met the outage whose end it awaits; null if the last attempt met none
 * @param traceparent of the span that queued the job; null if none was recorded
 */
record JobClaim(
        UUID id,
        String kind,
        String subject,
        long epoch,
        int attempt,
        boolean cancelRequested,
        @Nullable Duration waited,
        @Nullable String traceparent) {

    JobClaim(UUID id, String kind, String subject, long epoch, int attempt, boolean cancelRequested) {
        this(id, kind, subject, epoch, attempt, cancelRequested, null, null);
    }
}
