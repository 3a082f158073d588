package io.holdfast.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.devstack.AdminToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Plain JSON over HTTP, as any client would speak it. */
public final class Rest {
    public static final ObjectMapper JSON = new ObjectMapper();

    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    public record Answer(int status, JsonNode body) {}

    /** The folder of the platform whose admin token is sent. */
    private static volatile Path platform = Path.of("target");

    private Rest() {}

    public static void asAdminOf(Path folder) {
        platform = folder;
    }

    public static JsonNode get(URI base, String path) {
        return send(HttpRequest.newBuilder(base.resolve(path)).GET()).body();
    }

    /** The body as it is, of a page or metrics. */
    static String text(URI base, String path) {
        return received(asAdmin(HttpRequest.newBuilder(base.resolve(path)))).body();
    }

    public static Answer post(URI base, String path, String body) {
        return send(HttpRequest.newBuilder(base.resolve(path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    static void delete(URI base, String path) {
        send(HttpRequest.newBuilder(base.resolve(path)).DELETE());
    }

    /** With these headers only. */
    static Answer call(URI base, String method, String path, @Nullable String body, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path))
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        headers.forEach(request::header);
        return sent(request);
    }

    private static Answer send(HttpRequest.Builder request) {
        return sent(asAdmin(request));
    }

    private static HttpRequest.Builder asAdmin(HttpRequest.Builder request) {
        try {
            return request.header(
                    "Authorization",
                    "Bearer " + Files.readString(AdminToken.in(platform)).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Answer sent(HttpRequest.Builder request) {
        HttpResponse<String> answer = received(request);
        try {
            return new Answer(answer.statusCode(), json(answer) ? JSON.readTree(answer.body()) : JSON.nullNode());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static HttpResponse<String> received(HttpRequest.Builder request) {
        try {
            return CLIENT.send(request.timeout(Duration.ofSeconds(60)).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static boolean json(HttpResponse<String> answer) {
        return !answer.body().isEmpty()
                && answer.headers()
                        .firstValue("Content-Type")
                        .filter(type -> type.contains("json"))
                        .isPresent();
    }
}
