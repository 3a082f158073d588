package io.holdfast.testsupport.api;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The OpenAPI document of a running service, and calls whose requests and answers are compared with it: the operation, the
 * status and the media type must be documented, and a JSON body must match its schema without further fields.
 */
public final class OpenApiContract {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete");

    // a request that asks for an upgrade to HTTP/2 may hang while the document is made
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI service;
    private final JsonNode document;
    private final SchemaCheck schemas;
    private final Map<String, String> headers = new LinkedHashMap<>();
    private final Set<String> succeeded = new TreeSet<>();
    private final List<String> problems = new ArrayList<>();

    /** An answer, with its JSON body if it has one. */
    public record Answer(int status, @Nullable JsonNode body) {}

    private OpenApiContract(URI service, JsonNode document) {
        this.service = service;
        this.document = document;
        this.schemas = new SchemaCheck(document);
    }

    /** Reads the document of the service at this address. */
    public static OpenApiContract of(URI service) {
        HttpResponse<String> response = send(
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build(),
                HttpRequest.newBuilder(service.resolve("/q/openapi?format=json"))
                        .build());
        return new OpenApiContract(service, read(response.body()));
    }

    /** Sends these headers with each further call. */
    public OpenApiContract with(Map<String, String> more) {
        headers.putAll(more);
        return this;
    }

    /** Calls an operation; {@link #problems} has the differences from the document. */
    public Answer call(String method, String path, @Nullable String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(service.resolve(path));
        headers.forEach(request::header);
        if (body == null) {
            request.method(method, HttpRequest.BodyPublishers.noBody());
        } else {
            request.method(method, HttpRequest.BodyPublishers.ofString(body))
                    .header("Content-Type", "application/json");
        }
        HttpResponse<String> response = send(http, request.build());
        String about = method + " " + path + " -> " + response.statusCode();
        String template = template(path);
        JsonNode operation = document.path("paths").path(template).path(method.toLowerCase(Locale.ROOT));
        if (operation.isMissingNode()) {
            problems.add(about + ": the operation is not documented");
            return new Answer(response.statusCode(), null);
        }
        if (body != null && response.statusCode() / 100 == 2) {
            problems.addAll(schemas.problems(
                    read(body), operation.at("/requestBody/content/application~1json/schema"), about + " request"));
        }
        if (response.statusCode() / 100 == 2) {
            succeeded.add(method + " " + template);
        }
        return new Answer(response.statusCode(), answered(response, operation, about));
    }

    private @Nullable JsonNode answered(HttpResponse<String> response, JsonNode operation, String about) {
        JsonNode documented = operation.path("responses").path(Integer.toString(response.statusCode()));
        if (documented.isMissingNode()) {
            problems.add(about + ": the status is not documented: " + response.body());
            return null;
        }
        documented.path("headers").fieldNames().forEachRemaining(header -> {
            if (response.headers().firstValue(header).isEmpty()) {
                problems.add(about + ": the documented header " + header + " is missing");
            }
        });
        String type =
                response.headers().firstValue("Content-Type").orElse("none").replaceAll("\\s*;.*", "");
        JsonNode media = documented.path("content").path(type);
        if (media.isMissingNode()) {
            problems.add(about + ": media type " + type + " is not documented");
            return null;
        }
        if (!type.endsWith("json")) {
            return null;
        }
        JsonNode body = read(response.body());
        problems.addAll(schemas.problems(body, media.path("schema"), about));
        return body;
    }

    /** The path of the document that a path of a call has: a literal segment wins over a parameter. */
    private String template(String path) {
        String plain = path.replaceAll("\\?.*", "");
        List<String> fitting = new ArrayList<>();
        document.path("paths").fieldNames().forEachRemaining(template -> {
            String pattern = Pattern.compile("\\{[^}]*}").matcher(template).replaceAll("[^/]+");
            if (plain.matches(pattern)) {
                fitting.add(template);
            }
        });
        return fitting.stream()
                .min(Comparator.comparingInt(template -> template.split("\\{", -1).length))
                .orElse(plain);
    }

    /** Returns the differences between the document and the calls so far. */
    public List<String> problems() {
        return List.copyOf(problems);
    }

    /** Returns the documented operations below {@code /api} that no call has succeeded with. */
    public Set<String> uncalled() {
        Set<String> all = new TreeSet<>();
        operations().forEach((name, operation) -> all.add(name));
        all.removeAll(succeeded);
        return all;
    }

    private Map<String, JsonNode> operations() {
        Map<String, JsonNode> all = new LinkedHashMap<>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().stream()
                        .filter(operation -> METHODS.contains(operation.getKey()))
                        .forEach(operation -> all.put(
                                operation.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey(),
                                operation.getValue())));
        return all;
    }

    /** The example requests of an operation, by name. */
    public Map<String, String> requests(String operation) {
        Map<String, String> found = new LinkedHashMap<>();
        JsonNode media =
                requireNonNull(operations().get(operation), operation).at("/requestBody/content/application~1json");
        if (media.has("example")) {
            found.put("example", media.path("example").toString());
        }
        media.path("examples")
                .properties()
                .forEach(named ->
                        found.put(named.getKey(), named.getValue().path("value").toString()));
        return found;
    }

    /**
     * Returns requests and answers without an example, operations and problems without a documented body, and examples that do
     * not match their schema.
     */
    public List<String> examples() {
        List<String> found = new ArrayList<>();
        operations().forEach((name, operation) -> {
            found.addAll(examples(name + " request", operation.at("/requestBody/content")));
            found.addAll(problemsWithoutBody(name, operation.path("responses")));
            operation
                    .path("responses")
                    .properties()
                    .forEach(response -> found.addAll(examples(
                            name + " " + response.getKey(), response.getValue().path("content"))));
        });
        return found;
    }

    /** An operation without any problem, problems without a body, and examples of a problem with another status. */
    private static List<String> problemsWithoutBody(String name, JsonNode responses) {
        List<String> found = new ArrayList<>();
        int problems = 0;
        for (var response : responses.properties()) {
            if (!response.getKey().matches("[45]\\d\\d")) { // also an extension, such as x-errors
                continue;
            }
            problems++;
            String about = name + " " + response.getKey();
            JsonNode content = response.getValue().path("content");
            if (content.isEmpty()) {
                found.add(about + ": no body");
            }
            content.properties().stream()
                    .map(media -> media.getValue().at("/example/status"))
                    .filter(status ->
                            !status.isMissingNode() && !status.asText().equals(response.getKey()))
                    .forEach(status -> found.add(about + ": the example has status " + status));
        }
        if (problems == 0) {
            found.add(name + ": no problem is documented");
        }
        return found;
    }

    private List<String> examples(String about, JsonNode content) {
        List<String> found = new ArrayList<>();
        content.properties().forEach(media -> {
            JsonNode schema = media.getValue().path("schema");
            JsonNode named = media.getValue().path("examples");
            if (!media.getValue().has("example") && named.isEmpty()) {
                found.add(about + " " + media.getKey() + ": no example");
            }
            if (media.getValue().has("example")) {
                found.addAll(schemas.problems(media.getValue().path("example"), schema, about + " example"));
            }
            named.forEach(example -> found.addAll(schemas.problems(example.path("value"), schema, about + " example")));
        });
        return found;
    }

    private static HttpResponse<String> send(HttpClient http, HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode read(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new IllegalStateException("not JSON: " + text, e);
        }
    }
}
