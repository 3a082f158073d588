package io.holdfast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.holdfast.devstack.DevStack;
import io.holdfast.devstack.Service;
import io.holdfast.devstack.ServicePlatform;
import io.holdfast.devstack.ServicePlatformOptions;
import io.holdfast.devstack.StackAddresses;
import io.holdfast.devstack.StackOptions;
import io.holdfast.devstack.d1.D1Server;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A D1 database in use comes back in place: from a backup as a runbook has it, and by Time Travel. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class D1RunbookTest {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final String APPROVER = "approver-of-restores-0123456789abcdef";
    private static final List<String> TABLES = List.of(
            "clients",
            "users",
            "service_packages",
            "subscriptions",
            "projects",
            "tickets",
            "ticket_comments",
            "invoices",
            "invoice_items",
            "payments",
            "documents",
            "api_usage",
            "activity_log");

    /** Of the runbook: counts, orphans, and the newest records. */
    private static final List<String> VERIFICATION = List.of(
            "SELECT group_concat(n, ' ') FROM (SELECT 'clients ' || count(*) n FROM clients UNION ALL SELECT 'users '"
                    + " || count(*) FROM users UNION ALL SELECT 'projects ' || count(*) FROM projects UNION ALL SELECT"
                    + " 'tickets ' || count(*) FROM tickets UNION ALL SELECT 'invoices ' || count(*) FROM invoices UNION"
                    + " ALL SELECT 'payments ' || count(*) FROM payments)",
            "SELECT count(*) FROM users WHERE client_id NOT IN (SELECT id FROM clients)",
            "SELECT count(*) FROM tickets WHERE client_id NOT IN (SELECT id FROM clients)",
            "SELECT count(*) FROM invoices WHERE client_id NOT IN (SELECT id FROM clients)",
            "SELECT name || created_at FROM clients ORDER BY created_at DESC LIMIT 1",
            "SELECT title || created_at FROM tickets ORDER BY created_at DESC LIMIT 1");

    /** Rows of the runbook's database are so many times 20,000: {@code -Dholdfast.d1.scale=10} runs it with 200,000. */
    private static final int SCALE = Integer.getInteger("holdfast.d1.scale", 1);

    private static final int ROWS = 20_000 * SCALE;
    private static final Pattern ROW_COUNT = Pattern.compile("n < (?<rows>\\d+)\\)");

    @TempDir
    static Path folder;

    private final List<String> maintenance = new CopyOnWriteArrayList<>();
    private Instant last = Instant.now();
    private HttpServer application;
    private D1Server d1;
    private DevStack stack;
    private ServicePlatform services;
    private String portal;
    private String desk;
    private String till;

    @BeforeAll
    void start() throws IOException {
        application = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 5);
        application.createContext("/", exchange -> {
            maintenance.add(exchange.getRequestURI().getPath());
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        application.start();
        d1 = D1Server.start(folder.resolve("d1"));
        portal = d1.create("portal");
        desk = d1.create("desk");
        till = d1.create("till");
        stack = DevStack.start(StackOptions.temporary());
        services = ServicePlatform.start(options(stack.addresses()));
        Rest.asAdminOf(Path.of("target"));
    }

    @AfterEach
    void noHook() {
        d1.before(request -> {});
    }

    @AfterAll
    void stop() {
        services.close();
        stack.close();
        d1.close();
        application.stop(0);
    }

    @Test
    void theRunbookBringsTheDatabaseBackThoughTheRestoreIsKilled() throws Exception {
        d1.sql(portal, statements());
        d1.keepHistory(portal, true);
        List<String> verified = verification();
        Map<String, String> before = digests(d1.file(portal));
        assertThat(rows(d1.file(portal))).isEqualTo(ROWS);
        measured("preparation");

        Rest.Answer made = Rest.call(
                services.url(Service.BACKUP),
                "POST",
                "/api/admin/backup?source=portal",
                null,
                Map.of("Authorization", "Bearer " + services.adminToken()));
        assertThat(made.status()).as(made.body().toString()).isEqualTo(200);
        assertThat(made.body().path("backup").path("tables"))
                .extracting(JsonNode::asText)
                .containsAll(TABLES);
        awaitProven("portal");
        measured("backup and proof");
        if (SCALE > 1) {
            again();
        }
        d1.sql(
                portal,
                "DELETE FROM tickets WHERE rowid % 3 = 0",
                "DELETE FROM clients WHERE rowid < 50",
                "UPDATE invoices SET total = 0",
                "DROP TABLE payments");
        Map<String, String> disaster = digests(d1.file(portal));
        AtomicInteger loading = killedWhileLoading();

        String restore = restore("portal", ",\"why\":\"tickets were deleted\"");
        Awaitility.await().atMost(PATIENCE).until(() -> !services.isRunning(Service.RESTORE));
        services.restart(Service.RESTORE);
        JsonNode shown = await(restore, "WATCHING");
        measured("restore with a killed process");

        assertThat(loading.get()).isGreaterThan(3);
        assertThat(verification()).isEqualTo(verified);
        assertThat(digests(d1.file(portal))).isEqualTo(before);
        assertThat(shown.path("rows").asLong()).isGreaterThanOrEqualTo(ROWS);
        assertThat(shown.path("bookmark").asText()).isNotEmpty();
        assertThat(shown.path("safetyBackupId").asText()).isNotEmpty();
        assertThat(maintenance.getFirst()).isEqualTo("/on");
        assertThat(maintenance.getLast()).isEqualTo("/off");
        report(restore);
        activity();

        rollBack(restore);
        measured("rollback");
        assertThat(digests(d1.file(portal))).isEqualTo(disaster);
    }

    /** An unchanged database is backed up again. */
    private void again() {
        Rest.post(services.url(Service.BACKUP), "/api/backups", "{\"source\":\"portal\"}");
        Awaitility.await().atMost(PATIENCE).until(() -> backups("portal").size() == 2);
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> backups("portal").stream()
                        .allMatch(backup -> backup.path("state").asText().equals("PROVEN")));
        measured("second backup and proof");
        backups("portal").forEach(backup -> System.out.println("D1 runbook: " + backup));
    }

    /** Prints time and requests since the last call, of a larger database. */
    private void measured(String what) {
        if (SCALE > 1) {
            System.out.println("D1 runbook: " + what + ": "
                    + Duration.between(last, Instant.now()).toSeconds() + " s, "
                    + d1.requests().size() + " requests");
            last = Instant.now();
        }
    }

    /** The process dies after the live database was emptied and some of it was written again. */
    private AtomicInteger killedWhileLoading() {
        AtomicInteger loading = new AtomicInteger();
        d1.before(request -> {
            if (request.endsWith("/raw") && isIncomplete(portal) && loading.incrementAndGet() == 3) {
                services.kill(Service.RESTORE);
            }
        });
        return loading;
    }

    private boolean isIncomplete(String database) {
        try {
            return query(
                            d1.file(database),
                            "SELECT count(*) FROM sqlite_schema WHERE name = 'holdfast_restore_incomplete'")
                    .equals("1");
        } catch (SQLException e) {
            return false; // it is being written at this moment
        }
    }

    private void report(String restore) {
        JsonNode report = Rest.get(services.url(Service.RESTORE), "/api/restores/" + restore + "/report?format=json");
        assertThat(report.path("outcome").asText()).isEqualTo("WATCHING");
        assertThat(report.path("reason").asText()).isEqualTo("tickets were deleted");
        for (String field :
                List.of("backupId", "snapshotAt", "requester", "requestedAt", "switchedAt", "availableAt")) {
            assertThat(report.path(field).asText()).as(field).isNotEmpty();
        }
        assertThat(report.path("steps").findValuesAsText("name"))
                .containsSubsequence(
                        "loading",
                        "checking",
                        "safety",
                        "maintenance_on",
                        "applying",
                        "health",
                        "maintenance_off",
                        "watching");
        assertThat(report.path("plan").toString())
                .contains("overwritten where it is")
                .contains("way back");
        assertThat(report.path("checklist")).isNotEmpty();
    }

    private void activity() {
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(
                                Rest.get(services.url(Service.AUDIT), "/api/activity?source=portal&limit=200")
                                        .findValuesAsText("action"))
                        .contains("maintenance_started", "restore_switched", "maintenance_ended", "database_restored"));
    }

    @Test
    void timeTravelBringsAnEarlierStateBackAfterAnApprovalAndARollbackTheOneBefore() throws Exception {
        d1.sql(
                desk,
                "CREATE TABLE notes (id INTEGER PRIMARY KEY, v)",
                "INSERT INTO notes VALUES (1, 'one'), (2, 'two')");
        d1.keepHistory(desk, true);
        backedUp("desk");
        Instant good = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        d1.sql(desk, "DELETE FROM notes WHERE id = 1", "INSERT INTO notes VALUES (3, 'later')");

        String earlier = ",\"at\":\"" + good + "\",\"pointInTime\":true";
        JsonNode plan =
                await(restore("desk", earlier + ",\"dryRun\":true"), "PLANNED").path("plan");
        assertThat(plan.path("bookmark").asText()).isNotEmpty();
        assertThat(plan.path("lines").toString())
                .contains(good.toString())
                .contains(plan.path("bookmark").asText())
                .contains("everything written after");
        assertThat(notes()).isEqualTo("2,3");

        String restore = restore("desk", earlier);
        await(restore, "AWAITING_APPROVAL");
        assertThat(notes()).isEqualTo("2,3");
        approve(restore);
        JsonNode shown = await(restore, "WATCHING");

        assertThat(notes()).isEqualTo("1,2");
        assertThat(shown.path("snapshotAt").asText()).isEqualTo(good.toString());
        assertThat(shown.path("safetyBackupId").asText()).isNotEmpty();
        assertThat(shown.path("previousBookmark").asText()).isNotEmpty();
        assertThat(shown.path("backupId").isMissingNode()).isTrue();
        rollBack(restore);
        assertThat(notes()).isEqualTo("2,3");

        refused("2020-01-01T00:00:00Z");
        refused(Instant.now().plusSeconds(3600).toString());
        assertThat(Rest.post(
                                services.url(Service.RESTORE),
                                "/api/restores",
                                "{\"source\":\"desk\",\"target\":{\"kind\":\"new\",\"database\":\"copy.db\"}" + earlier
                                        + "}")
                        .body()
                        .toString())
                .contains("REQUEST_INVALID")
                .contains("cannot be copied into another database");
    }

    @Test
    void aDatabaseThatIsNotEqualAfterwardsGoesBackToItsStateBefore() throws Exception {
        d1.sql(till, "CREATE TABLE sales (id INTEGER PRIMARY KEY, v)", "INSERT INTO sales VALUES (1, 'one')");
        d1.keepHistory(till, true);
        backedUp("till");
        d1.sql(till, "INSERT INTO sales VALUES (2, 'two')");
        Map<String, String> before = digests(d1.file(till));
        d1.before(request -> {
            if (request.endsWith("/bookmark") && isIncomplete(till)) {
                d1.sql(till, "INSERT INTO sales VALUES (3, 'the application does not keep to the maintenance')");
            }
        });

        JsonNode shown = await(restore("till", ""), "ROLLED_BACK");

        assertThat(shown.path("reason").path("code").asText()).isEqualTo("ROWS_DIFFER");
        assertThat(shown.path("steps").findValuesAsText("detail").toString())
                .contains("is equal to what was read before the restore");
        assertThat(digests(d1.file(till))).isEqualTo(before);
    }

    private void refused(String at) {
        JsonNode reason = await(restore("desk", ",\"at\":\"" + at + "\",\"pointInTime\":true"), "FAILED")
                .path("reason");
        assertThat(reason.path("code").asText()).isEqualTo("POINT_IN_TIME_UNAVAILABLE");
        assertThat(reason.path("message").asText()).contains("30 days");
    }

    private String notes() throws SQLException {
        return query(d1.file(desk), "SELECT group_concat(id, ',') FROM (SELECT id FROM notes ORDER BY id)");
    }

    private String restore(String source, String more) {
        Rest.Answer accepted = Rest.post(
                services.url(Service.RESTORE),
                "/api/restores",
                "{\"source\":\"" + source + "\",\"target\":{\"kind\":\"replace\"}" + more + "}");
        assertThat(accepted.status()).as(accepted.body().toString()).isEqualTo(202);
        return accepted.body().path("id").asText();
    }

    private void approve(String restore) {
        Rest.Answer approved = Rest.call(
                services.url(Service.RESTORE),
                "POST",
                "/api/restores/" + restore + "/approval",
                "{}",
                Map.of("Authorization", "Bearer " + APPROVER));
        assertThat(approved.status()).as(approved.body().toString()).isLessThan(300);
    }

    private void rollBack(String restore) {
        Rest.Answer asked = Rest.post(services.url(Service.RESTORE), "/api/restores/" + restore + "/rollback", "{}");
        assertThat(asked.status()).as(asked.body().toString()).isLessThan(300);
        await(restore, "ROLLED_BACK");
    }

    private JsonNode await(String restore, String state) {
        List<JsonNode> last = new ArrayList<>();
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(200)).until(() -> {
            JsonNode shown = Rest.get(services.url(Service.RESTORE), "/api/restores/" + restore);
            last.add(shown);
            String now = shown.path("state").asText();
            if (!now.equals(state) && !state.equals("ROLLED_BACK")) {
                assertThat(now).as(shown.toString()).isNotIn("FAILED", "ROLLED_BACK");
            }
            return now.equals(state);
        });
        return last.getLast();
    }

    private void backedUp(String source) {
        Rest.Answer accepted =
                Rest.post(services.url(Service.BACKUP), "/api/backups", "{\"source\":\"" + source + "\"}");
        assertThat(accepted.status()).as(accepted.body().toString()).isEqualTo(202);
        awaitProven(source);
    }

    private void awaitProven(String source) {
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> backups(source).stream()
                        .anyMatch(backup -> backup.path("state").asText().equals("PROVEN")));
    }

    private List<JsonNode> backups(String source) {
        return StreamSupport.stream(
                        Rest.get(services.url(Service.BACKUP), "/api/backups?source=" + source)
                                .path("items")
                                .spliterator(),
                        false)
                .toList();
    }

    private List<String> verification() throws SQLException {
        List<String> answers = new ArrayList<>();
        for (String query : VERIFICATION) {
            answers.add(query(d1.file(portal), query));
        }
        return answers;
    }

    private static String query(Path file, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.getString(1);
        }
    }

    private static long rows(Path file) throws SQLException {
        long rows = 0;
        for (String table : TABLES) {
            rows += Long.parseLong(query(file, "SELECT count(*) FROM " + table));
        }
        return rows;
    }

    /** By object, of its definition and all its rows. */
    private static Map<String, String> digests(Path file) throws Exception {
        Map<String, String> digests = new TreeMap<>();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            try (ResultSet objects = statement.executeQuery(
                    "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT GLOB '_cf_*'")) {
                while (objects.next()) {
                    digests.put(objects.getString(1), objects.getString(2));
                }
            }
            List<String> tables = digests.entrySet().stream()
                    .filter(object -> object.getValue().startsWith("CREATE TABLE"))
                    .map(Map.Entry::getKey)
                    .toList();
            for (String table : tables) {
                digests.merge(table, digest(statement, table), String::concat);
            }
        }
        return digests;
    }

    private static String digest(Statement statement, String table) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        try (ResultSet rows = statement.executeQuery("SELECT rowid, * FROM " + table + " ORDER BY rowid")) {
            int columns = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                for (int i = 1; i <= columns; i++) {
                    byte[] value = rows.getBytes(i);
                    digest.update(value == null ? new byte[] {0} : value);
                    digest.update((byte) '\n');
                }
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static String[] statements() throws IOException {
        // that of ./holdfast up --with d1
        return Files.readAllLines(Path.of("..", "cli/src/main/resources/io/holdfast/cli/demo/portal-d1.sql")).stream()
                .filter(line -> !line.isBlank())
                .map(D1RunbookTest::scaled)
                .toArray(String[]::new);
    }

    private static String scaled(String statement) {
        return ROW_COUNT
                .matcher(statement)
                .replaceAll(count -> "n < " + SCALE * Integer.parseInt(count.group("rows")) + ")");
    }

    private ServicePlatformOptions options(StackAddresses addresses) throws IOException {
        StackAddresses.S3 s3 = addresses.s3();
        URI hooks = URI.create("http://127.0.0.1:" + application.getAddress().getPort());
        String yaml = """
            holdfast:
              vault: %s
              platform: { lease: 8s, heartbeat: 2s }
              sources:
                portal:
                  engine: d1
                  url: "d1://%s/%s"
                  password: { env: E2E_D1 }
                  restore: { password: { env: E2E_D1_WRITE } }
                  approval: none
                  maintenance: { on: { webhook: "%6$s/on" }, off: { webhook: "%6$s/off" } }
                  d1: { endpoint: "%4$s", folder: "%5$s" }
                desk:
                  engine: d1
                  url: "d1://%2$s/%7$s"
                  password: { env: E2E_D1 }
                  restore: { password: { env: E2E_D1_WRITE } }
                  d1: { endpoint: "%4$s" }
                till:
                  engine: d1
                  url: "d1://%2$s/%8$s"
                  password: { env: E2E_D1 }
                  restore: { password: { env: E2E_D1_WRITE } }
                  approval: none
                  d1: { endpoint: "%4$s", folder: "%5$s" }
              access:
                tokens:
                  ben: { token: { env: E2E_APPROVER }, roles: [approver] }
            """.formatted(
                        Rig.vault(s3),
                        D1Server.ACCOUNT,
                        portal,
                        d1.endpoint(),
                        Files.createDirectories(folder.resolve("restored")),
                        hooks,
                        desk,
                        till);
        return ServicePlatformOptions.of(
                        addresses,
                        Files.writeString(folder.resolve("holdfast.yaml"), yaml),
                        Map.of(
                                "E2E_S3_KEY",
                                s3.accessKey(),
                                "E2E_S3_SECRET",
                                s3.secretKey(),
                                "E2E_D1",
                                d1.token(D1Server.Right.READ),
                                "E2E_D1_WRITE",
                                d1.token(D1Server.Right.WRITE),
                                "E2E_APPROVER",
                                APPROVER),
                        Files.createDirectories(Path.of("target", "logs-d1-runbook")))
                .only(Service.BACKUP, Service.VERIFIER, Service.RESTORE, Service.AUDIT);
    }
}
