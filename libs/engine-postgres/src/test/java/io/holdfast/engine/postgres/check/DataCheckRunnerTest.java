package io.holdfast.engine.postgres.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.contracts.CheckResult;
import io.holdfast.contracts.CheckResult.Outcome;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.check.DataCheck;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.Databases;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DataCheckRunnerTest {
    private static final Instant SNAPSHOT = Instant.parse("2026-01-15T12:00:00Z");
    private static final Duration LONG = Duration.ofMinutes(1);

    private final DatabaseAddress shop = Databases.fresh();

    private CheckResult asked(DataCheck check) {
        return asked(List.of(check), LONG).getFirst();
    }

    private List<CheckResult> asked(List<DataCheck> checks, Duration each) {
        try (TargetServer target = Databases.ENGINE.target(Databases.server(), PasswordSupplier.none());
                TargetDatabase database = target.open(shop.database(), LoadOptions.defaults())) {
            return database.check(checks, each);
        }
    }

    private static QualifiedName table(String name) {
        return new QualifiedName("public", name);
    }

    private static DataCheck.Assertion query(String query, String expected) {
        return new DataCheck.Assertion("it", query, expected);
    }

    @Test
    void rowsWithoutAParentAreFoundWhetherTheirKeyWasValidatedOrNot() {
        Databases.sql(
                shop,
                "CREATE TABLE clients (id int PRIMARY KEY); INSERT INTO clients SELECT generate_series(1, 9)",
                "CREATE TABLE tickets (id int PRIMARY KEY, client int REFERENCES clients)",
                "CREATE TABLE \"Odd Notes\" (client int)",
                "INSERT INTO tickets VALUES (1, 1), (2, NULL)",
                "SET session_replication_role = replica; INSERT INTO tickets SELECT g, 100 FROM generate_series(3, 7) g",
                "INSERT INTO \"Odd Notes\" VALUES (5), (77)",
                "ALTER TABLE \"Odd Notes\" ADD CONSTRAINT late FOREIGN KEY (client) REFERENCES clients NOT VALID");

        CheckResult result = asked(new DataCheck.ForeignKeys());

        assertThat(result.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(result.finding())
                .isEqualTo("2 of 2 have rows without a parent: late of public.Odd Notes: 1 row (client=77);"
                        + " tickets_client_fkey of public.tickets: 5 rows (id=3, id=4, id=5, …)");
    }

    @Test
    void compositeKeysAreReadAsTheirMatchSays() {
        Databases.sql(
                shop,
                "CREATE TABLE parents (a int, b text, PRIMARY KEY (a, b)); INSERT INTO parents VALUES (1, 'x')",
                "CREATE TABLE simple (id int PRIMARY KEY, a int, b text, FOREIGN KEY (a, b) REFERENCES parents)",
                "CREATE TABLE whole (a int, b text, FOREIGN KEY (a, b) REFERENCES parents MATCH FULL)",
                "INSERT INTO simple VALUES (1, 1, 'x'), (2, NULL, 'y'), (3, 9, NULL)",
                "INSERT INTO whole VALUES (1, 'x'), (NULL, NULL)");
        assertThat(asked(new DataCheck.ForeignKeys()).outcome()).isEqualTo(Outcome.PASSED);

        Databases.sql(
                shop,
                "SET session_replication_role = replica; INSERT INTO simple VALUES (4, 1, 'z')",
                "INSERT INTO whole VALUES (NULL, 'x'), (1, NULL)");

        assertThat(asked(new DataCheck.ForeignKeys()).finding())
                .contains("simple_a_b_fkey of public.simple: 1 row (id=4)")
                .contains("whole_a_b_fkey of public.whole: 2 rows ((a=1, b=null), (a=null, b=x))");
    }

    @Test
    void partitionsAreAskedOnceThroughTheirRootAndTypesOfExtensionsByTheirOwnOperators() {
        Databases.sql(
                shop,
                "CREATE EXTENSION citext",
                "CREATE TABLE names (name citext PRIMARY KEY); INSERT INTO names VALUES ('Ada')",
                "CREATE TABLE logs (id int, name citext REFERENCES names) PARTITION BY RANGE (id)",
                "CREATE TABLE logs_1 PARTITION OF logs FOR VALUES FROM (0) TO (10)",
                "CREATE TABLE logs_2 PARTITION OF logs FOR VALUES FROM (10) TO (20)",
                "INSERT INTO logs VALUES (1, 'ADA')",
                "SET session_replication_role = replica; INSERT INTO logs VALUES (2, 'Bob'), (12, 'Bob')");

        assertThat(asked(new DataCheck.ForeignKeys()).finding())
                .isEqualTo(
                        "1 of 1 have rows without a parent: logs_name_fkey of public.logs: 2 rows (name=Bob, name=Bob)");
    }

    @Test
    void configuredReferencesNeedNoConstraint() {
        Databases.sql(
                shop,
                "CREATE TABLE clients (id int); INSERT INTO clients VALUES (1), (NULL)",
                "CREATE TABLE tickets (id int PRIMARY KEY, client bigint)",
                "INSERT INTO tickets VALUES (1, 1), (2, NULL)");
        var check = new DataCheck.Orphans(table("tickets"), "client", table("clients"), "id");
        assertThat(asked(check)).isEqualTo(check.passed());

        Databases.sql(shop, "INSERT INTO tickets VALUES (3, 8)");

        assertThat(asked(check)).isEqualTo(check.failed("1 row (id=3) without a parent"));
        assertThat(check.name()).isEqualTo("orphans: public.tickets.client in public.clients.id");
    }

    @Test
    void whatIsNotThereIsNotRunAndDoesNotKeepOthersFromBeingAsked() {
        Databases.sql(shop, "CREATE TABLE tickets (id int, client text)");

        List<CheckResult> results = asked(
                List.of(
                        new DataCheck.Orphans(table("tickets"), "client", table("clients"), "id"),
                        new DataCheck.Orphans(table("tickets"), "client", table("tickets"), "id"),
                        new DataCheck.Fresh(table("tickets"), "id", LONG, SNAPSHOT),
                        query("SELEC 1", "1"),
                        query("SELECT 1", "1")),
                LONG);

        assertThat(results)
                .extracting(CheckResult::outcome)
                .containsExactly(Outcome.NOT_RUN, Outcome.NOT_RUN, Outcome.NOT_RUN, Outcome.NOT_RUN, Outcome.PASSED);
        assertThat(results.getFirst().finding()).contains("relation \"public.clients\" does not exist");
    }

    @Test
    void constraintsAndIndexesThatAreNotValidAreNamed() {
        Databases.sql(shop, "CREATE TABLE t (id int CHECK (id > 0)); INSERT INTO t VALUES (1), (1)");
        assertThat(asked(new DataCheck.Constraints()).outcome()).isEqualTo(Outcome.PASSED);

        Databases.sql(
                shop,
                "ALTER TABLE t ADD CONSTRAINT later CHECK (id < 9) NOT VALID; CREATE INDEX \"By Id\" ON t (id)",
                "UPDATE pg_index SET indisvalid = false WHERE indexrelid = '\"By Id\"'::regclass");

        assertThat(asked(new DataCheck.Constraints()).finding())
                .contains("constraint later of t is not validated; index \"By Id\" is not valid");
    }

    @ParameterizedTest
    @CsvSource({
        "timestamptz, 2026-01-15 11:30:00Z, PASSED",
        "timestamptz, 2026-01-15 10:59:00Z, FAILED",
        "timestamptz, 2026-01-15 12:00:30Z, PASSED",
        "timestamptz, 2026-01-15 12:02:00Z, FAILED",
        "timestamptz, infinity, FAILED",
        "timestamp, 2026-01-15 11:30:00, PASSED",
        "timestamp, 2026-01-15 13:00:00, FAILED",
        "date, 2026-01-15, FAILED",
    })
    void theLatestTimeIsRecentAndNoneIsInTheFuture(String type, String latest, Outcome outcome) {
        Databases.sql(
                shop,
                "CREATE TABLE t (at " + type + "); INSERT INTO t VALUES ('2025-01-01'), (NULL), ('" + latest + "')");

        assertThat(asked(new DataCheck.Fresh(table("t"), "at", Duration.ofHours(1), SNAPSHOT))
                        .outcome())
                .isEqualTo(outcome);
    }

    @Test
    void aColumnWithoutAnyTimeIsNotFresh() {
        Databases.sql(shop, "CREATE TABLE t (at timestamptz); INSERT INTO t VALUES (NULL)");

        assertThat(asked(new DataCheck.Fresh(table("t"), "at", LONG, SNAPSHOT)).finding())
                .isEqualTo("there is no time in 1 row");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT count(*) FROM t | 2 | PASSED",
                "SELECT count(*) FROM t | 3 | FAILED",
                "SELECT 0.50 | 0.5 | PASSED",
                "SELECT true | true | PASSED",
                "SELECT 'a' | a | PASSED",
                "SELECT NULL::int | 0 | FAILED",
                "SELECT id FROM t | 1 | FAILED",
                "SELECT id FROM t WHERE false | 1 | FAILED",
                "SELECT 1, 2 | 1 | NOT_RUN",
                "SELECT 1 / (id - 1) FROM t | 1 | FAILED",
                "SELECT raising() | 1 | FAILED",
                "SELECT missing() | 1 | NOT_RUN",
                "DELETE FROM t RETURNING 1 | 1 | NOT_RUN",
                "SELECT 1; SELECT 1 | 1 | NOT_RUN",
                "COMMIT; DELETE FROM t | 1 | NOT_RUN",
                "SELECT set_config('transaction_read_only', 'off', false) | off | NOT_RUN",
            })
    void queriesHaveTheAnswerThatIsExpected(String query, String expected, Outcome outcome) {
        Databases.sql(
                shop,
                "CREATE TABLE t (id int); INSERT INTO t VALUES (1), (2)",
                "CREATE FUNCTION raising() RETURNS int LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''hunter2''; END'");

        CheckResult result = asked(query(query, expected));

        assertThat(result.outcome()).as(String.valueOf(result.finding())).isEqualTo(outcome);
        assertThat(String.valueOf(result.finding())).doesNotContain("hunter2");
        assertThat(Databases.query(shop, "SELECT count(*) FROM t")).containsExactly("2");
    }

    @Test
    void aQueryThatTakesTooLongIsEndedAndTheNextOneIsAsked() {
        List<CheckResult> results =
                asked(List.of(query("SELECT pg_sleep(600)", ""), query("SELECT 1", "1")), Duration.ofSeconds(1));

        assertThat(results.getFirst().outcome()).isEqualTo(Outcome.NOT_RUN);
        assertThat(results.getFirst().finding()).startsWith("it took longer than 1 s");
        assertThat(results.getLast().outcome()).isEqualTo(Outcome.PASSED);
    }

    @Test
    void aConnectionThatIsLostIsAResultToo() {
        List<CheckResult> results = asked(
                List.of(query("SELECT pg_terminate_backend(pg_backend_pid())", "t"), query("SELECT 1", "1")), LONG);

        assertThat(results).extracting(CheckResult::outcome).containsExactly(Outcome.NOT_RUN, Outcome.PASSED);
    }

    @Test
    void rowsAreCountedAndComparedAndATableThatIsGoneHasNone() {
        Databases.sql(
                shop,
                "CREATE TABLE a (id int); INSERT INTO a VALUES (1), (2)",
                "CREATE TABLE child () INHERITS (a); INSERT INTO child VALUES (3)",
                "CREATE TABLE p (id int) PARTITION BY RANGE (id)",
                "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (9); INSERT INTO p VALUES (1)");
        var right = new DataCheck.Rows(Map.of(table("a"), 2L, table("child"), 1L, table("p"), 1L));
        var wrong = new DataCheck.Rows(Map.of(table("a"), 3L, table("gone"), 7L));

        assertThat(asked(right)).isEqualTo(right.passed());
        assertThat(asked(wrong))
                .isEqualTo(wrong.failed("public.a has 2 rows instead of 3; public.gone has 0 rows instead of 7"));
    }
}
