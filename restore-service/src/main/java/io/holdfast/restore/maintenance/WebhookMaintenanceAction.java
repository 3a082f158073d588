package io.holdfast.restore.maintenance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.eventing.cloudevents.EventJson;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A POST with the window as JSON; any 2xx is a yes. Tried again where that may help. The URL may hold a secret. */
final class WebhookMaintenanceAction implements MaintenanceAction {
    private static final List<Duration> PAUSES = List.of(Duration.ofSeconds(1), Duration.ofSeconds(4));

    /** Waits before another attempt. */
    @FunctionalInterface
    interface Pause {
        void of(Duration duration) throws InterruptedException;
    }

    private final URI url;
    private final BoundedHttpClient http;
    private final Pause pause;

    WebhookMaintenanceAction(URI url, BoundedHttpClient http, Pause pause) {
        this.url = url;
        this.http = http;
        this.pause = pause;
    }

    @Override
    public Answer take(MaintenanceMode maintenanceMode, MaintenanceWindow window, Duration timeout)
            throws InterruptedException {
        Map<String, String> request = Map.of(
                "Content-Type",
                "application/json; charset=utf-8",
                "Idempotency-Key",
                window.idempotencyKey(maintenanceMode));
        String body = json(maintenanceMode, window);
        Attempt last = attempt(request, body, timeout);
        for (Duration wait : PAUSES) {
            if (!last.again()) {
                return last.answer();
            }
            pause.of(wait);
            last = attempt(request, body, timeout);
        }
        return last.again()
                ? new Answer(
                        false,
                        last.answer().said() + ", at the last of " + (PAUSES.size() + 1)
                                + " attempts; is the application up, and reachable from restore-service?")
                : last.answer();
    }

    /** @param again whether another attempt may help */
    private record Attempt(Answer answer, boolean again) {}

    private Attempt attempt(Map<String, String> headers, String body, Duration timeout) throws InterruptedException {
        try {
            int status = http.send(url, headers, body, timeout).status();
            String said = "its webhook answered " + status;
            if (status >= 200 && status < 300) {
                return new Attempt(new Answer(true, said), false);
            }
            return status == 408 || status == 425 || status == 429 || status >= 500
                    ? new Attempt(new Answer(false, said), true)
                    : new Attempt(
                            new Answer(false, said + "; any 2xx is a yes: correct the webhook in holdfast.yaml"),
                            false);
        } catch (HoldfastException e) {
            return new Attempt(new Answer(false, "its webhook: " + e.reason().message()), false);
        } catch (IOException e) {
            return new Attempt(new Answer(false, "its webhook: " + BoundedHttpClient.wentWrong(e, timeout)), true);
        }
    }

    static String json(MaintenanceMode maintenanceMode, MaintenanceWindow window) {
        ObjectNode body = EventJson.mapper()
                .createObjectNode()
                .put("maintenance", maintenanceMode.word())
                .put("source", window.source())
                .put("restoreId", window.restore().toString())
                .put("reason", window.reason());
        Instant end = window.expectedEndAt();
        if (end != null) {
            body.put("expectedEndAt", end.toString());
        }
        return body.toString();
    }
}
