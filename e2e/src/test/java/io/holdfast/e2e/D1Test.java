package io.holdfast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.devstack.DevStack;
import io.holdfast.devstack.Service;
import io.holdfast.devstack.ServicePlatform;
import io.holdfast.devstack.ServicePlatformOptions;
import io.holdfast.devstack.StackAddresses;
import io.holdfast.devstack.StackOptions;
import io.holdfast.devstack.d1.D1Server;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A D1 database from the first request to the restored file and database, with the services as processes. */
@Tag("slow")
class D1Test {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String CONTENT = "SELECT group_concat(id || typeof(v) || hex(CAST(v AS BLOB)), ',') FROM"
            + " (SELECT id, v FROM notes ORDER BY id)";

    @TempDir
    Path folder;

    @Test
    void aD1DatabaseIsBackedUpProvenAndRestoredIntoAFile() throws Exception {
        Path restored = Files.createDirectories(folder.resolve("restored"));
        try (D1Server d1 = D1Server.start(folder.resolve("d1"));
                DevStack stack = DevStack.start(StackOptions.temporary())) {
            String database = d1.create("edge");
            d1.sql(
                    database,
                    "CREATE TABLE notes (id INTEGER PRIMARY KEY, v)",
                    "INSERT INTO notes VALUES (1, 'one'), (2, 9007199254740993), (3, x'00ff'), (4, -0.0),"
                            + " (5, 'a' || char(0) || 'b')",
                    "CREATE VIRTUAL TABLE found USING fts5(body)",
                    "INSERT INTO found VALUES ('words to be found')");
            String token = d1.token(D1Server.Right.READ);
            try (ServicePlatform services =
                    ServicePlatform.start(options(stack.addresses(), d1, database, token, restored))) {
                Rest.asAdminOf(Path.of("target"));
                URI backups = services.url(Service.BACKUP);
                URI restores = services.url(Service.RESTORE);

                String backup = await(backups, "/api/backups", "{\"source\":\"edge\"}", "PROVEN");
                assertThat(Rest.get(backups, "/api/backups/" + backup)
                                .path("partial")
                                .asBoolean())
                        .isFalse();
                await(
                        restores,
                        "/api/restores",
                        "{\"source\":\"edge\",\"target\":{\"kind\":\"new\",\"database\":\"back.db\"}}",
                        "COMPLETED");

                await(
                        restores,
                        "/api/restores",
                        "{\"source\":\"edge\",\"target\":{\"kind\":\"new\",\"database\":\"edge-back\",\"server\":\"edge-d1\"}}",
                        "COMPLETED");
                assertThat(query(d1.file(d1.databases("edge-back").getFirst()), CONTENT))
                        .isEqualTo(query(d1.file(database), CONTENT));
                Path back = restored.resolve("back.db");
                assertThat(query(back, CONTENT)).isEqualTo(query(d1.file(database), CONTENT));
                assertThat(query(back, "SELECT count(*) FROM found WHERE found MATCH 'found'"))
                        .isEqualTo("1");
                assertThat(Rest.post(
                                        restores,
                                        "/api/restores",
                                        "{\"source\":\"edge\",\"tables\":[\"notes\"],\"target\":{\"kind\":\"merge\",\"mode\":\"MERGE\"}}")
                                .body()
                                .toString())
                        .contains("single tables and rows do not go back into a D1 database");
            }
            assertThat(logs()).doesNotContain(token);
        }
    }

    private static String await(URI service, String path, String request, String state) {
        Rest.Answer accepted = Rest.post(service, path, request);
        assertThat(accepted.status()).as(accepted.body().toString()).isEqualTo(202);
        String id = accepted.body().path("id").asText();
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(200)).until(() -> {
            JsonNode shown = Rest.get(service, path + "/" + id);
            assertThat(shown.path("state").asText()).as(shown.toString()).isNotIn("FAILED", "UNPROVEN");
            return shown.path("state").asText().equals(state);
        });
        return id;
    }

    private static String query(Path file, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.getString(1);
        }
    }

    private static Path logFolder() throws IOException {
        return Files.createDirectories(Path.of("target", "logs-d1"));
    }

    private static String logs() throws IOException {
        StringBuilder all = new StringBuilder();
        try (var files = Files.list(logFolder())) {
            for (Path log : files.filter(Files::isRegularFile).toList()) {
                all.append(Files.readString(log));
            }
        }
        assertThat(all).isNotEmpty();
        return all.toString();
    }

    private ServicePlatformOptions options(
            StackAddresses addresses, D1Server d1, String database, String token, Path restored) throws IOException {
        StackAddresses.S3 s3 = addresses.s3();
        String yaml = """
            holdfast:
              vault: %s
              platform: { lease: 8s, heartbeat: 2s }
              sources:
                edge:
                  engine: d1
                  url: "d1://%s/%s"
                  password: { env: E2E_D1 }
                  approval: none
                  d1: { endpoint: "%s", folder: "%s" }
                edge-d1:
                  engine: d1
                  url: "d1://%2$s/%3$s"
                  password: { env: E2E_D1_WRITE }
                  d1: { endpoint: "%4$s", folder: "%5$s", restore-to: d1 }
            """.formatted(Rig.vault(s3), D1Server.ACCOUNT, database, d1.endpoint(), restored);
        return ServicePlatformOptions.of(
                        addresses,
                        Files.writeString(folder.resolve("holdfast.yaml"), yaml),
                        Map.of(
                                "E2E_S3_KEY",
                                s3.accessKey(),
                                "E2E_S3_SECRET",
                                s3.secretKey(),
                                "E2E_D1",
                                token,
                                "E2E_D1_WRITE",
                                d1.token(D1Server.Right.WRITE)),
                        logFolder())
                .only(Service.BACKUP, Service.VERIFIER, Service.RESTORE);
    }
}
