package io.holdfast.cli.login;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.holdfast.cli.rest.CommandException;
import io.holdfast.cli.rest.ServiceJson;
import io.holdfast.config.OidcConfig;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The endpoints of an issuer, from its metadata (OpenID Connect Discovery 1.0). Tokens go over TLS, or to this machine. */
final class Issuer {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    private final String name;
    private final JsonNode metadata;

    /** @param body missing node if it is not JSON */
    record Answer(int status, JsonNode body) {
        String error() {
            return body.path("error").asText("");
        }
    }

    private Issuer(String name, JsonNode metadata) {
        this.name = name;
        this.metadata = metadata;
    }

    static Issuer discover(String issuer) {
        URI uri = uri(issuer, issuer.replaceAll("/$", "") + "/.well-known/openid-configuration");
        Answer answer = send(HttpRequest.newBuilder(uri), issuer);
        if (answer.status() != 200
                || !issuer.equals(answer.body().path("issuer").asText())) {
            throw CommandException.failed(uri + " is not the metadata of issuer " + issuer);
        }
        return new Issuer(issuer, answer.body());
    }

    boolean has(String endpoint) {
        return metadata.hasNonNull(endpoint);
    }

    /** Posts a form to an endpoint that the metadata name. */
    Answer post(String endpoint, Map<String, String> form) {
        if (!has(endpoint)) {
            throw CommandException.failed("issuer " + name + " has no " + endpoint + "; use a token instead");
        }
        String body = new TreeMap<>(form)
                .entrySet().stream()
                        .map(field ->
                                field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                        .collect(Collectors.joining("&"));
        return send(
                HttpRequest.newBuilder(uri(name, metadata.path(endpoint).asText()))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(body)),
                name);
    }

    private static URI uri(String issuer, String text) {
        try {
            URI uri = URI.create(text);
            if (OidcConfig.isTrustworthy(uri)) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            throw CommandException.failed("issuer " + issuer + ": " + text + " is not a URL", e);
        }
        throw CommandException.failed("issuer " + issuer + ": " + text + " has no TLS; tokens go over https only");
    }

    private static Answer send(HttpRequest.Builder request, String issuer) {
        try {
            var response = HTTP.send(
                    request.timeout(Duration.ofSeconds(30))
                            .header("Accept", "application/json")
                            .build(),
                    BodyHandlers.ofString());
            return new Answer(response.statusCode(), parsed(response.body()));
        } catch (IOException e) {
            throw CommandException.failed("cannot reach issuer " + issuer + " (" + e.getMessage() + ")", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandException.failed("interrupted", e);
        }
    }

    private static JsonNode parsed(String body) {
        try {
            return ServiceJson.parse(body);
        } catch (JsonProcessingException e) {
            return JsonNodeFactory.instance.missingNode();
        }
    }
}
