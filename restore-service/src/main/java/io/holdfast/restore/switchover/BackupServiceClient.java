package io.holdfast.restore.switchover;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.config.TlsConfig;
import io.holdfast.config.TrustedAuthority;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.eventing.cloudevents.EventJson;
import io.holdfast.eventing.config.LiveConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Asks backup-service what became of a backup, where the event that tells it may have been missed. */
@ApplicationScoped
class BackupServiceClient {
    private static final Logger LOG = Logger.getLogger(BackupServiceClient.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final LiveConfig live;
    private final Supplier<HttpClient> http;

    BackupServiceClient(LiveConfig live) {
        this.live = live;
        this.http = live.derived(config -> client(config.tls()));
    }

    /** With an unreadable authority it trusts what the JVM trusts, so it does not reach a service with another one. */
    private static HttpClient client(TlsConfig tls) {
        HttpClient.Builder client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(TIMEOUT);
        try {
            if (tls.ca().isPresent()) {
                client.sslContext(TrustedAuthority.context(tls.ca().get()));
            }
        } catch (IOException e) {
            LOG.warnf("tls.ca of holdfast.yaml cannot be read, so backup-service may not be reached: %s", e);
        }
        return client.build();
    }

    /** Empty if it is not known, or under way. Blocks for a few seconds at most; fails only if the thread is interrupted. */
    Optional<SafetyBackups.Outcome> outcomeOf(String correlation) {
        URI url = URI.create(live.current().services().backup() + "/api/backups?correlation="
                + URLEncoder.encode(correlation, StandardCharsets.UTF_8));
        try {
            HttpResponse<String> answer = http.get()
                    .send(HttpRequest.newBuilder(url).timeout(TIMEOUT).build(), HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == 200 ? read(answer.body()) : Optional.empty();
        } catch (IOException e) {
            LOG.debugf("backup-service cannot be asked: %s", e.getMessage());
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw HoldfastException.of(FailureCode.CANCELLED, "asking for a safety backup was interrupted", e);
        }
    }

    static Optional<SafetyBackups.Outcome> read(String body) {
        try {
            JsonNode backup = EventJson.mapper().readTree(body).path("items").path(0);
            BackupId id = backup.path("id").isTextual()
                    ? BackupId.parse(backup.path("id").asText())
                    : null;
            return switch (backup.path("state").asText()) {
                case "STORED", "PROVEN" -> Optional.of(new SafetyBackups.Outcome(id, "backup " + id));
                case "UNPROVEN" -> Optional.of(new SafetyBackups.Outcome(null, "backup " + id + " cannot be restored"));
                case "FAILED", "CANCELLED", "REJECTED" ->
                    Optional.of(new SafetyBackups.Outcome(
                            null, backup.path("reason").path("message").asText("it failed")));
                default -> Optional.empty();
            };
        } catch (JsonProcessingException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
