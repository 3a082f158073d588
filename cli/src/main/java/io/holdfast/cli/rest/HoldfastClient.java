package io.holdfast.cli.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.devstack.Service;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Calls the services. Every method throws {@link CommandException}: REFUSED where the service says no (4xx), FAILED where it
 * can't be reached or fails itself. A request that exceeds a limit is sent again after {@code Retry-After}. Thread-safe.
 */
public final class HoldfastClient {
    /** Lists with pages. The others are answered as a whole and have no parameters limit and cursor. */
    private static final Set<String> PAGED =
            Set.of("/api/backups", "/api/restores", "/api/activity", "/api/deliveries", "/api/drills");

    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(60);
    private static final Duration ALIVE_WITHIN = Duration.ofSeconds(3);
    private static final int LARGEST_PAGE = 200;
    private static final int ATTEMPTS = 3;

    private final HttpClient http;
    private final ServiceEndpoints endpoints;
    private final @Nullable String token;

    public HoldfastClient(ServiceEndpoints endpoints, @Nullable String token) {
        this(endpoints, token, null);
    }

    /** @param trust for services over https; null: what the JVM trusts */
    public HoldfastClient(ServiceEndpoints endpoints, @Nullable String token, @Nullable SSLContext trust) {
        this.endpoints = endpoints;
        this.token = token;
        HttpClient.Builder client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(5));
        this.http = (trust == null ? client : client.sslContext(trust)).build();
    }

    public ServiceEndpoints endpoints() {
        return endpoints;
    }

    public JsonNode get(Service service, String path) {
        return answer(service, request(service, path, ANSWER_WITHIN).GET().build());
    }

    /** Empty values are left out. */
    public JsonNode get(Service service, String path, Map<String, ?> query) {
        return get(service, path + encoded(query));
    }

    /**
     * A list's items over its pages, at most {@code limit}, in the shape of one page.
     *
     * @param query a text for each parameter, or the texts of one that is repeated
     */
    public ObjectNode list(Service service, String path, Map<String, ?> query, int limit) {
        ArrayNode items = JsonNodeFactory.instance.arrayNode();
        Map<String, Object> page = new LinkedHashMap<>(query);
        while (items.size() < limit) {
            if (PAGED.contains(path)) {
                page.put("limit", Integer.toString(Math.min(LARGEST_PAGE, limit - items.size())));
            }
            JsonNode answer = get(service, path, page);
            answer.path("items").forEach(items::add);
            String next = answer.path("next").asText("");
            if (next.isEmpty() || next.equals(page.put("cursor", next))) {
                break;
            }
        }
        ObjectNode list = ServiceJson.object();
        list.set("items", items);
        return list;
    }

    /** Sent again with the same idempotency key if the connection breaks, so that it takes effect once. */
    public JsonNode post(Service service, String path, @Nullable Object body) {
        HttpRequest.Builder request = request(service, path, ANSWER_WITHIN)
                .header("Idempotency-Key", UUID.randomUUID().toString())
                .header("Content-Type", "application/json");
        HttpRequest.BodyPublisher content = body == null
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofByteArray(ServiceJson.bytes(body));
        return answer(service, request.POST(content).build());
    }

    /** Without a body. Takes effect once however often it is sent. */
    public JsonNode put(Service service, String path, Map<String, String> query) {
        HttpRequest.Builder request = request(service, path + encoded(query), ANSWER_WITHIN);
        return answer(service, request.PUT(HttpRequest.BodyPublishers.noBody()).build());
    }

    /** Takes effect once however often it is sent. */
    public JsonNode delete(Service service, String path, Map<String, String> query) {
        return answer(
                service,
                request(service, path + encoded(query), ANSWER_WITHIN).DELETE().build());
    }

    /**
     * What a service streams; to be closed.
     *
     * @param name of the file that it would be
     */
    public record Download(String name, InputStream content) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            content.close();
        }
    }

    /** The answer as it comes. What breaks off in the middle is an IOException of the stream, or its early end. */
    public Download download(Service service, String path, Map<String, String> query) {
        HttpRequest request = request(service, path + encoded(query), ANSWER_WITHIN)
                .setHeader("Accept", "*/*")
                .GET()
                .build();
        try {
            HttpResponse<InputStream> response = admitted(request, HttpResponse.BodyHandlers.ofInputStream());
            if (response.statusCode() != 200) {
                try (InputStream said = response.body()) {
                    throw failure(service, response, problem(said));
                }
            }
            String disposition =
                    response.headers().firstValue("Content-Disposition").orElse("");
            return new Download(disposition.replaceFirst("(?s).*filename=\"([^\"]*)\".*", "$1"), response.body());
        } catch (IOException e) {
            throw unreachable(service, e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** Empty if the service is ready, else why not. */
    public String unready(Service service) {
        try {
            HttpResponse<String> response = http.send(
                    request(service, "/q/health/ready", ALIVE_WITHIN).GET().build(), text());
            return response.statusCode() == 200 ? "" : notReady(response);
        } catch (IOException e) {
            return "cannot be reached (" + why(e) + ")";
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static String notReady(HttpResponse<String> response) {
        StringBuilder down = new StringBuilder();
        body(response).path("checks").forEach(check -> {
            if (!check.path("status").asText().equals("UP")) {
                down.append(down.isEmpty() ? ": " : ", ")
                        .append(check.path("name").asText());
            }
        });
        return "not ready (" + response.statusCode() + ")" + down;
    }

    private JsonNode answer(Service service, HttpRequest request) {
        HttpResponse<String> response = send(service, request);
        if (response.statusCode() / 100 != 2) {
            throw failure(service, response, body(response));
        }
        return body(response);
    }

    private HttpResponse<String> send(Service service, HttpRequest request) {
        for (int attempt = 1; ; attempt++) {
            try {
                return admitted(request, text());
            } catch (java.net.ConnectException | java.net.http.HttpTimeoutException | SSLException e) {
                throw unreachable(service, e);
            } catch (IOException e) {
                if (attempt == ATTEMPTS) {
                    throw unreachable(service, e);
                }
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }
    }

    /** Waits a few times where the service says that it has too many requests. A refused request had no effect. */
    private <T> HttpResponse<T> admitted(HttpRequest request, HttpResponse.BodyHandler<T> handler)
            throws IOException, InterruptedException {
        HttpResponse<T> response = http.send(request, handler);
        for (int wait = 0; wait < RateLimit.WAITS && RateLimit.refuses(response); wait++) {
            if (response.body() instanceof InputStream unread) {
                unread.close();
            }
            Thread.sleep(RateLimit.pause(response));
            response = http.send(request, handler);
        }
        return response;
    }

    private CommandException failure(Service service, HttpResponse<?> response, JsonNode problem) {
        int status = response.statusCode();
        String detail = problem.path("detail").asText(problem.path("title").asText(""));
        if (detail.isEmpty()) {
            detail = service.module() + " at " + endpoints.of(service) + " answered " + status + " to "
                    + response.request().method() + " "
                    + response.request().uri().getPath();
        }
        if (status == 401) {
            detail += "; run ./holdfast login, or set HOLDFAST_TOKEN or HOLDFAST_TOKEN_FILE";
        }
        JsonNode document = problem.isObject() ? problem : null;
        boolean refused = status / 100 == 4 && status != 408 && status != 429;
        return refused ? CommandException.refused(detail, document) : CommandException.failed(detail, document);
    }

    private HttpRequest.Builder request(Service service, String path, Duration within) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(endpoints.of(service) + path))
                .timeout(within)
                .header("Accept", "application/json, application/problem+json");
        return token == null ? request : request.header("Authorization", "Bearer " + token);
    }

    private static HttpResponse.BodyHandler<String> text() {
        return HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8);
    }

    private static JsonNode problem(InputStream said) throws IOException {
        return parsed(new String(said.readAllBytes(), StandardCharsets.UTF_8));
    }

    private static JsonNode body(HttpResponse<String> response) {
        return parsed(response.body());
    }

    private static JsonNode parsed(String body) {
        try {
            return ServiceJson.parse(body);
        } catch (JsonProcessingException e) {
            return JsonNodeFactory.instance.missingNode();
        }
    }

    private CommandException unreachable(Service service, IOException e) {
        return CommandException.failed(
                "cannot reach " + service.module() + " at " + endpoints.of(service) + " (" + why(e)
                        + "); is the platform up? Start it with ./holdfast up, or name another with --server URL",
                e);
    }

    private static String why(IOException e) {
        return switch (e) {
            case java.net.http.HttpConnectTimeoutException x -> "no answer to the connection";
            case java.net.http.HttpTimeoutException x -> "no answer in time";
            case java.net.ConnectException x when x.getMessage() == null -> "connection refused";
            case SSLException x ->
                "TLS failed: " + x.getMessage() + "; HOLDFAST_CA names a file with the certificates to trust";
            default -> String.valueOf(e.getMessage());
        };
    }

    private static CommandException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return CommandException.failed("interrupted", e);
    }

    private static String encoded(Map<String, ?> query) {
        String joined = query.entrySet().stream()
                .flatMap(entry -> texts(entry.getValue())
                        .filter(text -> !text.isEmpty())
                        .map(text -> entry.getKey() + "=" + URLEncoder.encode(text, StandardCharsets.UTF_8)))
                .collect(Collectors.joining("&"));
        return joined.isEmpty() ? "" : "?" + joined;
    }

    private static Stream<String> texts(Object value) {
        return value instanceof Collection<?> texts ? texts.stream().map(String::valueOf) : Stream.of(value.toString());
    }
}
