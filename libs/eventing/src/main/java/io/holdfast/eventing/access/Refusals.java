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

/** Answers to requests that are not admitted, in the form of the operation's other errors. */
final class Refusals {
    static final String CHALLENGE = "Bearer realm=\"holdfast\"";

    private Refusals() {}

    static Response forbidden(Method method, String detail) {
        return answer(method, Response.Status.FORBIDDEN, detail);
    }

    static Response unauthorized(Method method, String detail) {
        return Response.fromResponse(answer(method, Response.Status.UNAUTHORIZED, detail))
                .header(HttpHeaders.WWW_AUTHENTICATE, CHALLENGE)
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
                : ProblemDetails.of(status, detail, FailureCode.REQUEST_FORBIDDEN, null);
    }

    /** The same outside of REST resources. */
    static String problem(int status, String title, String detail) {
        return new JsonObject()
                .put("type", "about:blank")
                .put("title", title)
                .put("status", status)
                .put("detail", detail)
                .put("code", FailureCode.REQUEST_FORBIDDEN.name())
                .encode();
    }
}
