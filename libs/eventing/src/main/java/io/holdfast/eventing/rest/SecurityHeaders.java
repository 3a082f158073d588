package io.holdfast.eventing.rest;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Headers of every answer that limit what a browser does with it. A resource may replace one with its own value. */
@ApplicationScoped
class SecurityHeaders {
    /** Refusals of {@link HostFilter} have them too. */
    private static final int FIRST = HostFilter.BEFORE_ALL + 1;

    private static final String NOTHING =
            "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    /** The HTML report of a restore has a style element and nothing else. */
    private static final String REPORT = NOTHING + "; style-src 'unsafe-inline'";

    /** Swagger UI has inline scripts and styles and asks this service. */
    private static final String SWAGGER_UI =
            "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self'"
                    + " data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    private static final String ONE_YEAR = "max-age=31536000";

    void register(@Observes Filters filters) {
        filters.register(SecurityHeaders::add, FIRST);
    }

    private static void add(RoutingContext context) {
        String path = context.normalizedPath();
        MultiMap headers = context.response().headers();
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("X-Frame-Options", "DENY");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("Content-Security-Policy", contentPolicy(path));
        if (path.startsWith("/api/")) {
            headers.set("Cache-Control", "no-store");
        }
        if (context.request().isSSL()) {
            headers.set("Strict-Transport-Security", ONE_YEAR);
        }
        context.next();
    }

    private static String contentPolicy(String path) {
        if (path.startsWith("/q/swagger-ui")) {
            return SWAGGER_UI;
        }
        return path.startsWith("/api/restores/") && path.endsWith("/report") ? REPORT : NOTHING;
    }
}
