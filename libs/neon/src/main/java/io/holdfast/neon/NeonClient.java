package io.holdfast.neon;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.connect.PasswordSupplier;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Requests to Neon's API. GET is repeated after any failure that may pass. Other requests are repeated only after 423, 429 and 503,
 * which Neon declares safe: there is no idempotency key. Follows no redirect; the key is fetched for each request. Thread-safe.
 */
final class NeonClient {
    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final int TRIES = 8;
    private static final int SAID = 300;

    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    private final URI project;
    private final String shown;
    private final PasswordSupplier key;
    private final Pause pause;

    /** A wait between two requests; tests do not wait. */
    @FunctionalInterface
    interface Pause {
        void pause(Duration time) throws InterruptedException;
    }

    /**
     * An answer that is not repeated.
     *
     * @param status 0: there was no answer, and it is not known whether the request was carried out
     */
    record Answer(int status, JsonNode body) {
        boolean succeeded() {
            return status >= 200 && status < 300;
        }

        /** Returns whether Neon may have carried out the request. */
        boolean unknown() {
            return status == 0 || (status >= 500 && status != 503);
        }
    }

    NeonClient(NeonSettings settings, PasswordSupplier key, Pause pause) {
        String base = settings.endpoint().toString().replaceFirst("/+$", "");
        this.project = URI.create(base + "/projects/" + settings.project());
        this.shown = "Neon project " + settings.project();
        this.key = key;
        this.pause = pause;
    }

    String shown() {
        return shown;
    }

    /** Reads; fails unless it succeeds. */
    JsonNode get(String path) {
        Answer answer = send("GET", path, null);
        if (!answer.succeeded()) {
            throw failure(answer);
        }
        return answer.body();
    }

    /** @param path after the project's */
    Answer send(String method, String path, @Nullable JsonNode body) {
        for (int tried = 1; ; tried++) {
            Answer answer = once(method, path, body);
            boolean repeatable = answer.status() == 423
                    || answer.status() == 429
                    || answer.status() == 503
                    || (method.equals("GET") && (answer.unknown() || answer.status() == 422));
            if (!repeatable || tried == TRIES) {
                return answer;
            }
            pause(Duration.ofMillis(Math.min(8000, 250L << tried)));
        }
    }

    private Answer once(String method, String path, @Nullable JsonNode body) {
        String secret = key.reveal();
        if (secret == null || secret.isBlank()) {
            throw HoldfastException.of(FailureCode.SOURCE_AUTHENTICATION_FAILED, shown + ": there is no API key");
        }
        if (!secret.strip().chars().allMatch(c -> c > ' ' && c < 127)) {
            throw HoldfastException.of(
                    FailureCode.SOURCE_AUTHENTICATION_FAILED,
                    shown + ": the API key has spaces, line ends or other characters that no key has");
        }
        HttpRequest.BodyPublisher content = body == null
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofString(body.toString());
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(project + path))
                    .timeout(LONGEST)
                    .header("Authorization", "Bearer " + secret.strip())
                    .header("Accept", "application/json")
                    .header("Content-Type", "application/json")
                    .method(method, content)
                    .build();
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), parsed(response.body()));
        } catch (IOException e) {
            return new Answer(0, MissingNode.getInstance());
        } catch (InterruptedException e) {
            throw cancelled(e);
        }
    }

    private JsonNode parsed(String body) {
        try {
            return body.isBlank() ? MissingNode.getInstance() : json.readTree(body);
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance(); // such as the page of a proxy
        }
    }

    void pause(Duration time) {
        try {
            pause.pause(time);
        } catch (InterruptedException e) {
            throw cancelled(e);
        }
    }

    private HoldfastException cancelled(InterruptedException e) {
        Thread.currentThread().interrupt();
        return HoldfastException.of(FailureCode.CANCELLED, shown + ": the request was cancelled", e);
    }

    HoldfastException failure(Answer answer) {
        String said = answer.body().path("message").asText("no message");
        String reason =
                " (HTTP " + answer.status() + ", " + (said.length() > SAID ? said.substring(0, SAID) : said) + ")";
        return switch (answer.status()) {
            case 401 ->
                HoldfastException.of(
                        FailureCode.SOURCE_AUTHENTICATION_FAILED,
                        shown + ": Neon does not know the API key" + reason + "; create another one");
            case 403 ->
                HoldfastException.of(
                        FailureCode.SOURCE_PERMISSION_DENIED,
                        shown + ": the API key lacks a right" + reason + "; give it access to the project");
            case 404, 0, 423, 429, 500, 502, 503, 504, 524 ->
                HoldfastException.of(FailureCode.SOURCE_UNREACHABLE, shown + ": no usable answer" + reason);
            case 412 ->
                HoldfastException.of(
                        FailureCode.SOURCE_UNSUPPORTED,
                        shown + ": the project does not store passwords" + reason + "; turn that on in its settings");
            default -> HoldfastException.of(FailureCode.SOURCE_UNSUPPORTED, shown + ": Neon refuses" + reason);
        };
    }
}
