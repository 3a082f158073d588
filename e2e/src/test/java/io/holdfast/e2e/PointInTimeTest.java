package io.holdfast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.devstack.DevStack;
import io.holdfast.devstack.Service;
import io.holdfast.devstack.ServicePlatform;
import io.holdfast.devstack.ServicePlatformOptions;
import io.holdfast.devstack.StackAddresses;
import io.holdfast.devstack.StackOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A migration that dropped a column is undone to the instant before it, by WAL that backup-service archives. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PointInTimeTest {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final String SOURCE = "orders";

    @TempDir
    static Path folder;

    private DevStack stack;
    private ServicePlatform services;

    @BeforeAll
    void start() throws Exception {
        stack = DevStack.start(StackOptions.temporary());
        sql("postgres", "CREATE DATABASE orders");
        sql(SOURCE, "CREATE TABLE placed (id int PRIMARY KEY, customer text NOT NULL)");
        services = ServicePlatform.start(
                options(stack.addresses()).only(Service.BACKUP, Service.RESTORE, Service.VERIFIER));
        Rest.asAdminOf(Path.of("target"));
    }

    @AfterAll
    void stop() {
        services.close();
        stack.close();
    }

    @Test
    void exactlyWhatWasCommittedBeforeTheMigrationIsRestoredThoughBothServicesWereKilled() throws Exception {
        services.kill(Service.VERIFIER); // so that the first proof of an instant finds a backup to compare with
        backup(1);
        awaitWindow(Instant.EPOCH);
        reportsEachMetricOfTheRules();
        insert(1, 5);
        for (int count = 2; count <= 7; count++) {
            backup(count);
        }
        awaitWindow(now());
        services.restart(Service.VERIFIER);

        services.kill(Service.BACKUP);
        insert(6, 8);
        String transaction = query(SOURCE, "INSERT INTO placed VALUES (9, 'c9') RETURNING pg_current_xact_id()::text")
                .getFirst();
        Instant before = now();
        sql(SOURCE, "ALTER TABLE placed DROP COLUMN customer", "INSERT INTO placed VALUES (10)");
        services.restart(Service.BACKUP);
        awaitWindow(before);

        refusesTheFuture();
        JsonNode plan = await(restore(into("planned"), before, ",\"dryRun\":true"), "PLANNED");
        assertThat(plan.path("plan").path("lines").toString())
                .contains("base backup of")
                .contains("WAL segments");
        String restore = restore(into("orders_before"), before, "");
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> shown(restore).path("steps").toString().contains("recovers the server"));
        services.kill(Service.RESTORE);
        services.restart(Service.RESTORE);
        JsonNode done = await(restore, "COMPLETED");

        assertThat(done.path("snapshotAt").asText()).isEqualTo(before.toString());
        assertThat(query("orders_before", "SELECT id || ' ' || customer FROM placed ORDER BY id"))
                .containsExactly("1 c1", "2 c2", "3 c3", "4 c4", "5 c5", "6 c6", "7 c7", "8 c8", "9 c9");
        assertThat(query(SOURCE, "SELECT count(*) FROM placed")).containsExactly("10");
        replaces(transaction, before);
        showsTheProofs();
        dropsTheSlotAndKeepsTheArchiveWhenItIsSwitchedOff();
    }

    /** The server has the databases of the services too: not each backup meets a moment without a transaction. */
    private void backup(int count) {
        assertThat(Rest.post(services.url(Service.BACKUP), "/api/backups", "{\"source\":\"orders\"}")
                        .status())
                .isEqualTo(202);
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() ->
                        Rest.get(services.url(Service.BACKUP), "/api/backups?source=orders")
                                        .findValuesAsText("state")
                                        .stream()
                                        .filter("STORED"::equals)
                                        .count()
                                >= count);
    }

    private void showsTheProofs() {
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> {
            JsonNode proofs = Rest.get(services.url(Service.BACKUP), "/api/sources/orders/windows")
                    .path("servers")
                    .path(0)
                    .path("proofs");
            assertThat(proofs).as(proofs.toString()).hasSizeGreaterThan(1).allSatisfy(proof -> {
                assertThat(proof.path("outcome").asText()).isEqualTo("PROVEN");
                assertThat(proof.path("databases").asInt()).isGreaterThan(1);
            });
            assertThat(proofs.findValues("rows"))
                    .as(proofs.toString())
                    .singleElement()
                    .satisfies(rows -> {
                        assertThat(rows.path("database").asText()).isEqualTo(SOURCE);
                        assertThat(rows.path("tables").asInt()).isEqualTo(1);
                        assertThat(rows.path("differing")).isEmpty();
                    });
        });
    }

    private void dropsTheSlotAndKeepsTheArchiveWhenItIsSwitchedOff() throws IOException {
        Path yaml = folder.resolve("holdfast.yaml");
        Files.writeString(yaml, Files.readString(yaml).replace("wal: {", "wal: { enabled: false,"));

        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> query(
                                "postgres",
                                "SELECT slot_name FROM pg_replication_slots WHERE slot_name = 'holdfast_orders'")
                        .isEmpty());
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> Rest.get(services.url(Service.BACKUP), "/api/sources/orders/windows")
                        .path("archive")
                        .isMissingNode());
        assertThat(windows()).isNotEmpty();
    }

    private void reportsEachMetricOfTheRules() throws IOException {
        String rules = Files.readString(AlertRulesTest.DEPLOY.resolve("prometheus/rules/holdfast.yml"))
                + Files.readString(AlertRulesTest.DEPLOY.resolve("grafana/dashboards/fleet.json"));
        List<String> wanted = AlertRulesTest.found(rules, "(holdfast_wal_[a-z_]+)").stream()
                .distinct()
                .map(metric -> metric + "{source=\"orders\"")
                .toList();
        assertThat(wanted).hasSizeGreaterThan(2);
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(Rest.text(services.url(Service.BACKUP), "/q/metrics"))
                        .contains(wanted));
    }

    private void replaces(String transaction, Instant before) throws SQLException {
        JsonNode done = await(
                requested("{\"kind\":\"replace\"}", ",\"atXid\":" + transaction + ",\"pointInTime\":true"), "WATCHING");

        assertThat(done.path("plan").path("lines").toString())
                .contains("transaction " + transaction + " (committed at");
        assertThat(Instant.parse(done.path("snapshotAt").asText())).isBefore(before);
        assertThat(query(SOURCE, "SELECT id || ' ' || customer FROM placed WHERE id > 8 ORDER BY id"))
                .containsExactly("9 c9");
    }

    private void refusesTheFuture() {
        String from = windows().path(0).path("from").asText();
        assertThat(from).isNotEmpty();
        JsonNode reason = await(restore(into("never"), Instant.now().plusSeconds(3600), ""), "FAILED")
                .path("reason");
        assertThat(reason.path("code").asText()).isEqualTo("POINT_NOT_COVERED");
        assertThat(reason.path("message").asText()).contains("future").contains(from);
    }

    private static String into(String database) {
        return "{\"kind\":\"new\",\"database\":\"" + database + "\"}";
    }

    private String restore(String target, Instant at, String more) {
        return requested(target, ",\"at\":\"" + at + "\",\"pointInTime\":true" + more);
    }

    private String requested(String target, String more) {
        Rest.Answer accepted = Rest.post(
                services.url(Service.RESTORE),
                "/api/restores",
                "{\"source\":\"orders\",\"target\":" + target + more + "}");
        assertThat(accepted.status()).as(accepted.body().toString()).isEqualTo(202);
        return accepted.body().path("id").asText();
    }

    private JsonNode shown(String restore) {
        return Rest.get(services.url(Service.RESTORE), "/api/restores/" + restore);
    }

    private JsonNode await(String restore, String state) {
        List<JsonNode> last = new ArrayList<>();
        Awaitility.await().atMost(PATIENCE).until(() -> {
            JsonNode now = shown(restore);
            last.add(now);
            if (!state.equals("FAILED")) {
                assertThat(now.path("state").asText()).as(now.toString()).isNotEqualTo("FAILED");
            }
            return now.path("state").asText().equals(state);
        });
        return last.getLast();
    }

    private JsonNode windows() {
        return Rest.get(services.url(Service.BACKUP), "/api/sources/orders/windows")
                .path("servers")
                .path(0)
                .path("windows");
    }

    /** Until an instant after this one can be restored. */
    private void awaitWindow(Instant after) {
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(500)).until(() -> {
            String to = windows().path(0).path("to").asText();
            return !to.isEmpty() && Instant.parse(to).isAfter(after);
        });
    }

    private void insert(int from, int to) throws SQLException {
        for (int id = from; id <= to; id++) {
            sql(SOURCE, "INSERT INTO placed VALUES (" + id + ", 'c" + id + "')");
        }
    }

    /** By the server's clock, as commits are. */
    private Instant now() throws SQLException {
        return Instant.parse(query(
                        SOURCE,
                        "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')")
                .getFirst());
    }

    private void sql(String database, String... statements) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private List<String> query(String database, String sql) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                found.add(rows.getString(1));
            }
            return found;
        }
    }

    private Connection connect(String database) throws SQLException {
        StackAddresses.Postgres server = stack.addresses().postgres();
        return DriverManager.getConnection(server.jdbcUrl(database), server.superuser(), server.password());
    }

    private static ServicePlatformOptions options(StackAddresses addresses) throws IOException {
        StackAddresses.S3 s3 = addresses.s3();
        String yaml = """
            holdfast:
              vault: %s
              platform: { lease: 8s, heartbeat: 2s }
              sources:
                orders:
                  engine: postgres
                  url: "%s"
                  password: { env: E2E_ORDERS }
                  approval: none
                  wal: { slot: holdfast_orders, ship: 1s, spool: "%s" }
            """.formatted(
                        Rig.vault(s3),
                        addresses.postgres().uri(addresses.postgres().superuser(), SOURCE),
                        folder.resolve("spool"));
        return ServicePlatformOptions.of(
                addresses,
                Files.writeString(folder.resolve("holdfast.yaml"), yaml),
                Map.of(
                        "E2E_S3_KEY",
                        s3.accessKey(),
                        "E2E_S3_SECRET",
                        s3.secretKey(),
                        "HOLDFAST_RECOVERY_PROOFS_TICK",
                        "5s",
                        "E2E_ORDERS",
                        addresses.postgres().password()),
                Files.createDirectories(Path.of("target", "logs-point-in-time")));
    }
}
