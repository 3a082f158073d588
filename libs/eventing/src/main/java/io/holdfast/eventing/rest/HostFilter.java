package io.holdfast.eventing.rest;

import io.holdfast.config.HoldfastConfig;
import io.holdfast.contracts.FailureCode;
import io.holdfast.eventing.config.ConfigChange;
import io.holdfast.eventing.config.LiveConfig;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;

/** Refuses requests whose {@code Host} is not a name of this service, on all paths except the health endpoints. */
@ApplicationScoped
class HostFilter {
    private static final int BEFORE_ALL = 1000;

    private volatile AllowedHosts hosts;

    HostFilter(LiveConfig live) {
        this.hosts = live.find().map(HostFilter::of).orElseGet(AllowedHosts::new);
    }

    private static AllowedHosts of(HoldfastConfig config) {
        return new AllowedHosts(config.services(), config.rest().hosts());
    }

    /** First of all: another observer that fails must not keep it from a new name. */
    void reload(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) ConfigChange change) {
        hosts = of(change.after());
    }

    void register(@Observes Filters filters) {
        filters.register(this::check, BEFORE_ALL);
    }

    private void check(RoutingContext context) {
        HostAndPort authority = context.request().authority();
        String host = authority == null ? null : authority.host();
        String path = context.normalizedPath();
        if (path.equals("/q/health") || path.startsWith("/q/health/") || hosts.allows(host)) {
            context.next();
            return;
        }
        String detail = (host == null ? "header Host is missing" : "host \"" + host + "\" is not allowed")
                + "; use a host below rest.hosts of holdfast.yaml, or add this one there";
        context.response()
                .setStatusCode(403)
                .putHeader("Content-Type", ProblemDetails.MEDIA_TYPE)
                .end(new JsonObject()
                        .put("type", "about:blank")
                        .put("title", "Forbidden")
                        .put("status", 403)
                        .put("detail", detail)
                        .put("code", FailureCode.REQUEST_FORBIDDEN.name())
                        .encode());
    }
}
