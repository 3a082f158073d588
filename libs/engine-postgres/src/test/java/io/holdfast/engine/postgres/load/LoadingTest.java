package io.holdfast.engine.postgres.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.contracts.CheckResult;
import io.holdfast.contracts.CheckResult.Outcome;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.LoadResult;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.check.DataCheck;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.model.TableDescriptor;
import io.holdfast.engine.postgres.Databases;
import io.holdfast.engine.postgres.dump.PgRestore;
import io.holdfast.engine.postgres.dump.SchemaLoader;
import io.holdfast.engine.postgres.jdbc.ConnectionFactory;
import io.holdfast.engine.postgres.jdbc.ConnectionRole;
import io.holdfast.engine.postgres.jdbc.Sql;
import io.holdfast.engine.scratch.ScratchCluster;
import io.holdfast.engine.scratch.ScratchOptions;
import io.holdfast.testsupport.engine.Copies;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LoadingTest {
    private final DatabaseAddress source = Databases.fresh();
    private final TargetServer target = Databases.ENGINE.target(Databases.server(), PasswordSupplier.none());

    private Databases.Backup backup() throws IOException {
        try (Snapshot snapshot = Databases.open(source)) {
            return Databases.backup(snapshot);
        }
    }

    @Test
    void theWrongNumberOfRowsIsNotKept() throws IOException {
        Databases.sql(source, "CREATE TABLE t (v text)");
        Databases.Backup backup = backup();
        TableDescriptor table = backup.shape().tables().get(0);
        target.create("wrong_rows", backup.shape());
        try (TargetDatabase database = target.open("wrong_rows", LoadOptions.defaults())) {
            database.preData(backup.dump());

            assertThatThrownBy(() -> database.load(table, 3, () -> rows("a\nb\n")))
                    .isInstanceOfSatisfying(HoldfastException.class, failure -> {
                        assertThat(failure.code()).isEqualTo(FailureCode.TARGET_LOAD_FAILED);
                        assertThat(failure.reason().object()).isEqualTo("public.t");
                    });
            assertThat(Databases.query(source.withDatabase("wrong_rows"), "SELECT count(*) FROM t"))
                    .containsExactly("0");
            assertThat(database.load(table, 2, () -> rows("a\nb\n"))).isEqualTo(new LoadResult(2, false));
            assertThat(database.load(table, 2, () -> rows("c\nd\n"))).isEqualTo(new LoadResult(2, false));
            assertThat(Databases.query(source.withDatabase("wrong_rows"), "SELECT v FROM t ORDER BY 1"))
                    .containsExactly("c", "d");
        }
    }

    @Test
    void aRowsContentIsNotInTheMessage() throws IOException {
        Databases.sql(source, "CREATE TABLE t (v int)");
        Databases.Backup backup = backup();
        target.create("no_content", backup.shape());
        try (TargetDatabase database = target.open("no_content", LoadOptions.defaults())) {
            database.preData(backup.dump());

            assertThatThrownBy(() -> database.load(backup.shape().tables().get(0), 1, () -> rows("geheim\n")))
                    .isInstanceOf(HoldfastException.class)
                    .message()
                    .contains("public.t")
                    .doesNotContain("geheim");
        }
    }

    @Test
    void aLeafThatRefusesItsRowsIsLoadedThroughItsRootAndLosesNoOthers() throws IOException {
        Databases.sql(
                source,
                "CREATE TABLE r (k int, v text) PARTITION BY LIST (k)",
                "CREATE TABLE r1 PARTITION OF r FOR VALUES IN (1); CREATE TABLE r2 PARTITION OF r FOR VALUES IN (2)");
        Databases.Backup backup = backup();
        Map<String, TableDescriptor> tables = backup.shape().tables().stream()
                .collect(Collectors.toMap(table -> table.name().name(), table -> table));
        target.create("refusing", backup.shape());
        try (TargetDatabase database = target.open("refusing", LoadOptions.defaults())) {
            database.preData(backup.dump());
            // as if the rows had been hashed otherwise at the source: each leaf is given the other's
            assertThat(database.load(leaf(tables, "r1"), 2, () -> rows("2\ta\n1\tb\n")))
                    .isEqualTo(new LoadResult(2, true));
            assertThat(database.load(leaf(tables, "r2"), 1, () -> rows("2\tc\n")))
                    .isEqualTo(new LoadResult(1, false));
            database.postData(backup.dump());

            assertThat(Databases.query(source.withDatabase("refusing"), "SELECT k || v FROM r ORDER BY v"))
                    .containsExactly("2a", "1b", "2c");
        }
    }

    @Test
    void aForeignPartitionIsNeverWrittenToAndTheRestFindsItsLeaves() throws IOException {
        Databases.sql(
                source,
                "CREATE EXTENSION postgres_fdw; CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw",
                "CREATE TABLE r (k int, v text, g int GENERATED ALWAYS AS (1) STORED) PARTITION BY LIST (k)",
                "CREATE TABLE r1 PARTITION OF r FOR VALUES IN (1); CREATE TABLE r2 PARTITION OF r FOR VALUES IN (2);"
                        + " CREATE FOREIGN TABLE r3 PARTITION OF r FOR VALUES IN (3) SERVER far",
                "CREATE TYPE e AS ENUM ('a', 'b'); CREATE TABLE h (k e) PARTITION BY HASH (k); CREATE TABLE h0 PARTITION OF h"
                        + " FOR VALUES WITH (MODULUS 2, REMAINDER 0); CREATE FOREIGN TABLE h1 PARTITION OF h FOR VALUES WITH"
                        + " (MODULUS 2, REMAINDER 1) SERVER far; INSERT INTO h0 VALUES (NULL), (NULL)");
        Databases.Backup backup = backup();
        Map<String, TableDescriptor> tables = backup.shape().tables().stream()
                .collect(Collectors.toMap(table -> table.name().name(), table -> table));
        target.create("foreign_leaf", backup.shape());
        try (TargetDatabase database = target.open("foreign_leaf", LoadOptions.defaults())) {
            database.preData(backup.dump());
            Databases.loadRows(database, backup);
            database.load(leaf(tables, "r1"), 2, () -> rows("2\ta\n1\tb\n"));
            database.postData(backup.dump());
            assertThat(Databases.query(
                            source.withDatabase("foreign_leaf"),
                            "SELECT (SELECT v FROM r1) || (SELECT v FROM r2) || (SELECT count(*) FROM h0)"))
                    .containsExactly("ba2");

            database.load(leaf(tables, "r1"), 2, () -> rows("3\ta\n1\tb\n"));
            assertThatThrownBy(() -> database.postData(backup.dump()))
                    .isInstanceOfSatisfying(
                            HoldfastException.class,
                            failure -> assertThat(failure.code()).isEqualTo(FailureCode.TARGET_LOAD_FAILED))
                    .hasMessageContaining("loading public.r: 1 rows of public.r1")
                    .hasMessageContaining("foreign");
        }
    }

    @Test
    void anInterruptBeforeAProgramIsWrittenItsListIsACancellation() throws IOException {
        Databases.sql(source, "CREATE TABLE t (k int PRIMARY KEY)");
        Databases.Backup backup = backup();
        target.create("interrupted", backup.shape());
        try (TargetDatabase database = target.open("interrupted", LoadOptions.defaults())) {
            database.preData(backup.dump()); // what the dump holds is known from now on
            Thread.currentThread().interrupt();

            assertThatThrownBy(() -> database.preData(backup.dump()))
                    .isInstanceOfSatisfying(
                            HoldfastException.class,
                            failure -> assertThat(failure.code()).isEqualTo(FailureCode.CANCELLED));
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void everythingIsAnalyzedButWhatIsElsewhere() throws IOException {
        Databases.sql(
                source,
                "CREATE TABLE t AS SELECT 1 AS k; CREATE TABLE none (); CREATE MATERIALIZED VIEW m AS SELECT * FROM t",
                "CREATE TABLE p (k int, v int) PARTITION BY LIST (k); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);"
                        + " CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2) PARTITION BY LIST (v);"
                        + " CREATE TABLE p21 PARTITION OF p2 DEFAULT; INSERT INTO p VALUES (1, 1), (2, 2)",
                "CREATE EXTENSION postgres_fdw; CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw",
                "CREATE TABLE r (k int) PARTITION BY LIST (k); CREATE TABLE r1 PARTITION OF r FOR VALUES IN (1);"
                        + " CREATE FOREIGN TABLE r2 PARTITION OF r FOR VALUES IN (2) SERVER far; INSERT INTO r1 VALUES (1)");
        Databases.Backup backup = backup();
        target.create("analyzed", backup.shape());
        try (TargetDatabase database = target.open("analyzed", LoadOptions.defaults())) {
            database.preData(backup.dump());
            Databases.loadRows(database, backup);
            database.postData(backup.dump());
            database.refresh(backup.shape().populatedViews());

            assertThat(Copies.analyze(database)).isEmpty();
        }

        assertThat(Databases.query(
                        source.withDatabase("analyzed"),
                        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND reltuples >= 0"
                                + " AND relkind IN ('r', 'm', 'p') ORDER BY 1"))
                .containsExactly("m", "none", "p", "p1", "p2", "p21", "r1", "t");
        assertThat(Databases.query(
                        source.withDatabase("analyzed"),
                        "SELECT DISTINCT tablename FROM pg_stats WHERE inherited ORDER BY 1"))
                .containsExactly("p", "p2");
    }

    /** Operators have one name for several types; one that neither database could be given is lost all the same. */
    @Test
    void oneOfSeveralObjectsOfANameIsMissedAlsoIfTheServerRereadsItAsGone() throws IOException {
        String of = "CREATE OPERATOR === (LEFTARG = %s, RIGHTARG = %s, FUNCTION = %s)";
        DatabaseAddress both = Databases.fresh();
        Databases.sql(both, of.formatted("int", "int", "int4eq"), of.formatted("text", "text", "texteq"));
        DatabaseAddress one = Databases.fresh();
        Databases.sql(one, of.formatted("int", "int", "int4eq"));
        Path stored;
        Path copy;
        try (Snapshot snapshot = Databases.open(both);
                Snapshot other = Databases.open(one)) {
            stored = Databases.backup(snapshot).dump();
            copy = Databases.backup(other).dump();
        }

        assertThat(Databases.ENGINE.compareSchemas(stored, copy, copy, Set.of(), LoadOptions.defaults()))
                .singleElement()
                .satisfies(difference -> assertThat(difference).startsWith("OPERATOR public.=== differs"));
    }

    @Test
    void whatDiffersInTheSchemaIsNamed() throws IOException {
        Databases.sql(source, "CREATE TABLE t (v int); CREATE VIEW same AS SELECT 1 AS x");
        Databases.Backup before = backup();
        Databases.sql(source, "ALTER TABLE t ALTER v SET DEFAULT 7; CREATE INDEX \"new one\" ON t (v)");
        Databases.Backup after = backup();

        List<String> differences = Databases.ENGINE.compareSchemas(before.dump(), after.dump(), LoadOptions.defaults());

        assertThat(differences).hasSize(2);
        assertThat(differences.get(0)).startsWith("INDEX public.new one is only in the copy");
        assertThat(differences.get(1)).startsWith("TABLE public.t differs").contains("DEFAULT 7");
        assertThat(Databases.ENGINE.compareSchemas(before.dump(), before.dump(), LoadOptions.defaults()))
                .isEmpty();
    }

    @Test
    void namesThatAreTakenAndServersThatDoNotSuitAreRefused() throws IOException {
        DatabaseDescriptor shape = backup().shape();
        target.create("taken", shape);
        target.create("other", shape);

        assertThat(code(() -> target.create("taken", shape))).isEqualTo(FailureCode.TARGET_EXISTS);
        assertThat(code(() -> target.rename("other", "taken"))).isEqualTo(FailureCode.TARGET_EXISTS);
        Connection session = Databases.connect(source.withDatabase("other"));
        assertThat(code(() -> target.rename("other", "another"))).isEqualTo(FailureCode.TARGET_BUSY);
        ConnectionFactory.close(session);
        target.drop("other");
        target.drop("other");
        assertThat(target.exists("other")).isFalse();
    }

    @Test
    void aRoleThatAnotherMadeAMomentAgoIsAsGood() throws SQLException {
        Connection connection = Databases.connect(source);
        Sql.run(connection, "CREATE ROLE wanted_by_two");

        PostgresTargetServer.createRole(connection, "wanted_by_two");

        ConnectionFactory.close(connection);
        assertThat(target.missingRoles(List.of("wanted_by_two"))).isEmpty();
    }

    @Test
    void aServerThatLetsNobodyInIsNotTheFaultOfWhatIsRestored() throws IOException {
        Databases.sql(source, "CREATE TABLE t (v int)");
        Path dump = backup().dump();
        Databases.sql(Databases.server(), "CREATE DATABASE full_up CONNECTION LIMIT 0", "CREATE ROLE uninvited LOGIN");

        assertThat(code(() -> schema("no_such_database", "postgres")
                        .load(dump, SchemaLoader.Part.BEFORE_ROWS, 1, entry -> true)))
                .isEqualTo(FailureCode.TARGET_UNREACHABLE);
        assertThat(code(() ->
                        schema("full_up", "uninvited").load(dump, SchemaLoader.Part.BEFORE_ROWS, 1, entry -> true)))
                .isEqualTo(FailureCode.TARGET_UNREACHABLE);
    }

    /** As a server of an older release finds it: the dump is of one that knows the option. */
    @Test
    void anOptionThatTheServerDoesNotKnowIsNotTheFaultOfWhatIsRestored() throws IOException {
        Databases.sql(source, "CREATE TABLE t (v int); ALTER TABLE t ALTER v SET (n_distinct = 5)");
        Databases.Backup backup = backup();
        String bytes = Files.readString(backup.dump(), StandardCharsets.ISO_8859_1);
        Files.writeString(backup.dump(), bytes.replace("n_distinct=5", "not_yet_in=5"), StandardCharsets.ISO_8859_1);
        target.create("older", backup.shape());

        try (TargetDatabase database = target.open("older", LoadOptions.defaults())) {
            assertThat(code(() -> database.preData(backup.dump()))).isEqualTo(FailureCode.TARGET_UNSUITABLE);
        }
    }

    private SchemaLoader schema(String database, String user) {
        DatabaseAddress address = source.withDatabase(database).withUser(user);
        ConnectionFactory owner =
                new ConnectionFactory(address, PasswordSupplier.none(), "test", ConnectionRole.TARGET);
        LoadOptions options = LoadOptions.defaults();
        return new SchemaLoader(new PgRestore(Databases.TOOLS, 15, owner, options), options);
    }

    private static FailureCode code(Runnable refused) {
        try {
            refused.run();
        } catch (HoldfastException e) {
            return e.code();
        }
        throw new AssertionError("it was not refused");
    }

    /** A function in a check constraint runs while rows are loaded: it must not find a superuser, nor a network. */
    @Test
    void restoredCodeRunsWithoutRightsInScratch() throws IOException {
        Databases.sql(
                source,
                "CREATE FUNCTION spy(int) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN"
                        + " IF (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = session_user) THEN"
                        + " RAISE 'superuser'; END IF; RETURN true; END $$",
                "CREATE TABLE u (v int); INSERT INTO u VALUES (1)",
                "ALTER TABLE u ADD CONSTRAINT spied CHECK (public.spy(v)) NOT VALID; UPDATE pg_constraint SET convalidated = true WHERE conname = 'spied'");
        Databases.Backup backup = backup();
        try (ScratchCluster cluster = ScratchCluster.start(ScratchOptions.in(Path.of("/tmp"), 15))) {
            String name = Databases.restore(cluster.target(), backup);
            assertThat(Databases.query(cluster.address().withDatabase(name), "SELECT count(*) FROM u"))
                    .containsExactly("1");
            assertThat(asked(cluster.target(), name))
                    .containsExactly(Outcome.PASSED, Outcome.PASSED, Outcome.PASSED, Outcome.NOT_RUN, Outcome.NOT_RUN);
        }
    }

    /** By the same role: what it may not do is not run. */
    private static List<Outcome> asked(TargetServer scratch, String name) {
        try (scratch;
                TargetDatabase database = scratch.open(name, LoadOptions.defaults())) {
            List<DataCheck> checks = List.of(
                    new DataCheck.ForeignKeys(),
                    new DataCheck.Constraints(),
                    new DataCheck.Assertion("rows", "SELECT count(*) FROM u WHERE spy(v)", "1"),
                    new DataCheck.Assertion("file", "SELECT pg_read_file('/etc/hostname')", ""),
                    new DataCheck.Assertion("program", "COPY u TO PROGRAM 'true'", ""));
            return database.check(checks, Duration.ofMinutes(1)).stream()
                    .map(CheckResult::outcome)
                    .toList();
        }
    }

    /** Publications of all tables are owned by superusers: that must not make their owners' code one meanwhile. */
    @Test
    void theOwnerOfAPublicationIsNoSuperuserWhileIndexesAreBuilt() throws IOException {
        String owner = "publisher_" + source.database();
        Databases.sql(
                source,
                "CREATE ROLE " + owner
                        + " SUPERUSER; CREATE FUNCTION spy(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$"
                        + " BEGIN IF current_database() ~ '^r[0-9]' AND (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname"
                        + " = current_user) THEN RAISE 'superuser'; END IF; RETURN $1; END $$",
                "CREATE TABLE w (v int); INSERT INTO w VALUES (1); ALTER TABLE w OWNER TO " + owner,
                "CREATE INDEX ON w (public.spy(v)); CREATE PUBLICATION p FOR ALL TABLES; ALTER PUBLICATION p OWNER TO "
                        + owner + "; COMMENT ON PUBLICATION p IS 'x'; CREATE PUBLICATION q FOR TABLE w");
        Databases.Backup backup = backup();
        ScratchOptions options = ScratchOptions.in(Path.of("/tmp"), 15);
        try (ScratchCluster cluster = ScratchCluster.start(options)) {
            String name = Databases.restore(cluster.target(), backup);
            DatabaseAddress copy = cluster.address().withDatabase(name);
            assertThat(Databases.query(
                            copy,
                            "SELECT pubname || ' ' || pubowner::regrole = 'p " + owner
                                    + "' FROM pg_publication ORDER BY 1"))
                    .containsExactly("f", "t");
            assertThat(Databases.query(copy, "SELECT rolsuper FROM pg_roles WHERE rolname = '" + owner + "'"))
                    .containsExactly("f");
        }
    }

    private static TableDescriptor leaf(Map<String, TableDescriptor> tables, String name) {
        TableDescriptor table = tables.get(name);
        assertThat(table).isNotNull().extracting(TableDescriptor::root).isEqualTo(new QualifiedName("public", "r"));
        return Objects.requireNonNull(table);
    }

    private static ByteArrayInputStream rows(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
