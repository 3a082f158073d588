package io.holdfast.eventing.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import jakarta.ws.rs.core.HttpHeaders;
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

    private static final int RETRY_AFTER_SECONDS = 5;

    public static final String MEDIA_TYPE = "application/problem+json";

    static Response of(FailureReason reason) {
        return of(statusOf(reason.code()), reason.message(), reason.code(), reason.object());
    }

    public static Response of(
            Response.StatusType status, String detail, @Nullable FailureCode code, @Nullable String object) {
        ProblemDetails problem = new ProblemDetails(
                "about:blank", status.getReasonPhrase(), status.getStatusCode(), detail, code, object);
        Response.ResponseBuilder response =
                Response.status(status).type(MEDIA_TYPE).entity(problem);
        if (status.getStatusCode() == Response.Status.SERVICE_UNAVAILABLE.getStatusCode()) {
            response.header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
        }
        return response.build();
    }

    /** The status of a failure: 503 for a transient one, except where the request itself is the better answer. */
    static Response.Status statusOf(FailureCode code) {
        return switch (code) {
            case REQUEST_FORBIDDEN -> Response.Status.FORBIDDEN;
            case REQUEST_RATE_LIMITED -> Response.Status.TOO_MANY_REQUESTS;
            case SOURCE_UNKNOWN, BACKUP_UNKNOWN -> Response.Status.NOT_FOUND;
            case REQUEST_EXPIRED -> Response.Status.GONE;
            case REQUEST_INVALID, CONFIG_INVALID -> Response.Status.BAD_REQUEST;
            // TARGET_BUSY is transient, but the conflict is with other work on the target, which the caller may end
            case REQUEST_CONFLICT,
                    POINT_NOT_COVERED,
                    IDENTITY_REUSED,
                    BACKUP_NOT_USABLE,
                    TARGET_EXISTS,
                    TARGET_BUSY,
                    TARGET_UNSUITABLE,
                    TARGET_CHANGED,
                    VAULT_NOT_EMPTY,
                    CANCELLED -> Response.Status.CONFLICT;
            // a full vault needs an administrator and is not retried, but the service itself is healthy
            case VAULT_FULL -> Response.Status.SERVICE_UNAVAILABLE;
            default -> code.isTransient() ? Response.Status.SERVICE_UNAVAILABLE : Response.Status.INTERNAL_SERVER_ERROR;
        };
    }
}
