package io.holdfast.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A request was understood and refused; nothing was started. Told on the events topic of the service that refused it.
 *
 * @param requestType the request's CloudEvents type
 * @param requestSource the request's CloudEvents source
 * @param requestId the request's CloudEvents id
 * @param source the name of the source it asked for, if it named one
 */
@EventType("RequestRejected")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RequestRejected(
        String requestType,
        String requestSource,
        String requestId,
        @Nullable String source,
        FailureReason reason,
        Instant rejectedAt)
        implements BackupEvent, RestoreEvent, VerificationEvent {
    public RequestRejected {
        RequiredFields.fields(
                "requestType",
                requestType,
                "requestSource",
                requestSource,
                "requestId",
                requestId,
                "reason",
                reason,
                "rejectedAt",
                rejectedAt);
    }
}
