package io.holdfast.engine.postgres.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.model.Finding;
import io.holdfast.engine.postgres.Databases;
import io.holdfast.testsupport.engine.Copies;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The planner's statistics are derived: a database is restored without those of a table, and says so. */
class StatisticsCollectorTest {
    private final DatabaseAddress source = Databases.fresh();
    private final TargetServer target = Databases.ENGINE.target(Databases.server(), PasswordSupplier.none());

    @Test
    void aTableThatCannotBeAnalyzedIsAFindingAndAllOthersAreAnalyzed() throws IOException {
        Databases.sql(
                source,
                "CREATE TABLE first AS SELECT 1 AS x; CREATE TABLE last AS SELECT 1 AS x",
                "CREATE TABLE divided AS SELECT 0 AS a, 1 AS b; CREATE STATISTICS s ON (100 / a), b FROM divided");

        DatabaseAddress copy = source.withDatabase(Databases.restore(target, backup()));

        assertThat(Databases.query(
                        copy, "SELECT DISTINCT tablename FROM pg_stats WHERE schemaname = 'public' ORDER BY 1"))
                .containsExactly("first", "last");
        try (TargetDatabase database = target.open(copy.database(), LoadOptions.defaults())) {
            assertThat(Copies.analyze(database)).singleElement().satisfies(finding -> {
                assertThat(finding.kind()).isEqualTo(Finding.Kind.NOT_ANALYZED);
                assertThat(finding.object()).isEqualTo("public.divided");
                assertThat(finding.message()).contains("public.divided", "22012", "ANALYZE");
            });
        }
    }

    @ParameterizedTest
    @CsvSource({"53100, TARGET_DISK_FULL", "57014, CANCELLED"})
    void whatWouldMeetEverythingElseIsAFailure(String state, FailureCode code) throws IOException {
        Databases.sql(
                source,
                "CREATE FUNCTION f(a int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN"
                        + " IF a = 0 THEN RAISE 'no' USING ERRCODE = '" + state + "'; END IF; RETURN 1; END $$",
                "CREATE TABLE t AS SELECT 0 AS a; CREATE STATISTICS s ON (public.f(a)) FROM t");

        assertThatThrownBy(() -> Databases.restore(target, backup()))
                .isInstanceOfSatisfying(
                        HoldfastException.class,
                        failure -> assertThat(failure.code()).isEqualTo(code));
    }

    private Databases.Backup backup() throws IOException {
        try (Snapshot snapshot = Databases.open(source)) {
            return Databases.backup(snapshot);
        }
    }
}
