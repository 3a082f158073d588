package io.holdfast.eventing.access;

import io.holdfast.access.Permission;
import io.holdfast.access.Principal;
import io.holdfast.config.AccessConfig.MetricsAccess;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.eventing.config.LiveConfig;
import io.holdfast.eventing.oidc.IssuerUnavailableException;
import io.holdfast.eventing.rest.ProblemDetails;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Guards what is not an operation of {@code /api}: metrics, the API's description, whatever else answers on the port. */
@ApplicationScoped
class PageFilter {
    /** After the check of the host, before everything else. */
    private static final int PRIORITY = 900;

    private final LimitedAuthenticator authenticator;
    private final OperationRecorder recorder;
    private final LiveConfig live;

    PageFilter(LimitedAuthenticator authenticator, OperationRecorder recorder, LiveConfig live) {
        this.authenticator = authenticator;
        this.recorder = recorder;
        this.live = live;
    }

    void register(@Observes Filters filters) {
        filters.register(this::check, PRIORITY);
    }

    private void check(RoutingContext context) {
        String path = context.normalizedPath();
        if (isOpen(path)) {
            context.next();
            return;
        }
        Permission needed = isMetrics(path) ? Permission.VIEW_METRICS : null;
        context.request().pause();
        String authorization = context.request().getHeader("Authorization");
        String address = ClientAddress.of(context);
        // metrics are read at intervals by a scraper, which must not be refused because of other requests
        Uni<Principal> principal = needed == Permission.VIEW_METRICS
                ? authenticator.uncounted(authorization, address)
                : authenticator.authenticate(authorization, address);
        principal
                .subscribe()
                .with(
                        known -> {
                            context.request().resume();
                            admit(context, known, needed);
                        },
                        failure -> {
                            context.request().resume();
                            failed(context, failure);
                        });
    }

    private void failed(RoutingContext context, Throwable failure) {
        switch (failure) {
            case AuthenticationException refused ->
                refuse(context, Principal.anonymous(Set.of()), String.valueOf(refused.getMessage()));
            case RateLimitedException limited -> {
                recorder.limited(operation(context), limited);
                context.response().putHeader("Retry-After", limited.retryAfterSeconds());
                answer(context, 429, "Too Many Requests", String.valueOf(limited.getMessage()));
            }
            case IssuerUnavailableException away -> {
                context.response().putHeader("Retry-After", Refusals.RETRY_AFTER_SECONDS);
                answer(context, 503, "Service Unavailable", Refusals.ISSUER_AWAY);
            }
            default -> context.fail(503, failure);
        }
    }

    private static OperationRecorder.Operation operation(RoutingContext context) {
        String path = context.normalizedPath().startsWith("/q/") ? "/q/..." : "/...";
        return new OperationRecorder.Operation(
                ClientAddress.of(context), context.request().method().name(), path, path, Permission.VIEW);
    }

    private boolean isOpen(String path) {
        return path.startsWith("/api/")
                || path.equals("/q/health")
                || path.startsWith("/q/health/")
                || (isMetrics(path)
                        && live.find()
                                .map(HoldfastConfig::access)
                                .filter(access -> access.metrics() == MetricsAccess.OPEN)
                                .isPresent());
    }

    private static boolean isMetrics(String path) {
        return path.equals("/q/metrics") || path.startsWith("/q/metrics/");
    }

    /** Metrics have values of every source. */
    private boolean isOnAllSources(Principal principal, Permission permission) {
        return live.find()
                .map(config -> principal.sources(permission, config))
                .orElseGet(() -> principal.namedSources(permission))
                .all();
    }

    private void admit(RoutingContext context, Principal principal, @Nullable Permission needed) {
        boolean admitted =
                needed == null ? principal.grants().stream().findAny().isPresent() : isOnAllSources(principal, needed);
        if (admitted) {
            context.next();
        } else if (principal.isKnown()) {
            refuse(context, principal, principal.name() + " may not read this");
        } else {
            refuse(context, principal, "a token is required; send Authorization: Bearer <token>");
        }
    }

    private void refuse(RoutingContext context, Principal principal, String detail) {
        int status = principal.isKnown() ? 403 : 401;
        recorder.refused(operation(context), principal, status, detail);
        if (status == 401) {
            context.response().putHeader("WWW-Authenticate", Refusals.CHALLENGE);
        }
        answer(context, status, status == 401 ? "Unauthorized" : "Forbidden", detail);
    }

    private static void answer(RoutingContext context, int status, String title, String detail) {
        context.response()
                .setStatusCode(status)
                .putHeader("Content-Type", ProblemDetails.MEDIA_TYPE)
                .end(Refusals.problem(status, title, detail));
    }
}
