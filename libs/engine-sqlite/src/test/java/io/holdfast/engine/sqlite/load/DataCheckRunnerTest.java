package io.holdfast.engine.sqlite.load;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.contracts.CheckResult;
import io.holdfast.contracts.CheckResult.Outcome;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.check.DataCheck;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.sqlite.SqliteEngine;
import io.holdfast.engine.sqlite.SqliteFile;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DataCheckRunnerTest {
    private static final Instant SNAPSHOT = Instant.parse("2026-01-15T12:00:00Z");

    @TempDir
    Path directory;

    private Path shop = Path.of("");

    @BeforeEach
    void create() {
        shop = SqliteFile.create(
                directory.resolve("shop.db"),
                "PRAGMA journal_mode = WAL",
                "CREATE TABLE clients (id INTEGER PRIMARY KEY)",
                "CREATE TABLE tickets (id INTEGER PRIMARY KEY, client INTEGER REFERENCES clients, at, CHECK (id > 0))",
                "INSERT INTO clients VALUES (1), (2)",
                "INSERT INTO tickets VALUES (1, 1, NULL), (2, NULL, NULL)");
    }

    private CheckResult asked(DataCheck check) {
        return asked(List.of(check), Duration.ofMinutes(1)).getFirst();
    }

    private List<CheckResult> asked(List<DataCheck> checks, Duration each) {
        try (TargetServer target = new SqliteEngine().target(requireNonNull(shop.getParent()));
                TargetDatabase database = target.open("shop.db", LoadOptions.defaults())) {
            return database.check(checks, each);
        }
    }

    private static QualifiedName table(String name) {
        return new QualifiedName("main", name);
    }

    @Test
    void rowsWithoutAParentAreFoundDeclaredOrConfigured() {
        var configured = new DataCheck.Orphans(table("tickets"), "client", table("clients"), "id");
        assertThat(asked(new DataCheck.ForeignKeys()).outcome()).isEqualTo(Outcome.PASSED);
        assertThat(asked(configured)).isEqualTo(configured.passed());

        SqliteFile.run(shop, "INSERT INTO tickets VALUES (3, 9, NULL), (4, 9, NULL)");

        assertThat(asked(new DataCheck.ForeignKeys()).finding())
                .isEqualTo("1 of 1 have rows without a parent: tickets to clients: 2 rows (rowid=3 … rowid=4)");
        assertThat(asked(configured)).isEqualTo(configured.failed("2 rows (id=3, id=4) without a parent"));
    }

    @Test
    void aLiveFileIsLeftAsItIsAndMayBeInUse() throws SQLException {
        List<DataCheck> every = List.of(new DataCheck.ForeignKeys(), new DataCheck.Constraints());

        assertThat(asked(every, Duration.ofMinutes(1)))
                .extracting(CheckResult::outcome)
                .containsOnly(Outcome.PASSED);
        assertThat(SqliteFile.query(shop, "PRAGMA journal_mode")).containsExactly("wal");
        try (Connection application = SqliteFile.connect(shop)) {
            SqliteFile.run(application, "BEGIN", "INSERT INTO clients VALUES (7)");
            assertThat(asked(every, Duration.ofMinutes(1)))
                    .extracting(CheckResult::outcome)
                    .containsOnly(Outcome.PASSED);
            SqliteFile.run(application, "COMMIT");
        }
        assertThat(SqliteFile.query(shop, "PRAGMA journal_mode")).containsExactly("wal");
    }

    @Test
    void itsOwnIntegrityCheckIsHeard() {
        assertThat(asked(new DataCheck.Constraints()).outcome()).isEqualTo(Outcome.PASSED);

        SqliteFile.run(shop, "PRAGMA ignore_check_constraints = ON", "INSERT INTO tickets VALUES (-1, NULL, NULL)");

        // the pragma is the connection's, and run() opens one for all its statements
        assertThat(asked(new DataCheck.Constraints()).finding()).contains("CHECK constraint failed in tickets");
    }

    @ParameterizedTest
    @CsvSource({
        "'2026-01-15 11:30:00', PASSED",
        "'2026-01-15T11:30:00Z', PASSED",
        "'2026-01-15 10:59:00', FAILED",
        "'2026-01-15 12:02:00', FAILED",
        "1768476600, PASSED", // 11:30
        "1768476600000, PASSED",
        "1768479000, FAILED", // 12:10
        "2461055.979, PASSED",
        "'yesterday', NOT_RUN",
        ", FAILED",
    })
    void theLatestTimeIsRecentAndNoneIsInTheFuture(String latest, Outcome outcome) {
        boolean number = latest != null && latest.matches("[0-9.]+");
        SqliteFile.run(
                shop,
                "UPDATE tickets SET at = " + (latest == null ? "NULL" : number ? latest : "'" + latest + "'")
                        + " WHERE id = 2");

        CheckResult result = asked(new DataCheck.Fresh(table("tickets"), "at", Duration.ofHours(1), SNAPSHOT));

        assertThat(result.outcome()).as(String.valueOf(result.finding())).isEqualTo(outcome);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT count(*) FROM tickets | 2 | PASSED",
                "SELECT count(*) FROM tickets | 0 | FAILED",
                "SELECT NULL | 0 | FAILED",
                "SELECT id FROM tickets | 1 | FAILED",
                "SELECT 1, 2 | 1 | NOT_RUN",
                "SELECT 1 FROM gone | 1 | NOT_RUN",
                "DELETE FROM tickets RETURNING 1 | 1 | NOT_RUN",
            })
    void queriesHaveTheAnswerThatIsExpectedAndChangeNothing(String query, String expected, Outcome outcome) {
        CheckResult result = asked(new DataCheck.Assertion("it", query, expected));

        assertThat(result.outcome()).as(String.valueOf(result.finding())).isEqualTo(outcome);
        assertThat(SqliteFile.query(shop, "SELECT count(*) FROM tickets")).containsExactly("2");
    }

    @Test
    void aQueryThatTakesTooLongIsEndedAndTheNextOneIsAsked() {
        String endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

        List<CheckResult> results = asked(
                List.of(
                        new DataCheck.Assertion("slow", endless, "0"),
                        new DataCheck.Assertion("next", "SELECT 1", "1")),
                Duration.ofMillis(500));

        assertThat(results).extracting(CheckResult::outcome).containsExactly(Outcome.NOT_RUN, Outcome.PASSED);
    }

    @Test
    void rowsAreCountedAndComparedAndATableOrColumnThatIsGoneIsSaidToBe() {
        var right = new DataCheck.Rows(Map.of(table("clients"), 2L, table("gone"), 0L));
        var wrong = new DataCheck.Rows(Map.of(table("clients"), 1L));
        var typo = new DataCheck.Orphans(table("tickets"), "cleint", table("clients"), "id");

        assertThat(asked(right)).isEqualTo(right.passed());
        assertThat(asked(wrong)).isEqualTo(wrong.failed("main.clients has 2 rows instead of 1"));
        assertThat(asked(typo).outcome()).isEqualTo(Outcome.NOT_RUN);
    }
}
