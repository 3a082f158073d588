package io.holdfast.transfer.compare;

import static io.holdfast.transfer.SqliteBench.sql;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.holdfast.config.Environment;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.config.SourceConfig;
import io.holdfast.contracts.CheckResult;
import io.holdfast.contracts.CheckResult.Outcome;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.check.DataCheck;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.sqlite.SqliteEngine;
import io.holdfast.transfer.Bench;
import io.holdfast.transfer.SqliteBench;
import io.holdfast.vault.format.Manifest;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceCheckRunnerTest {
    private static final String CHECKS = """
            checks: {
              orphans: [ { child: tickets.client, parent: clients.id } ],
              fresh: [ { column: tickets.at, within: 24h } ],
              sql: [ { name: nobody owes, query: "select count(*) from tickets where owed > 0", expect: 0 } ] }""";

    @TempDir
    private Path directory;

    private static SourceConfig config(String source) {
        String yaml = "holdfast: { vault: { bucket: abc, key-file: k }, sources: { shop: { " + source + ", " + CHECKS
                + " } } }";
        return requireNonNull(HoldfastConfig.parse(yaml, Path.of("holdfast.yaml"), Environment.of(Map.of()))
                .sources()
                .get("shop"));
    }

    @Test
    void aCopyIsAskedWhatItsSourcesConfigurationSays() {
        SqliteBench bench = new SqliteBench(directory);
        sql(
                bench.file,
                "CREATE TABLE clients (id INTEGER PRIMARY KEY)",
                "CREATE TABLE tickets (id INTEGER PRIMARY KEY, client INTEGER, at TEXT, owed INTEGER)",
                "INSERT INTO clients VALUES (1), (2)",
                "INSERT INTO tickets VALUES (1, 1, datetime('now'), 0), (2, 7, datetime('now', '-1 hour'), 5)");
        Manifest manifest = bench.capture("");
        Path copy = bench.reload(manifest);

        try (TargetServer target = new SqliteEngine().target(directory);
                TargetDatabase database = target.open(String.valueOf(copy.getFileName()), Bench.LOADING)) {
            var shop = Optional.of(config("engine: sqlite, url: 'sqlite:/shop.db'"));

            assertThat(SourceCheckRunner.ask(database, manifest, shop))
                    .extracting(CheckResult::name, CheckResult::outcome)
                    .containsExactly(
                            tuple("foreign keys", Outcome.PASSED),
                            tuple("constraints", Outcome.PASSED),
                            tuple("orphans: main.tickets.client in main.clients.id", Outcome.FAILED),
                            tuple("fresh: main.tickets.at", Outcome.PASSED),
                            tuple("nobody owes", Outcome.FAILED));
            assertThat(SourceCheckRunner.ask(database, manifest, Optional.empty()))
                    .hasSize(2);
            assertThat(database.check(List.of(SourceCheckRunner.rowCounts(manifest)), Duration.ofMinutes(1)))
                    .singleElement()
                    .satisfies(result -> assertThat(result.outcome()).isEqualTo(Outcome.PASSED));
            assertThat(SourceCheckRunner.largest(manifest, 1)).containsExactly(new QualifiedName("main", "clients"));
        }
    }

    @Test
    void freshnessIsJudgedByTheBackupsInstantAndTablesArePublicUnlessTheySaySo() {
        Instant snapshot = Instant.parse("2026-01-15T12:00:00Z");

        var checks = SourceCheckRunner.of(
                Optional.of(config("engine: postgres, url: 'postgresql://shop@db/shop'")), snapshot);

        assertThat(checks)
                .contains(new DataCheck.Fresh(
                        new QualifiedName("public", "tickets"), "at", Duration.ofDays(1), snapshot));
    }

    @Test
    void howeverManyChecksThereAreTheirResultsFitIntoAnEvent() {
        CheckResult found = new CheckResult("n".repeat(5000), Outcome.FAILED, "ü".repeat(2000));

        List<CheckResult> bounded = SourceCheckRunner.bounded(Collections.nCopies(500, found));

        assertThat(bounded).hasSize(500);
        assertThat(bounded.toString().length()).isLessThan(150_000);
        assertThat(SourceCheckRunner.bounded(List.of(found)).getFirst().finding())
                .hasSize(2000);
    }
}
