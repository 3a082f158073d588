package io.holdfast.eventing.access;

import io.holdfast.contracts.FailureCode;
import io.holdfast.eventing.openapi.PlainErrors;
import io.holdfast.eventing.rest.ProblemDetails;
import io.vertx.core.json.JsonObject;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.extensions.Extension;
import org.jspecify.annotations.Nullable;

/** Answers to requests that are not admitted, in the form of the operation's other errors. */
final class Refusals {
    static final String CHALLENGE = "Bearer realm=\"holdfast\"";

    static final String ISSUER_AWAY =
            "the token cannot be checked, because the identity provider does not answer; try again later";
    static final String RETRY_AFTER_SECONDS = "5";

    private Refusals() {}

    static Response forbidden(Method method, String detail) {
        return answer(method, Response.Status.FORBIDDEN, detail);
    }

    static Response unauthorized(Method method, String detail) {
        return Response.fromResponse(answer(method, Response.Status.UNAUTHORIZED, detail))
                .header(HttpHeaders.WWW_AUTHENTICATE, CHALLENGE)
                .build();
    }

    /** The credential cannot be checked now. */
    static Response unavailable(Method method) {
        return Response.fromResponse(answer(method, Response.Status.SERVICE_UNAVAILABLE, ISSUER_AWAY))
                .header(HttpHeaders.RETRY_AFTER, null)
                .header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS)
                .build();
    }

    /** Beyond a limit. */
    static Response limited(Method method, RateLimitedException failure) {
        return Response.fromResponse(
                        answer(method, Response.Status.TOO_MANY_REQUESTS, String.valueOf(failure.getMessage())))
                .header(HttpHeaders.RETRY_AFTER, failure.retryAfterSeconds())
                .build();
    }

    private static Response answer(Method method, Response.Status status, String detail) {
        boolean plain = Stream.of(method.getAnnotationsByType(Extension.class))
                .anyMatch(extension -> extension.name().equals(PlainErrors.EXTENSION));
        return plain
                ? Response.status(status)
                        .type(MediaType.APPLICATION_JSON)
                        .entity(Map.of("error", detail))
                        .build()
                : ProblemDetails.of(status, detail, code(status.getStatusCode()), null);
    }

    /** The same outside of REST resources. */
    static String problem(int status, String title, String detail) {
        JsonObject problem = new JsonObject()
                .put("type", "about:blank")
                .put("title", title)
                .put("status", status)
                .put("detail", detail);
        FailureCode code = code(status);
        return (code == null ? problem : problem.put("code", code.name())).encode();
    }

    private static @Nullable FailureCode code(int status) {
        if (status == Response.Status.TOO_MANY_REQUESTS.getStatusCode()) {
            return FailureCode.REQUEST_RATE_LIMITED;
        }
        return status < 500 ? FailureCode.REQUEST_FORBIDDEN : null;
    }
}
