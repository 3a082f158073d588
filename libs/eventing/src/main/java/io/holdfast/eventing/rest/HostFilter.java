package io.holdfast.eventing.rest;

import io.holdfast.config.HoldfastConfig;
import io.holdfast.contracts.FailureCode;
import io.holdfast.eventing.config.ConfigChange;
import io.holdfast.eventing.config.LiveConfig;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;

/**
 * Refuses requests whose {@code Host} is not a name of this service, on all paths except the health endpoints, and requests
 * that a page of another site sent, except those that only read.
 */
@ApplicationScoped
class HostFilter {
    static final int BEFORE_ALL = 1000;

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
        HttpServerRequest request = context.request();
        HostAndPort authority = request.authority();
        String host = authority == null ? null : authority.host();
        String path = context.normalizedPath();
        if (!(path.equals("/q/health") || path.startsWith("/q/health/")) && !hosts.allows(host)) {
            refuse(
                    context,
                    (host == null ? "header Host is missing" : "host \"" + host + "\" is not allowed")
                            + "; use a host below rest.hosts of holdfast.yaml, or add this one there");
            return;
        }
        String crossSite = CrossSiteRule.refusal(
                request.method().name(), request.getHeader("Origin"), request.getHeader("Sec-Fetch-Site"), host, hosts);
        if (crossSite == null) {
            context.next();
        } else {
            refuse(context, crossSite);
        }
    }

    private static void refuse(RoutingContext context, String detail) {
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
