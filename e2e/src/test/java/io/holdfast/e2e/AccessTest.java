package io.holdfast.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.devstack.Service;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every operation of every service is closed, and tokens open what their roles and scopes say. */
@Timeout(300)
class AccessTest {
    private static final String ID = "01a215b3-2aaa-7b4c-9802-c0df6d9fd5cd";

    @TempDir
    private static Path folder;

    private static Rig rig;

    @BeforeAll
    static void start() throws IOException {
        rig = Rig.start(folder);
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    /** @param permission of the document; text for an operation with a credential of its own */
    private record Operation(Service service, String method, String path, String template, String permission) {
        Operation(Service service, String method, String path, String permission) {
            this(service, method, path, path, permission);
        }
    }

    private static List<Operation> operations() {
        List<Operation> all = new ArrayList<>();
        for (Service service : Service.values()) {
            Rest.get(rig.servicePlatform.url(service), "/q/openapi?format=json")
                    .path("paths")
                    .properties()
                    .forEach(path -> path.getValue().properties().stream()
                            .filter(verb -> verb.getValue().isObject())
                            .forEach(verb -> all.add(new Operation(
                                    service,
                                    verb.getKey().toUpperCase(java.util.Locale.ROOT),
                                    path.getKey().replaceAll("\\{id}", ID).replaceAll("\\{[a-zA-Z]+}", "shop"),
                                    path.getKey(),
                                    verb.getValue().path("x-permission").asText()))));
        }
        return all;
    }

    private static boolean hasOwnCredential(Operation operation) {
        return operation.path().startsWith("/api/cron/") || operation.path().equals("/api/access/login");
    }

    private static int status(Operation operation, String token) {
        return Rest.call(
                        rig.servicePlatform.url(operation.service()),
                        operation.method(),
                        operation.path(),
                        operation.method().equals("GET") ? null : "{}",
                        token.isEmpty() ? Map.of() : Map.of("Authorization", "Bearer " + token))
                .status();
    }

    @Test
    void everyOperationNamesItsPermissionAndIsClosedWithoutAToken() {
        List<Operation> operations = operations();

        assertThat(operations).hasSizeGreaterThan(45).allSatisfy(operation -> {
            assertThat(operation.permission()).as("%s", operation).isNotEmpty();
            if (!hasOwnCredential(operation)) {
                assertThat(status(operation, "")).as("%s", operation).isEqualTo(401);
                assertThat(status(operation, "not-a-token")).as("%s", operation).isEqualTo(401);
            }
        });
        for (Service service : Service.values()) {
            assertThat(status(new Operation(service, "GET", "/q/health/ready", ""), ""))
                    .isEqualTo(200);
            for (String page : List.of("/q/metrics", "/q/openapi", "/q/swagger-ui/", "/")) {
                assertThat(status(new Operation(service, "GET", page, ""), ""))
                        .as("%s of %s", page, service)
                        .isEqualTo(401);
            }
        }
    }

    /** With -Dholdfast.docs.write=true the tables are written. */
    @Test
    void theGuideHasTheTablesOfTheCode() throws IOException {
        Path guide = Path.of("../docs/guide/access.md");
        String text = Files.readString(guide);
        String expected = AccessTables.replace(
                AccessTables.replace(text, "roles", AccessTables.roles()),
                "operations",
                AccessTables.operations(operations().stream()
                        .map(operation -> new AccessTables.Row(
                                operation.service().schema(),
                                operation.method() + " " + operation.template(),
                                operation.permission()))
                        .toList()));

        if (Boolean.getBoolean("holdfast.docs.write")) {
            Files.writeString(guide, expected);
        }
        assertThat(text).isEqualTo(expected);
    }

    @Test
    void aTokenOfOneSourceSeesNothingOfAnotherAndDoesOnlyWhatItsRoleMay() {
        String token = token("desk-backup", "backup", "desk");
        String other = Rest.post(rig.servicePlatform.url(Service.BACKUP), "/api/backups", "{\"source\":\"shop\"}")
                .body()
                .path("id")
                .asText();

        for (Operation operation : operations()) {
            boolean allowed = Stream.of("VIEW", "BACK_UP", "IDENTIFY").anyMatch(operation.permission()::equals);
            if (!allowed && !hasOwnCredential(operation)) {
                assertThat(status(operation, token)).as("%s", operation).isEqualTo(403);
            }
        }
        Operation hidden = new Operation(Service.BACKUP, "GET", "/api/backups/" + other, "");
        assertThat(status(hidden, token)).isEqualTo(404);
        for (String path : List.of(
                "/api/backups/" + other + "/tables",
                "/api/backups/" + other + "/progress",
                "/api/sources/shop",
                "/api/backups?source=shop",
                "/api/slots?source=shop",
                "/api/schedule?source=shop",
                "/api/retention/runs?source=shop")) {
            assertThat(status(new Operation(Service.BACKUP, "GET", path, ""), token))
                    .as(path)
                    .isEqualTo(404);
        }
        assertThat(as(token, Service.BACKUP, "/api/sources").path("items").findValuesAsText("name"))
                .containsExactly("desk");
        assertThat(as(token, Service.BACKUP, "/api/backups").toString()).doesNotContain("shop");
        assertThat(as(token, Service.BACKUP, "/api/status").toString()).doesNotContain("shop");
        assertThat(as(token, Service.RESTORE, "/api/sources").toString()).doesNotContain("shop");
    }

    @Test
    void aTokenCountsAtEveryServiceAndARevokedOneAtNone() {
        String token = token("grafana", "viewer", "");

        for (Service service : Service.values()) {
            Operation whoami = new Operation(service, "GET", "/api/whoami", "");
            await().atMost(10, SECONDS).until(() -> status(whoami, token) == 200);
            assertThat(status(new Operation(service, "GET", "/q/metrics", ""), token))
                    .isEqualTo(200);
        }
        Rest.delete(rig.servicePlatform.url(Service.BACKUP), "/api/tokens/grafana");
        for (Service service : Service.values()) {
            Operation whoami = new Operation(service, "GET", "/api/whoami", "");
            await().atMost(5, SECONDS).until(() -> status(whoami, token) == 401);
        }
    }

    @Test
    void whatWasDoneAndRefusedIsOnRecordWithThePrincipal() {
        String token = token("curious", "viewer", "");
        Operation delete = new Operation(Service.BACKUP, "DELETE", "/api/backups/" + ID, "");

        assertThat(status(delete, token)).isEqualTo(403);
        assertThat(status(new Operation(Service.BACKUP, "DELETE", "/api/tokens/" + token, ""), admin()))
                .isEqualTo(404);

        await().atMost(30, SECONDS).untilAsserted(() -> {
            assertThat(activities("curious").findValuesAsText("action")).contains("operation_refused");
            assertThat(activities("admin").findValuesAsText("action")).contains("token_created", "operation_performed");
            assertThat(activities("admin").toString()).doesNotContain(token);
        });
        await().atMost(30, SECONDS)
                .untilAsserted(() -> assertThat(Rest.get(rig.servicePlatform.url(Service.BACKUP), "/api/tokens")
                                .path("items")
                                .toString())
                        .contains("lastUsedAt")
                        .doesNotContain(token));
    }

    @Test
    void aHiddenSourceIsAnsweredAsUnknownAndRecordedAsRefused() {
        String token = token("till-only", "viewer", "till");

        assertThat(status(new Operation(Service.BACKUP, "GET", "/api/sources/shop", ""), token))
                .isEqualTo(404);

        await().atMost(30, SECONDS)
                .untilAsserted(() -> assertThat(activities("till-only").findValuesAsText("action"))
                        .contains("operation_refused"));
    }

    @Test
    void everyServiceClosesTheConnectionOfAClientThatSendsNoCompleteHead() throws IOException {
        List<Socket> slow = new ArrayList<>();
        try {
            for (Service service : Service.values()) {
                URI url = rig.servicePlatform.url(service);
                Socket socket = new Socket(url.getHost(), url.getPort());
                slow.add(socket);
                socket.setSoTimeout(20_000);
                socket.getOutputStream().write("GET /api/whoami HTTP/1.1\r\nX-Slow: ".getBytes(US_ASCII));
            }
            for (Socket socket : slow) {
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
            }
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    private static String admin() {
        return rig.servicePlatform.adminToken();
    }

    private static JsonNode activities(String operator) {
        return Rest.get(rig.servicePlatform.url(Service.AUDIT), "/api/activity?operator=" + operator)
                .path("items");
    }

    private static JsonNode as(String token, Service service, String path) {
        return Rest.call(
                        rig.servicePlatform.url(service), "GET", path, null, Map.of("Authorization", "Bearer " + token))
                .body();
    }

    private static String token(String name, String role, String source) {
        Rest.Answer made = Rest.post(
                rig.servicePlatform.url(Service.BACKUP),
                "/api/tokens",
                "{\"name\":\"" + name + "\",\"roles\":[\"" + role + "\"]"
                        + (source.isEmpty() ? "" : ",\"sources\":[\"" + source + "\"]") + "}");
        assertThat(made.status()).isEqualTo(200);
        String token = made.body().path("token").asText();
        for (Service service : Service.values()) {
            await().atMost(10, SECONDS)
                    .until(() -> status(new Operation(service, "GET", "/api/whoami", ""), token) == 200);
        }
        return token;
    }
}
