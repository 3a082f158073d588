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
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.Databases;
import io.holdfast.engine.postgres.jdbc.ConnectionRole;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a materialized view holds is derived: a database is restored without, and says so. */
class MaterializedViewRefresherTest {
    private final DatabaseAddress source = Databases.fresh();
    private final TargetServer target = Databases.ENGINE.target(Databases.server(), PasswordSupplier.none());

    @Test
    void oneThatTheRowsNoLongerLetBeFilledIsAFindingAndAllOthersAreFilled() throws IOException {
        Databases.sql(
                source,
                "CREATE TABLE t AS SELECT 1 AS a; CREATE MATERIALIZED VIEW divided AS SELECT 10 / a AS x FROM t",
                "CREATE MATERIALIZED VIEW of_divided AS SELECT x FROM divided",
                "CREATE MATERIALIZED VIEW plain AS SELECT a FROM t; UPDATE t SET a = 0");

        DatabaseAddress copy = restored();

        assertThat(Databases.query(copy, "SELECT matviewname FROM pg_matviews WHERE ispopulated"))
                .containsExactly("plain");
        assertThat(refresh(copy, "divided", "of_divided", "plain"))
                .allSatisfy(finding -> assertThat(finding.kind()).isEqualTo(Finding.Kind.NOT_FILLED))
                .satisfiesExactlyInAnyOrder(
                        divided -> {
                            assertThat(divided.object()).isEqualTo("public.divided");
                            assertThat(divided.message())
                                    .contains("public.divided", "22012", "REFRESH MATERIALIZED VIEW");
                        },
                        reader -> assertThat(reader.message()).contains("public.of_divided", "has not been populated"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"P0001", "42501", "MY001"})
    void whatAFunctionRaisesIsNotInTheMessage(String state) throws IOException {
        failing(state);

        assertThat(refresh(restored(), "m"))
                .singleElement()
                .satisfies(finding -> assertThat(finding.message()).contains(state))
                .satisfies(finding -> assertThat(finding.message()).doesNotContain("geheim"));
    }

    /** Of a connection that the function made, not of ours. */
    @Test
    void aConnectionThatAFunctionLostIsAFinding() throws IOException {
        failing("08006");

        assertThat(refresh(restored(), "m")).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"53100, TARGET_DISK_FULL", "53200, TARGET_UNSUITABLE", "57014, CANCELLED"})
    void whatWouldMeetEverythingElseIsAFailure(String state, FailureCode code) throws IOException {
        failing(state);

        assertThatThrownBy(this::restored)
                .isInstanceOfSatisfying(
                        HoldfastException.class,
                        failure -> assertThat(failure.code()).isEqualTo(code));
    }

    @Test
    void aLostConnectionIsAFailure() throws IOException {
        Databases.sql(
                source,
                "CREATE TABLE t AS SELECT false AS fails; CREATE MATERIALIZED VIEW m AS"
                        + " SELECT CASE WHEN fails THEN pg_terminate_backend(pg_backend_pid()) END FROM t",
                "UPDATE t SET fails = true");

        assertThatThrownBy(this::restored)
                .isInstanceOfSatisfying(
                        HoldfastException.class,
                        failure -> assertThat(failure.code()).isEqualTo(ConnectionRole.TARGET.lost));
    }

    /** Nothing in the catalogs says that a reads b. */
    @ParameterizedTest
    @CsvSource({"40P01", "55000", "55P03"})
    void oneThatIsInTheWayOfAnotherOrBeforeItIsTriedAgain(String state) throws IOException {
        Databases.sql(
                source,
                "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql STABLE AS $$ BEGIN IF NOT"
                        + " (SELECT relispopulated FROM pg_class WHERE relname = 'b') THEN RAISE 'not yet' USING ERRCODE = '"
                        + state + "'; END IF; RETURN 1; END $$",
                "CREATE MATERIALIZED VIEW b AS SELECT 1 AS x; CREATE MATERIALIZED VIEW a AS SELECT public.f() AS x");

        DatabaseAddress copy = restored();

        assertThat(Databases.query(copy, "SELECT x FROM a")).containsExactly("1");
        Databases.sql(copy, "REFRESH MATERIALIZED VIEW b WITH NO DATA");
        assertThat(refresh(copy, "a")).hasSize(1);
        assertThat(refresh(copy, "a", "b")).isEmpty();
    }

