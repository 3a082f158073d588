package io.holdfast.eventing.oidc;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Keycloak from its distribution, with the realm "company" of src/test/keycloak. */
final class KeycloakServer {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final URI url;

    private KeycloakServer(Process process, URI url) {
        this.process = process;
        this.url = url;
    }

    /** @param home the unpacked distribution; its data are replaced */
    static KeycloakServer start(Path home) throws IOException {
        Path realm =
                Files.createDirectories(home.resolve("data").resolve("import")).resolve("company-realm.json");
        Files.write(realm, Files.readAllBytes(Path.of("src/test/keycloak/company-realm.json")));
        int port = freePort();
        ProcessBuilder program = new ProcessBuilder(
                        "bash",
                        home.resolve("bin/kc.sh").toString(),
                        "start-dev",
                        "--db=dev-mem",
                        "--http-host=127.0.0.1",
                        "--http-port=" + port,
                        "--http-management-port=" + freePort(),
                        "--import-realm")
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("keycloak.log").toFile());
        program.environment().put("JAVA_HOME", System.getProperty("java.home"));
        program.environment().put("KC_BOOTSTRAP_ADMIN_USERNAME", "admin");
        program.environment().put("KC_BOOTSTRAP_ADMIN_PASSWORD", "admin-password");
        KeycloakServer server = new KeycloakServer(program.start(), URI.create("http://127.0.0.1:" + port));
        await("keycloak.log in " + home)
                .atMost(Duration.ofMinutes(4))
                .pollInterval(Duration.ofSeconds(1))
                .ignoreExceptions()
                .until(() -> send(HttpRequest.newBuilder(server.realm("company"))) != null);
        return server;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    URI realm(String name) {
        return url.resolve("/realms/" + name);
    }

    /** An access token by a person's password. */
    String token(String realm, String client, String user, String password) throws IOException {
        return send(form(
                        realm,
                        "token",
                        Map.of("grant_type", "password", "client_id", client, "username", user, "password", password)))
                .path("access_token")
                .asText();
    }

    record DeviceCode(String code, String verificationUriComplete) {}

    /** Begins a login by device code (RFC 8628). */
    DeviceCode deviceCode(String realm, String client) throws IOException {
        JsonNode answer = send(form(realm, "auth/device", Map.of("client_id", client, "scope", "openid")));
        return new DeviceCode(
                answer.path("device_code").asText(),
                answer.path("verification_uri_complete").asText());
    }

    /** The answer of the token endpoint, an error included. */
    JsonNode redeem(String realm, String client, DeviceCode code) throws IOException {
        String grant = "urn:ietf:params:oauth:grant-type:device_code";
        HttpRequest.Builder request =
                form(realm, "token", Map.of("grant_type", grant, "client_id", client, "device_code", code.code()));
        return JSON.readTree(answer(request).body());
    }

    private HttpRequest.Builder form(String realm, String endpoint, Map<String, String> fields) {
        String body = fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return HttpRequest.newBuilder(URI.create(realm(realm) + "/protocol/openid-connect/" + endpoint))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    /** Signs with a new key from now on; the former one stays published. */
    void rotateKeys() throws IOException {
        String admin = token("master", "admin-cli", "admin", "admin-password");
        send(HttpRequest.newBuilder(url.resolve("/admin/realms/company/components"))
                .header("Authorization", "Bearer " + admin)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("""
                        {"name":"next","providerId":"rsa-generated","providerType":"org.keycloak.keys.KeyProvider",
                         "config":{"priority":["1000"],"enabled":["true"],"active":["true"],"algorithm":["RS256"]}}""")));
    }

    private static JsonNode send(HttpRequest.Builder request) throws IOException {
        HttpResponse<String> response = answer(request);
        if (response.statusCode() / 100 != 2) {
            throw new IOException(response + ": " + response.body());
        }
        return JSON.readTree(response.body());
    }

    private static HttpResponse<String> answer(HttpRequest.Builder request) throws IOException {
        try {
            return HTTP.send(request.build(), BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    void stop() throws InterruptedException {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
