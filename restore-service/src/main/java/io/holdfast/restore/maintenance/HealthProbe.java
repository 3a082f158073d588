package io.holdfast.restore.maintenance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.eventing.cloudevents.EventJson;
import io.holdfast.eventing.outbound.OutboundHttpClient;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Asks an application how it is. Any 2xx is well, unless its body is JSON that says {@code "ok":false} or
 * {@code "database":{"connected":false}}, as in {@code {"ok":true,"database":{"connected":true,"latency":"15ms"}}}.
 */
@ApplicationScoped
public class HealthProbe {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Pattern LATENCY = Pattern.compile("[0-9.,]{1,12} ?[a-zµ]{0,8}");

    private final BoundedHttpClient http;
    private final Duration timeout;

    @Inject
    HealthProbe(OutboundHttpClient http) {
        this(http, TIMEOUT);
    }

    HealthProbe(OutboundHttpClient http, Duration timeout) {
        this.http = new BoundedHttpClient(http);
        this.timeout = timeout;
    }

    /**
     * Asks once. May be repeated at will.
     *
     * @throws HoldfastException CANCELLED if the thread is interrupted; whatever else goes wrong is in the result
     */
    public HealthResult ask(URI url) {
        long began = System.nanoTime();
        Said said;
        try {
            said = judge(http.send(url, Map.of("Accept", "application/json"), null, timeout));
        } catch (HoldfastException e) {
            said = new Said(false, e.reason().message());
        } catch (IOException e) {
            said = new Said(false, BoundedHttpClient.wentWrong(e, timeout));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw HoldfastException.of(FailureCode.CANCELLED, "asking the application for its health was cancelled", e);
        }
        return new HealthResult(said.ok(), said.detail(), Duration.ofNanos(System.nanoTime() - began));
    }

    private record Said(boolean ok, String detail) {}

    private static Said judge(BoundedHttpClient.Answer answer) {
        String answered = "it answered " + answer.status();
        if (answer.status() >= 300 && answer.status() < 400) {
            return new Said(false, answered + ", a redirection; name the probe's own URL in health");
        }
        if (answer.status() < 200 || answer.status() >= 300) {
            return new Said(false, answered);
        }
        JsonNode body = json(answer.start());
        JsonNode database = body.path("database");
        if (says(database.path("connected"), false)) {
            return new Said(false, answered + ", and that its database is not connected");
        }
        if (says(body.path("ok"), false)) {
            return new Said(false, answered + ", and that it is not ok");
        }
        return new Said(true, answered + (says(database.path("connected"), true) ? connected(database) : ""));
    }

    private static String connected(JsonNode database) {
        String latency = database.path("latency").asText("");
        return ", database connected" + (LATENCY.matcher(latency).matches() ? " (" + latency + ")" : "");
    }

    private static boolean says(JsonNode node, boolean what) {
        return (node.isBoolean() || node.isTextual()) && node.asText().equalsIgnoreCase(String.valueOf(what));
    }

    private static JsonNode json(String start) {
        try {
            JsonNode body = EventJson.mapper().readTree(start);
            return body == null ? MissingNode.getInstance() : body;
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance(); // a page, or a plain word: its status has said it
        }
    }
}