    @Test
    void oneWhoseForeignTablesCannotBeReachedSaysSo() throws IOException {
        Databases.sql(
                source,
                "CREATE EXTENSION postgres_fdw; CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw"
                        + " OPTIONS (host '/nowhere'); CREATE USER MAPPING FOR PUBLIC SERVER far",
                "CREATE FOREIGN TABLE f (x int) SERVER far; CREATE MATERIALIZED VIEW m AS SELECT x FROM f WITH NO DATA");

        assertThat(refresh(source, "m"))
                .singleElement()
                .satisfies(finding -> assertThat(finding.message()).contains("reads foreign tables"));
    }

    @Test
    void oneOfAnOrdinaryOwnerHoldsWhatItsOwnerMaySee() throws IOException {
        String owner = "owner_" + source.database();
        Databases.sql(
                source,
                "CREATE ROLE " + owner + "; CREATE TABLE t AS SELECT generate_series(1, 4) AS x; GRANT SELECT ON t TO "
                        + owner + "; GRANT CREATE ON SCHEMA public TO " + owner,
                "ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY low ON t USING (x < 3)",
                "CREATE MATERIALIZED VIEW low AS SELECT x FROM t; CREATE MATERIALIZED VIEW whole AS SELECT x FROM t",
                "ALTER MATERIALIZED VIEW low OWNER TO " + owner + "; REFRESH MATERIALIZED VIEW low");

        DatabaseAddress copy = restored();

        assertThat(Databases.query(copy, "SELECT count(*) FROM low")).containsExactly("2");
        assertThat(Databases.query(copy, "SELECT count(*) FROM whole")).containsExactly("4");
    }

    @Test
    void whoeverFillsViewsReadsPastRowSecurityAgainAfterwards() throws IOException {
        Databases.sql(
                source,
                "SET row_security = off; CREATE TABLE t (a int CHECK (current_setting('row_security') = 'off'))",
                "CREATE MATERIALIZED VIEW m AS SELECT 10 / coalesce(max(a), 1) AS x FROM t",
                "CREATE MATERIALIZED VIEW n AS SELECT a FROM t; INSERT INTO t VALUES (0)");
        Databases.Backup backup = backup();
        String name = Databases.restore(target, backup);

        try (TargetDatabase database = target.open(name, LoadOptions.defaults().withJobs(1))) {
            assertThat(database.refresh(names("n", "m"))).hasSize(1);

            Databases.loadRows(database, backup);
        }
        assertThat(Databases.query(source.withDatabase(name), "SELECT a FROM t"))
                .containsExactly("0");
    }

    /** A view that could be filled once, by a function that raises this since. */
    private void failing(String state) {
        Databases.sql(
                source,
                "CREATE TABLE t AS SELECT false AS fails; CREATE FUNCTION f(fails boolean) RETURNS int LANGUAGE plpgsql"
                        + " AS $$ BEGIN IF fails THEN RAISE 'geheim' USING ERRCODE = '" + state
                        + "'; END IF; RETURN 1; END $$",
                "CREATE MATERIALIZED VIEW m AS SELECT public.f(fails) FROM t; UPDATE t SET fails = true");
    }

    private DatabaseAddress restored() throws IOException {
        return source.withDatabase(Databases.restore(target, backup()));
    }

    private Databases.Backup backup() throws IOException {
        try (Snapshot snapshot = Databases.open(source)) {
            return Databases.backup(snapshot);
        }
    }

    private List<Finding> refresh(DatabaseAddress copy, String... views) {
        try (TargetDatabase database = target.open(copy.database(), LoadOptions.defaults())) {
            return database.refresh(names(views));
        }
    }

    private static List<QualifiedName> names(String... views) {
        return Stream.of(views).map(view -> new QualifiedName("public", view)).toList();
    }
}
