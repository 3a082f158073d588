package io.holdfast.backup.adminapi;

import io.holdfast.config.SecretRef;
import io.holdfast.config.SecretUnavailableException;
import io.holdfast.eventing.config.LiveConfig;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The bearer token of {@code access.cron-secret}. Read at each request, so that a rotated one counts at once. */
@ApplicationScoped
class CronSecret {
    private static final Logger LOG = Logger.getLogger(CronSecret.class);
    private static final Pattern BEARER = Pattern.compile("(?i)bearer +(\\S+) *");

    private final LiveConfig config;

    CronSecret(LiveConfig config) {
        this.config = config;
    }

    /**
     * Compares the header {@code Authorization} with the secret, in constant time.
     *
     * @throws WebApplicationException 403 if no secret is configured, 503 if it cannot be read, 401 if the header is missing or
     *     has another token
     */
    void require(@Nullable String authorization) {
        SecretRef reference = config.current()
                .access()
                .cronSecret()
                .orElseThrow(() -> AdminApiFailures.of(
                        Response.Status.FORBIDDEN,
                        "no cron secret is configured; set holdfast.access.cron-secret in holdfast.yaml"));
        Matcher bearer = BEARER.matcher(authorization == null ? "" : authorization);
        if (!bearer.matches()) {
            throw refused("header Authorization is missing; send Authorization: Bearer <cron secret>");
        }
        try {
            if (!reference.resolve().matches(bearer.group(1))) {
                throw refused("the bearer token is not the cron secret");
            }
        } catch (SecretUnavailableException e) {
            LOG.errorf("holdfast.access.cron-secret cannot be read: %s", e.getMessage());
            throw AdminApiFailures.of(
                    Response.Status.SERVICE_UNAVAILABLE,
                    "the cron secret cannot be read; see the log of backup-service");
        }
    }

    private static WebApplicationException refused(String message) {
        return AdminApiFailures.of(Response.Status.UNAUTHORIZED, message);
    }
}
