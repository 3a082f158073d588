package io.holdfast.engine.d1;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.devstack.d1.D1Server;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** Cloudflare's own engine on this machine, behind the REST API. The profile {@code workerd} installs it. To be closed. */
final class Workerd implements D1Api {
    /** Names the folder of the installation; not set without the profile. */
    static final String FOLDER = "holdfast.workerd";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final URI endpoint;
    private final String token = token();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    /** @param success whether D1 has run the statements */
    record Answer(boolean success, String text) {}

    private Workerd(Process process, URI endpoint) {
        this.process = process;
        this.endpoint = endpoint;
    }

    /** Returns the engine after it answers. */
    static Workerd start() {
        try {
            Process process = new ProcessBuilder(
                            "node",
                            Path.of("src", "test", "workerd", "d1-rest.mjs").toString(),
                            System.getProperty(FOLDER))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String line = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
            if (line == null) {
                throw new IllegalStateException("miniflare did not start");
            }
            return new Workerd(process, URI.create(line));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public URI endpoint() {
        return endpoint;
    }

    @Override
    public String token() {
        return "t-" + UUID.randomUUID();
    }

    @Override
    public String create(String name) {
        JsonNode made = sent("", JSON.createObjectNode().put("name", name));
        if (!made.path("success").asBoolean()) {
            throw new IllegalStateException(made.toString());
        }
        return made.path("result").path("uuid").asText();
    }

    @Override
    public void sql(String database, String... statements) {
        Answer answer = run(database, statements);
        if (!answer.success()) {
            throw new IllegalStateException(answer.text());
        }
    }

    Answer run(String database, String... statements) {
        return run(endpoint, token, database, statements);
    }

    /** Runs statements in one request to any server of the API. */
    static Answer run(URI endpoint, String token, String database, String... statements) {
        ObjectNode body = JSON.createObjectNode();
        ArrayNode batch = body.putArray("batch");
        for (String sql : statements) {
            batch.addObject().put("sql", sql);
        }
        JsonNode answer = sent(endpoint, token, "/" + database + "/raw", body);
        return new Answer(answer.path("success").asBoolean(), answer.toString());
    }

    private JsonNode sent(String path, JsonNode body) {
        return sent(endpoint, token, path, body);
    }

    private static JsonNode sent(URI endpoint, String token, String path, JsonNode body) {
        try {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create(endpoint + "/accounts/" + D1Server.ACCOUNT + "/d1/database" + path))
                    .header("Authorization", "Bearer " + token)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                    .build();
            return JSON.readTree(
                    CLIENT.send(request, HttpResponse.BodyHandlers.ofString()).body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
