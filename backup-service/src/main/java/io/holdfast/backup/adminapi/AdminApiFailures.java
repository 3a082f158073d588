package io.holdfast.backup.adminapi;

import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.HoldfastException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** Errors of this package's endpoints that no failure code has a status for: {@code {"error": "message"}}. */
final class AdminApiFailures {
    private AdminApiFailures() {}

    static WebApplicationException of(Response.Status status, String message) {
        Response.ResponseBuilder response = Response.status(status)
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(new AdminApiAnswers.ErrorAnswer(message));
        if (status == Response.Status.UNAUTHORIZED) {
            response.header("WWW-Authenticate", "Bearer");
        }
        return new WebApplicationException(message, response.build());
    }

    /** Work that was accepted has failed: 503 if a repetition may succeed, else 500. Never a fault of the request. */
    static WebApplicationException of(FailureReason reason, String message) {
        return of(
                reason.code().isTransient()
                        ? Response.Status.SERVICE_UNAVAILABLE
                        : Response.Status.INTERNAL_SERVER_ERROR,
                message);
    }

    /** The backup is stored, and what follows it failed. */
    static Throwable afterBackup(String key, Throwable failure) {
        String message = "the backup is stored as " + key + "; retention failed: " + failure.getMessage();
        return switch (failure) {
            case HoldfastException holdfastException -> of(holdfastException.reason(), message);
            case WebApplicationException answered ->
                of(Response.Status.fromStatusCode(answered.getResponse().getStatus()), message);
            default -> failure;
        };
    }
}
