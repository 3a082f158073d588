package io.holdfast.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.cli.local.SampleDatabase;
import io.holdfast.devstack.DevStack;
import io.holdfast.devstack.StackComponent;
import io.holdfast.devstack.StackOptions;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The sample database and the demo's comparison, on a real PostgreSQL. */
class DatabaseDigestTest {
    private static DevStack stack;
    private static SampleDatabase portal;
    private static DatabaseDigest original;
    private static final List<String> STEPS = new ArrayList<>();

    @BeforeAll
    static void create() throws Exception {
        stack = DevStack.start(StackOptions.temporary().only(StackComponent.POSTGRES));
        portal = new SampleDatabase(stack.addresses().postgres());
        assertThat(portal.create((step, number, of) -> STEPS.add(step))).isTrue();
        try (Connection connection = portal.connect(SampleDatabase.NAME)) {
            original = DatabaseDigest.take(connection);
        }
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    @Test
    void theThirteenTablesHoldMoreThan200000Rows() {
        assertThat(original.rows()).isGreaterThan(200_000);
        assertThat(original.tables().keySet())
                .contains("public.activity_log", "public.documents", "public.payments", "public.invoice_items")
                .contains("public.invoices", "public.ticket_comments", "public.tickets", "public.projects")
                .contains("public.subscriptions", "public.service_packages", "public.users", "public.clients")
                .contains("public.\"api_usage_2025-03\"")
                .hasSize(19);
        assertThat(original.definitions())
                .containsKeys("table: public.api_usage", "contents of a materialized view: public.monthly_revenue")
                .doesNotContainKey("contents of a materialized view: public.empty_forecast");
        assertThat(STEPS).hasSizeGreaterThan(10);
    }

    @Test
    void itIsTheSameEachTime() throws Exception {
        run("postgres", "DROP DATABASE portal");
        portal.create((step, number, of) -> {});

        try (Connection connection = portal.connect(SampleDatabase.NAME)) {
            assertThat(original.differences(DatabaseDigest.take(connection))).isEmpty();
        }
    }

    @Test
    void aDatabaseThatIsThereStaysAsItIs() throws Exception {
        assertThat(portal.create((step, number, of) -> {})).isFalse();
    }

    @Test
    void everyChangedObjectIsNamed() throws Exception {
        assertFound(
                "ALTER TABLE tickets DISABLE TRIGGER \"log; changes\" => trigger: \"log; changes\" on public.tickets is defined otherwise",
                "ALTER TABLE tickets DROP CONSTRAINT \"updated after created\" => constraint: \"updated after created\" on public.tickets is missing",
                "ALTER TABLE documents DISABLE ROW LEVEL SECURITY => table: public.documents is defined otherwise",
                "ALTER TABLE clients ALTER tags DROP DEFAULT => column: public.clients.tags is defined otherwise",
                "DROP INDEX tickets_open => index: public.tickets_open is missing",
                "DROP VIEW \"Client Overview\" => view: public.\"Client Overview\" is missing",
                "DROP FUNCTION \"Odd Quoting\"(text) => function: public.\"Odd Quoting\"(input text) is missing",
                "REVOKE SELECT ON tickets FROM portal_readonly => grants: public.tickets is defined otherwise",
                "COMMENT ON TABLE tickets IS NULL => comment: table public.tickets is missing",
                "CREATE TABLE extra (id int) => table public.extra should not be there",
                "REFRESH MATERIALIZED VIEW empty_forecast => contents of a materialized view: public.empty_forecast should not be there",
                "ALTER SEQUENCE invoice_number_seq RESTART => sequence: public.invoice_number_seq (state) is defined otherwise",
                "UPDATE tickets SET description = 'x' WHERE id = 4711 => table public.tickets has other contents in its 30000 rows",
                "UPDATE documents SET content = content || '\\x00' WHERE id = 7 => table public.documents has other contents in its 2000 rows",
                "UPDATE invoices SET exchange_rate = 0 WHERE exchange_rate::text = '-0' AND id < 20 => table public.invoices has other contents in its 20000 rows",
                "UPDATE activity_log SET operator = '' WHERE id = 6 => table public.activity_log has other contents in its 40000 rows",
                "DELETE FROM invoice_items WHERE invoice_id = 3 AND line = 1 => table public.invoice_items has 49999 rows instead of 50000");
    }

    @Test
    void whatMovesOrChangesOtherThingsWithItIsNamedToo() throws Exception {
        assertFound(
                "DROP TABLE payments CASCADE => table public.payments is missing",
                "ALTER TYPE ticket_status RENAME VALUE 'open' TO 'opened' => enum: public.ticket_status is defined otherwise",
                "UPDATE api_usage SET called_at = '2025-06-30' WHERE id = (SELECT min(id) FROM api_usage) => rows instead of",
                "INSERT INTO activity_log SELECT 99999999, action, entity_type FROM activity_log WHERE id = 1 => table public.activity_log has 40001 rows instead of 40000");
    }

    /** @param changes each with what is said of it, after an arrow; they do not cover each other */
    private static void assertFound(String... changes) throws Exception {
        List<String> lines = new ArrayList<>();
        try (Connection connection = portal.connect(SampleDatabase.NAME);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            for (String change : changes) {
                String[] parts = change.split(" => ", 2);
                statement.execute(parts[0]);
                lines.add(parts[1]);
            }

            DatabaseDigest changed = DatabaseDigest.within(connection);

            connection.rollback();
            List<String> differences = original.differences(changed);
            assertThat(lines).allSatisfy(line -> assertThat(differences).anyMatch(found -> found.contains(line)));
        }
    }

    @Test
    void theDisasterIsOne() throws Exception {
        run("postgres", "CREATE DATABASE wreck TEMPLATE portal");
        try (Connection connection = portal.connect("wreck")) {
            assertThat(original.differences(DatabaseDigest.take(connection))).isEmpty();

            SimulatedDisaster.strike(connection);

            assertThat(original.differences(DatabaseDigest.take(connection)))
                    .contains("table public.tickets has 1000 rows instead of 30000", "table public.payments is missing")
                    .contains("table public.invoices has other contents in its 20000 rows")
                    .contains("table public.clients has 2001 rows instead of 2000")
                    .contains("materialized view: public.monthly_revenue is missing");
        }
    }

    private static void run(String database, String sql) throws Exception {
        try (Connection connection = portal.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
