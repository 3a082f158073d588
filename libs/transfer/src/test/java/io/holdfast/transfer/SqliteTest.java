package io.holdfast.transfer;

import static io.holdfast.transfer.SqliteBench.sql;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.contracts.FailureCode;
import io.holdfast.transfer.compare.ComparisonResult;
import io.holdfast.vault.format.Manifest;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A source that is a file, from holdfast.yaml to the compared copy; in a heap of 256 MB, see this module's pom. */
class SqliteTest {
    @TempDir
    private Path directory;

    private SqliteBench bench;

    @BeforeEach
    void freshVault() {
        bench = new SqliteBench(directory);
    }

    @Test
    void whatIsReloadedEqualsItsBackup() {
        sql(
                bench.file,
                "CREATE TABLE notes (id INTEGER PRIMARY KEY AUTOINCREMENT, body)",
                "INSERT INTO notes (body) VALUES (1), (2.5), ('three'), (x'04'), (NULL)",
                "CREATE TABLE left_out (x)",
                "INSERT INTO left_out VALUES (1)");

        Manifest manifest = bench.capture("scope: { exclude: { tables: [left_out] } }");
        ComparisonResult comparison = bench.compare(manifest, bench.reload(manifest));

        assertThat(comparison.differences()).isEmpty();
        assertThat(comparison.tables())
                .extracting(ComparisonResult.Table::name)
                .containsExactly("main.notes", "main.sqlite_sequence");
        assertThat(comparison.rows()).isEqualTo(6);
        assertThat(manifest.contents().schema().format()).isEqualTo("sqlite schema 1");
        assertThat(manifest.contents().server().engine()).isEqualTo("sqlite");
    }

    @Test
    void nobodysDdlWaitsForTheCopyOfAFile() {
        sql(bench.file, "CREATE TABLE notes (x)");

        assertThat(bench.capture("limits: { on-blocked-ddl: abort }").contents().tables())
                .hasSize(1);
    }

    @Test
    void whateverBecomesOfTheCopyIsNoticed() {
        sql(bench.file, "CREATE TABLE notes (id INTEGER PRIMARY KEY, body)", "INSERT INTO notes VALUES (1, 2), (2, 3)");
        Manifest manifest = bench.capture("");

        assertThat(codes(manifest, "UPDATE notes SET body = '2' WHERE id = 1"))
                .containsExactly(FailureCode.ROWS_DIFFER);
        assertThat(codes(manifest, "UPDATE notes SET body = 2.0 WHERE id = 1"))
                .containsExactly(FailureCode.ROWS_DIFFER);
        assertThat(codes(manifest, "DELETE FROM notes WHERE id = 1")).containsExactly(FailureCode.ROWS_DIFFER);
        assertThat(codes(manifest, "CREATE INDEX i ON notes (body)")).containsExactly(FailureCode.SCHEMA_DIFFERS);
        assertThat(codes(manifest, "PRAGMA user_version = 1")).containsExactly(FailureCode.SCHEMA_DIFFERS);
    }

    private List<FailureCode> codes(Manifest manifest, String change) {
        Path copy = bench.reload(manifest);
        sql(copy, change);
        return bench.compare(manifest, copy).differences().stream()
                .map(difference -> difference.code())
                .toList();
    }

    @Test
    void aTextOfFiftyMegabytesPasses() {
        sql(
                bench.file,
                "CREATE TABLE notes (id INTEGER PRIMARY KEY, body)",
                "INSERT INTO notes SELECT 1, CAST(replace(hex(zeroblob(25000000)), '0', 'a') AS TEXT)",
                "UPDATE notes SET body = body || char(10) || '\\'");

        Manifest manifest = bench.capture("");

        assertThat(manifest.totals().bytes()).isGreaterThan(50_000_000);
        assertThat(bench.compare(manifest, bench.reload(manifest)).differences())
                .isEmpty();
    }
}
