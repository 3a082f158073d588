package io.holdfast.supabase;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.connect.PasswordSupplier;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Requests to Supabase's Management API. GET is repeated after a failure that may pass; POST only if it was not carried out: after
 * 429, or without a connection. Follows no redirect; the token is fetched for each request. Thread-safe.
 */
final class SupabaseClient {
    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final int TRIES = 5;
    private static final int SAID = 300;
    private static final int REQUEST_TIMEOUT = 408;
    private static final int TOO_MANY = 429;
    private static final int SERVER_ERROR = 500;

    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    private final URI project;
    private final String shown;
    private final PasswordSupplier token;
    private final Pause pause;

    /** A wait between two requests; tests do not wait. */
    @FunctionalInterface
    interface Pause {
        void pause(Duration time) throws InterruptedException;
    }

    /**
     * @param status 0: there was no answer
     * @param body missing if it is empty; null if it is no JSON, such as the page of a proxy
     * @param sent false: no connection came about, so that Supabase did not get the request
     */
    record Answer(int status, @Nullable JsonNode body, boolean sent) {
        boolean succeeded() {
            return hasSuccess() && body != null;
        }

        private boolean hasSuccess() {
            return status >= 200 && status < 300;
        }

        /** Returns whether Supabase may have carried out the request. */
        boolean unknown() {
            return sent
                    && (status == 0
                            || status == REQUEST_TIMEOUT
                            || status >= SERVER_ERROR
                            || (hasSuccess() && body == null));
        }

        private boolean repeatable(boolean reads) {
            return !sent || status == TOO_MANY || (reads && unknown());
        }

        String said() {
            String message = body == null
                    ? "an answer that is no JSON"
                    : body.path("message").asText("no message");
            return "HTTP " + status + ", " + (message.length() > SAID ? message.substring(0, SAID) : message);
        }
    }

    SupabaseClient(SupabaseSettings settings, PasswordSupplier token, Pause pause) {
        String base = settings.endpoint().toString().replaceFirst("/+$", "");
        this.project = URI.create(base + "/v1/projects/" + settings.project());
        this.shown = "Supabase project " + settings.project();
        this.token = token;
        this.pause = pause;
    }

    String shown() {
        return shown;
    }

    /**
     * Reads.
     *
     * @throws HoldfastException unless it succeeds
     */
    JsonNode get(String path) {
        Answer answer = send("GET", path, null, () -> {});
        JsonNode body = answer.body();
        if (!answer.succeeded() || body == null) {
            throw failure(answer);
        }
        return body;
    }

    /** Returns the failure of an answer that lacks what it has to have. */
    HoldfastException unusable(String lacks) {
        return HoldfastException.of(FailureCode.SOURCE_UNREACHABLE, shown + ": no usable answer (" + lacks + ")");
    }

    /**
     * Sends a request, and again if that is permitted.
     *
     * @param path after the project's
     * @param check called before each try, right before it is sent; what it throws ends the tries
     */
    Answer send(String method, String path, @Nullable JsonNode body, Runnable check) {
        for (int tried = 1; ; tried++) {
            Answer answer = once(method, path, body, check);
            if (tried == TRIES || !answer.repeatable(method.equals("GET"))) {
                return answer;
            }
            pause(Duration.ofMillis(Math.min(8000, 500L << tried)));
        }
    }

    private Answer once(String method, String path, @Nullable JsonNode body, Runnable check) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(project + path))
                .timeout(LONGEST)
                .header("Authorization", "Bearer " + secret())
                .header("Accept", "application/json")
                .header("Content-Type", "application/json")
                .method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body.toString()))
                .build();
        check.run();
        try {
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), parsed(response.body()), true);
        } catch (ConnectException | HttpConnectTimeoutException e) {
            return new Answer(0, MissingNode.getInstance(), false);
        } catch (IOException e) {
            return new Answer(0, MissingNode.getInstance(), true);
        } catch (InterruptedException e) {
            throw cancelled(e);
        }
    }

    private String secret() {
        String secret = token.reveal();
        if (secret == null || secret.isBlank()) {
            throw HoldfastException.of(FailureCode.SOURCE_AUTHENTICATION_FAILED, shown + ": there is no token");
        }
        if (!secret.strip().chars().allMatch(c -> c > ' ' && c < 127)) {
            throw HoldfastException.of(
                    FailureCode.SOURCE_AUTHENTICATION_FAILED,
                    shown + ": the token has spaces, line ends or other characters that no token has");
        }
        return secret.strip();
    }

    private @Nullable JsonNode parsed(String body) {
        try {
            return body.isBlank() ? MissingNode.getInstance() : json.readTree(body);
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    private void pause(Duration time) {
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
        String reason = " (" + answer.said() + ")";
        if (answer.status() == 0 || answer.status() == TOO_MANY || answer.unknown()) {
            return HoldfastException.of(FailureCode.SOURCE_UNREACHABLE, shown + ": no usable answer" + reason);
        }
        return switch (answer.status()) {
            case 401 ->
                HoldfastException.of(
                        FailureCode.SOURCE_AUTHENTICATION_FAILED,
                        shown + ": Supabase does not know the token" + reason + "; create another one");
            case 403 ->
                HoldfastException.of(
                        FailureCode.SOURCE_PERMISSION_DENIED,
                        shown + ": the token lacks a right" + reason
                                + "; it needs those to read the project and its backups and to restore"
                                + " (backups_read, backups_write)");
            case 404 ->
                HoldfastException.of(
                        FailureCode.SOURCE_UNSUPPORTED,
                        shown + ": there is no such project in the token's organizations" + reason
                                + "; correct supabase.project");
            default -> HoldfastException.of(FailureCode.SOURCE_UNSUPPORTED, shown + ": Supabase refuses" + reason);
        };
    }
}
