package io.holdfast.eventing.limits;

import io.holdfast.contracts.FailureCode;
import io.holdfast.eventing.rest.ProblemDetails;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Refuses a body that is announced as too large with 413, and closes the connection of a client that does not send a body in
 * time. Answers have no limit of time: an export takes as long as it takes.
 */
@ApplicationScoped
class BodyLimits {
    /** Before every other filter, because each of them may answer. */
    private static final int BEFORE_ALL = 2000;

    /** After the check of the host and the headers of every answer, before authentication. */
    private static final int BEFORE_AUTHENTICATION = 950;

    private final Vertx vertx;
    private final long largest;
    private final Duration bodyWithin;

    BodyLimits(
            Vertx vertx,
            @ConfigProperty(name = "quarkus.http.limits.max-body-size") MemorySize largest,
            @ConfigProperty(name = "holdfast.rest.body-within") Duration bodyWithin) {
        this.vertx = vertx;
        this.bodyWithin = bodyWithin;
        this.largest = largest.asLongValue();
    }

    void register(@Observes Filters filters) {
        filters.register(this::watch, BEFORE_ALL);
        filters.register(this::checkSize, BEFORE_AUTHENTICATION);
    }

    private void checkSize(RoutingContext context) {
        if (length(context.request()) > largest) {
            refuse(context);
        } else {
            context.next();
        }
    }

    private void watch(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (request.connection() instanceof ConnectionBase connection) {
            ConnectionGuard.begun(connection.channel(), request.version() == HttpVersion.HTTP_2);
            context.addEndHandler(ended -> ConnectionGuard.ended(connection.channel()));
        }
        if (length(request) > 0 || request.getHeader("Transfer-Encoding") != null || hasUnknownLength(request)) {
            closeUnlessReceived(context, BodyArrival.expected(request));
        }
        context.next();
    }

    /** HTTP/2 announces a body by the head that does not end its stream; a GET or a DELETE has none here. */
    private static boolean hasUnknownLength(HttpServerRequest request) {
        String method = request.method().name();
        return request.version() == HttpVersion.HTTP_2
                && (method.equals("POST") || method.equals("PUT") || method.equals("PATCH"));
    }

    /** @param arrival of the body, which ends the request only if an operation reads it */
    private void closeUnlessReceived(RoutingContext context, BodyArrival arrival) {
        HttpServerRequest request = context.request();
        long timer = vertx.setTimer(bodyWithin.toMillis(), late -> {
            if (!request.isEnded() && !arrival.complete()) {
                request.connection().close();
            }
        });
        context.addEndHandler(ended -> {
            if (request.isEnded()) {
                vertx.cancelTimer(timer);
            }
        });
    }

    private static long length(HttpServerRequest request) {
        String announced = request.getHeader("Content-Length");
        try {
            return announced == null ? 0 : Long.parseLong(announced);
        } catch (NumberFormatException e) {
            return 0; // refused by the server itself
        }
    }

    private void refuse(RoutingContext context) {
        if (context.request().version() != HttpVersion.HTTP_2) {
            context.response().putHeader("Connection", "close");
        }
        context.response()
                .setStatusCode(413)
                .putHeader("Content-Type", ProblemDetails.MEDIA_TYPE)
                .end(new JsonObject()
                        .put("type", "about:blank")
                        .put("title", "Request Entity Too Large")
                        .put("status", 413)
                        .put("detail", "the body is longer than " + largest + " bytes")
                        .put("code", FailureCode.REQUEST_INVALID.name())
                        .encode());
    }
}
