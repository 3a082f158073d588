package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables of real names and sizes on a terminal of 80 columns. */
class TableWidthTest {
    private static final String FIRST = "0197f0c4-6a2e-7b1c-9d55-0b6d4d2f1a77";
    private static final String SECOND = "0197f0c4-6a2e-7b1c-8000-000000000001";
    private static final String TOTALS =
            ",\"totals\":{\"tables\":13,\"rows\":12308022,\"bytes\":64100000,\"storedBytes\":39200000,\"reusedBytes\":0}";
    private FakeServices services;

    @BeforeEach
    void start() throws IOException {
        services = new FakeServices();
        String backups = "{\"items\":[" + backup(FIRST, "customer-portal-production", "PROVEN", "before-migration-4711")
                + "," + backup(SECOND, "ledger", "REQUESTED", "nightly") + "]}";
        String sources = "{\"items\":[{\"id\":\"1\",\"name\":\"customer-portal-production\",\"engine\":\"postgres\","
                + "\"environment\":\"production\",\"lastBackup\":" + backup(FIRST, "ledger", "REQUESTED", "x")
                + ",\"lastProven\":" + backup(FIRST, "ledger", "PROVEN", "x") + "}]}";
        services.on("GET /q/health/ready", 503, """
                        {"status":"DOWN","checks":[{"name":"Messaging - readiness check","status":"DOWN"},
                        {"name":"database connections health check","status":"DOWN"}]}""")
                .on("GET /api/backups", backups)
                .on("GET /api/restores", backups)
                .on("GET /api/sources", sources)
                .on("GET /api/vault", "{\"id\":\"1\",\"keyId\":\"ab12\",\"escrow\":{\"where\":\"safe\"}}")
                .on(
                        "GET /api/activity",
                        "{\"items\":[" + activity("restore_cancellation_requested", FIRST) + ","
                                + activity("event_dead_lettered", "holdfast.verification.requests.v1.dlq/0/4711")
                                + "]}");
    }

    @AfterEach
    void stop() {
        services.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"backups", "sources", "activity", "status"})
    void noLineIsLongerThan80Columns(String command) {
        assertThat(lines(command))
                .hasSizeGreaterThan(1)
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
    }

    @Test
    void whatRunsFitsToo() {
        services.ready();

        assertThat(lines("status"))
                .anyMatch(line -> line.contains("customer-po"))
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
    }

    @Test
    void idsAreAsShortAsTheyDiffer() {
        assertThat(lines("backups").get(1))
                .startsWith("0197f0c4-6a2e-7b1c-9  customer-")
                .contains("PROVEN held");
        assertThat(lines("backups").get(2)).startsWith("0197f0c4-6a2e-7b1c-8  ledger");
        assertThat(lines("activity").get(1)).endsWith("  0197f0c4-6a2e");
    }

    @Test
    void aWideTerminalShowsAllColumns() {
        String[] args = {"backups"};
        String out = new Shell()
                .with("HOLDFAST_URL", services.url())
                .columns(160)
                .run(args)
                .out();

        assertThat(out).contains("ROWS", "STORED", "customer-portal-production", "12,308,022", "before-migration-4711");
    }

    @Test
    void jsonHasWholeIds() {
        assertThat(String.join("", lines("backups", "--json"))).contains(FIRST, SECOND);
    }

    private static String backup(String id, String source, String state, String label) {
        return "{\"id\":\"" + id + "\",\"source\":{\"id\":\"0197f0c4-6a2e-7b1c-9d55-000000000001\",\"name\":\"" + source
                + "\"},\"state\":\"" + state
                + "\",\"requestedAt\":\"2026-01-15T14:30:00Z\",\"partial\":false,\"labels\":[\""
                + label + "\"],\"held\":{\"by\":\"me\",\"at\":\"2026-01-15T14:30:00Z\"},\"progress\":{\"phase\":"
                + "\"reading\",\"doneBytes\":39200000,\"doneRows\":5}" + TOTALS + "}";
    }

    private static String activity(String action, String entity) {
        return "{\"action\":\"" + action + "\",\"entityType\":\"verification\",\"entityId\":\"" + entity
                + "\",\"source\":\"customer-portal-production\",\"operator\":\"ops@example.org\",\"status\":\"success\","
                + "\"createdAt\":\"2026-01-15T14:30:05.123Z\"}";
    }

    private List<String> lines(String... args) {
        return new Shell()
                .with("HOLDFAST_URL", services.url())
                .run(args)
                .out()
                .lines()
                .toList();
    }
}
