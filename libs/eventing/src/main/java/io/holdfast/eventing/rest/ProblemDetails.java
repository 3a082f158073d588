package io.holdfast.eventing.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import jakarta.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/**
 * A problem of RFC 9457.
 *
 * @param type {@code about:blank}: the title is that of the status
 * @param code one of {@link FailureCode}, if it is one of Holdfast's own failures
 * @param object what it is about, if known
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ProblemDetails(
        String type,
        String title,
        int status,
        String detail,
        @Nullable FailureCode code,
        @Nullable String object) {

    public static final String MEDIA_TYPE = "application/problem+json";

    static Response of(FailureReason reason) {
        return of(statusOf(reason.code()), reason.message(), reason.code(), reason.object());
    }

    static Response of(Response.StatusType status, String detail, @Nullable FailureCode code, @Nullable String object) {
        ProblemDetails problem = new ProblemDetails(
                "about:blank", status.getReasonPhrase(), status.getStatusCode(), detail, code, object);
        return Response.status(status).type(MEDIA_TYPE).entity(problem).build();
    }

    /** The status that a failure has at the edge. */
    static Response.Status statusOf(FailureCode code) {
        return switch (code) {
            case REQUEST_INVALID, CONFIG_INVALID -> Response.Status.BAD_REQUEST;
            case REQUEST_FORBIDDEN -> Response.Status.FORBIDDEN;
            case SOURCE_UNKNOWN, BACKUP_UNKNOWN -> Response.Status.NOT_FOUND;
            case REQUEST_EXPIRED -> Response.Status.GONE;
            case REQUEST_CONFLICT,
                    IDENTITY_REUSED,
                    BACKUP_NOT_USABLE,
                    TARGET_EXISTS,
                    TARGET_BUSY,
                    TARGET_UNSUITABLE,
                    TARGET_CHANGED,
                    VAULT_NOT_EMPTY,
                    CANCELLED -> Response.Status.CONFLICT;
            case SOURCE_UNREACHABLE,
                    SOURCE_CONNECTION_LOST,
                    SOURCE_LOCK_TIMEOUT,
                    SOURCE_DDL_BLOCKED,
                    SOURCE_STANDBY_CONFLICT,
                    VAULT_UNREACHABLE,
                    VAULT_FULL,
                    TARGET_UNREACHABLE,
                    TARGET_CONNECTION_LOST,
                    SCRATCH_UNAVAILABLE,
                    LEASE_LOST -> Response.Status.SERVICE_UNAVAILABLE;
            default -> Response.Status.INTERNAL_SERVER_ERROR;
        };
    }
}
