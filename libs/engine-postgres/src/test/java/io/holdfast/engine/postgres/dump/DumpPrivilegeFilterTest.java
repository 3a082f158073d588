package io.holdfast.engine.postgres.dump;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.MissingDependencies;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.model.DatabaseSecurityLabel;
import io.holdfast.engine.model.Finding;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.Databases;
import io.holdfast.engine.postgres.database.DatabasePropertySql;
import io.holdfast.engine.scratch.ScratchCluster;
import io.holdfast.engine.scratch.ScratchOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DumpPrivilegeFilterTest {
    private final DatabaseAddress source = Databases.fresh();
    private final String stays = "stays_" + source.database();
    private final String gone = "Gone; \"" + source.database() + '"';
    private final TargetServer here = Databases.ENGINE.target(Databases.server(), PasswordSupplier.none());

    private void roles() {
        Databases.sql(source, "CREATE ROLE " + stays, "CREATE ROLE " + QualifiedName.quote(gone));
    }

    private Databases.Backup backup() throws IOException {
        try (Snapshot snapshot = Databases.open(source)) {
            return Databases.backup(snapshot);
        }
    }

    @Test
    void ownersAndGrantsAreKeptWhereTheRolesExistAndReportedWhereNot() throws IOException {
        roles();
        String quoted = QualifiedName.quote(gone);
        Databases.sql(
                source,
                "CREATE TABLE kept (a int); ALTER TABLE kept OWNER TO " + stays + "; GRANT SELECT ON kept TO " + quoted,
                "GRANT INSERT ON kept TO PUBLIC; CREATE TABLE lost (a int); ALTER TABLE lost OWNER TO " + quoted,
                "GRANT SELECT ON lost TO " + stays + " WITH GRANT OPTION; REVOKE DELETE ON lost FROM " + quoted,
                "CREATE FUNCTION f(\"to\" int) RETURNS int LANGUAGE sql AS 'select 1'; ALTER FUNCTION f(int) OWNER TO "
                        + quoted + "; REVOKE ALL ON FUNCTION f(int) FROM PUBLIC; GRANT EXECUTE ON FUNCTION f(int) TO "
                        + stays,
                "CREATE POLICY of_gone ON kept TO " + stays + ", " + quoted
                        + " USING (true); CREATE POLICY of_all ON kept"
                        + " USING (a > 0); COMMENT ON POLICY of_gone ON kept IS 'x'; COMMENT ON POLICY of_all ON kept IS 'y'",
                "ALTER DEFAULT PRIVILEGES FOR ROLE " + quoted + " GRANT SELECT ON TABLES TO " + stays,
                "ALTER DEFAULT PRIVILEGES FOR ROLE " + stays + " GRANT SELECT ON TABLES TO " + quoted + ", PUBLIC",
                "ALTER ROLE " + quoted + " IN DATABASE " + source.database() + " SET work_mem = '9MB'",
                "GRANT CREATE ON DATABASE " + source.database() + " TO " + quoted + ", " + stays,
                "SELECT lo_from_bytea(1, 'x'); ALTER LARGE OBJECT 1 OWNER TO " + quoted
                        + "; GRANT SELECT ON LARGE OBJECT 1 TO " + stays);
        Databases.Backup backup = backup();
        try (ScratchCluster cluster = ScratchCluster.start(ScratchOptions.in(Path.of("/tmp"), 15))) {
            TargetServer there = Databases.ENGINE.target(cluster.address(), PasswordSupplier.none());
            there.createRoles(List.of(stays));
            MissingDependencies missingDependencies = there.lacks(backup.shape());
            LoadOptions options = LoadOptions.defaults().withLacking(missingDependencies);

            String name = Databases.restore(there, backup, options);

            DatabaseAddress copy = cluster.address().withDatabase(name);
            assertThat(missingDependencies.roles()).contains(gone).doesNotContain(stays);
            assertThat(missingDependencies.findings())
                    .filteredOn(finding -> finding.object().equals(gone))
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.kind()).isEqualTo(Finding.Kind.NOT_ON_TARGET));
            keptThere(copy, cluster.address().user());
            assertThat(differences(there, name, backup, options)).isEmpty();
        }
    }

    private void keptThere(DatabaseAddress copy, String restorer) {
        assertThat(Databases.query(
                        copy, "SELECT tableowner FROM pg_tables WHERE tablename IN ('kept', 'lost') ORDER BY 1"))
                .containsExactlyInAnyOrder(stays, restorer);
        assertThat(Databases.query(copy, "SELECT relacl::text FROM pg_class WHERE relname = 'kept'"))
                .containsExactly("{" + stays + "=arwdDxt/" + stays + ",=a/" + stays + "}");
        assertThat(Databases.query(
                        copy, "SELECT has_table_privilege('" + stays + "', 'lost', 'SELECT WITH GRANT OPTION')"))
                .containsExactly("t");
        assertThat(Databases.query(copy, "SELECT has_function_privilege('" + stays + "', 'f(int)', 'EXECUTE')"))
                .containsExactly("t");
        assertThat(Databases.query(copy, "SELECT polname FROM pg_policy")).containsExactly("of_all");
        assertThat(Databases.query(
                        copy, "SELECT has_database_privilege('" + stays + "', current_database(), 'CREATE')"))
                .containsExactly("t");
        assertThat(Databases.query(copy, "SELECT lomacl::text FROM pg_largeobject_metadata"))
                .containsExactly("{" + restorer + "=rw/" + restorer + "," + stays + "=r/" + restorer + "}");
    }

    private static List<String> differences(
            TargetServer target, String name, Databases.Backup backup, LoadOptions options) throws IOException {
        try (TargetDatabase database = target.open(name, options);
                Snapshot snapshot = database.snapshot(Databases.OPTIONS)) {
            return Databases.ENGINE.compareSchemas(
                    backup.dump(), Databases.backup(snapshot).dump(), options);
        }
    }

    /** The server only warns that it revokes nothing; the same in the database where it is asked what it makes of it. */
    @Test
    void aRightThatTheRestoringRoleMayNotRevokeIsMissed(@TempDir Path directory) throws IOException {
        String plain = "plain_" + source.database();
        Databases.sql(
                source,
                "CREATE ROLE " + plain + " LOGIN CREATEDB",
                "CREATE EXTENSION pgcrypto",
                "REVOKE EXECUTE ON FUNCTION gen_random_bytes(int) FROM PUBLIC",
                "ALTER DATABASE " + source.database() + " OWNER TO " + plain);
        Databases.Backup backup = backup();
        LoadOptions options = new LoadOptions(1, false, true, "holdfast/test");
        Path reread = directory.resolve("reread");
        try (TargetServer byPlain =
                Databases.ENGINE.target(Databases.server().withUser(plain), PasswordSupplier.none())) {
            String name = Databases.restore(byPlain, backup, options);
            try (TargetDatabase database = byPlain.open(name, options);
                    Snapshot snapshot = database.snapshot(Databases.OPTIONS);
                    OutputStream out = Files.newOutputStream(reread)) {
                Set<Integer> given =
                        database.reread(backup.dump(), backup.shape(), out).orElseThrow();

                assertThat(Databases.ENGINE.compareSchemas(
                                backup.dump(), Databases.backup(snapshot).dump(), reread, given, options))
                        .anySatisfy(difference -> assertThat(difference).contains("gen_random_bytes", "missing"));
            }
        }
    }

    @Test
    void aRoleThatMayNotGiveAwayOwnershipIsATypedFailure() throws IOException {
        roles();
        String poor = "poor_" + source.database();
        Databases.sql(
                source,
                "CREATE ROLE " + poor + " LOGIN CREATEDB; CREATE TABLE t (a int); ALTER TABLE t OWNER TO " + stays);
        Databases.Backup backup = backup();
        try (TargetServer byPoor =
                Databases.ENGINE.target(Databases.server().withUser(poor), PasswordSupplier.none())) {
            assertThatThrownBy(() -> Databases.restore(byPoor, backup, LoadOptions.defaults()))
                    .isInstanceOfSatisfying(
                            HoldfastException.class,
                            failure -> assertThat(failure.code()).isEqualTo(FailureCode.TARGET_PERMISSION_DENIED))
                    .hasMessageContaining("must be member of role");
        }
    }

    @Test
    void aGrantToTheServersFirstRoleIsOneOfThoseReferredTo() throws IOException {
        roles();
        String first = Databases.server().user();
        Databases.sql(
                source,
                "DROP SCHEMA public; CREATE SCHEMA s AUTHORIZATION " + stays + "; CREATE TABLE s.t (a int);"
                        + " ALTER TABLE s.t OWNER TO " + stays + "; GRANT SELECT ON s.t TO " + first,
                "ALTER DATABASE " + source.database() + " OWNER TO " + stays);

        assertThat(backup().shape().roles()).contains(first, stays);
    }

    @Test
    void anEventTriggerThatRefusesEverythingDoesNotStandInTheRestoresWay() throws IOException {
        Databases.sql(
                source,
                "CREATE TABLE t (a int); INSERT INTO t VALUES (1); CREATE MATERIALIZED VIEW m AS SELECT * FROM t",
                "GRANT SELECT ON t TO PUBLIC; CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS"
                        + " 'BEGIN RAISE ''nothing is changed here''; END'",
                "CREATE EVENT TRIGGER refusing ON ddl_command_start EXECUTE FUNCTION refuse()");
        Databases.Backup backup = backup();

        DatabaseAddress copy = source.withDatabase(Databases.restore(here, backup));

        assertThat(Databases.query(copy, "SELECT a FROM m")).containsExactly("1");
        assertThat(Databases.query(copy, "SELECT evtname FROM pg_event_trigger"))
                .containsExactly("refusing");
    }

    @Test
    void securityLabelsOfAProviderThatIsNotThereAreReportedAndLeftOut() throws IOException {
        Databases.sql(
                source,
                "CREATE TABLE t (a int)",
                "SET allow_system_table_mods = on; INSERT INTO pg_seclabel VALUES ('t'::regclass, 'pg_class'::regclass, 0,"
                        + " 'nobody''s', 'secret')");
        Databases.Backup backup = backup();
        MissingDependencies missingDependencies = here.lacks(backup.shape());
        LoadOptions options = LoadOptions.defaults().withLacking(missingDependencies);

        String name = Databases.restore(here, backup, options);

        assertThat(missingDependencies).isEqualTo(new MissingDependencies(Set.of(), Set.of(), Set.of("nobody's")));
        assertThat(differences(here, name, backup, options)).isEmpty();
    }

    @Test
    void theDatabasesOwnLabelsComeAlongWhereTheirProviderIs() throws IOException {
        Databases.sql(
                source,
                "SET allow_system_table_mods = on; INSERT INTO pg_shseclabel SELECT oid, 'pg_database'::regclass, 'nobody''s',"
                        + " 'it''s secret' FROM pg_database WHERE datname = current_database()");
        Databases.Backup backup = backup();
        LoadOptions options = LoadOptions.defaults().withLacking(here.lacks(backup.shape()));

        assertThat(backup.shape().labels()).containsExactly(new DatabaseSecurityLabel("nobody's", "it's secret"));
        assertThat(DatabasePropertySql.statements("copy", backup.shape(), LoadOptions.defaults()))
                .contains("SECURITY LABEL FOR \"nobody's\" ON DATABASE \"copy\" IS 'it''s secret'");
        String name = Databases.restore(here, backup, options);
        assertThat(differences(here, name, backup, options)).isEmpty();
    }

    @Test
    void labelsOfAnotherProviderAndOfLargeObjectsStayApart() throws IOException {
        Databases.sql(
                source,
                "CREATE TABLE t (a int); SELECT lo_from_bytea(1, 'x'), lo_from_bytea(2, 'y')",
                "SET allow_system_table_mods = on; INSERT INTO pg_seclabel VALUES ('t'::regclass, 'pg_class'::regclass, 0,"
                        + " 'one', 'a'), ('t'::regclass, 'pg_class'::regclass, 0, 'two', 'b;'), (2,"
                        + " 'pg_largeobject'::regclass, 0, 'two', 'it''s')");
        Databases.Backup backup = backup();
        LoadOptions options = LoadOptions.defaults().withLacking(here.lacks(backup.shape()));

        assertThat(new String(
                        Objects.requireNonNull(
                                backup.rows().get(new QualifiedName("pg_catalog", "pg_largeobject_metadata"))),
                        StandardCharsets.UTF_8))
                .contains("{\"two\": \"it's\"}");
        String name = Databases.restore(here, backup, options);
        assertThat(differences(here, name, backup, options)).isEmpty();
        assertThat(OmittedDumpEntries.labels(
                        "SECURITY LABEL FOR one ON TABLE t IS 'a';\nSECURITY LABEL FOR \"two\" ON TABLE t IS 'b;';",
                        new MissingDependencies(Set.of(), Set.of(), Set.of("one"))))
                .containsExactly("SECURITY LABEL FOR \"two\" ON TABLE t IS 'b;'");
    }

    @Test
    void rolesThatRowsNameAreAskedForBeforeAnythingIsLoaded() throws IOException {
        roles();
        String quoted = QualifiedName.quote(gone);
        Databases.sql(
                source,
                "CREATE TABLE r (r regrole, l regrole[], a aclitem, m aclitem[])",
                "INSERT INTO r SELECT '" + stays + "', ARRAY['" + stays
                        + "', '-']::regrole[], NULL, relacl FROM (SELECT" + " ARRAY[makeaclitem('" + quoted
                        + "'::regrole, '" + stays + "'::regrole, 'SELECT', false)]) t (relacl)");
        Databases.Backup backup = backup();

        assertThat(backup.shape().roles()).contains(stays, gone);
        try (ScratchCluster cluster = ScratchCluster.start(ScratchOptions.in(Path.of("/tmp"), 15))) {
            TargetServer there = Databases.ENGINE.target(cluster.address(), PasswordSupplier.none());
            there.createRoles(List.of(stays));
            assertThatThrownBy(() -> there.create("copy", backup.shape()))
                    .isInstanceOfSatisfying(
                            HoldfastException.class,
                            failure -> assertThat(failure.code()).isEqualTo(FailureCode.TARGET_UNSUITABLE))
                    .hasMessageContaining(gone + " (in public.r.m)");
            there.createRoles(List.of(gone));
            String copy = Databases.restore(there, backup);
            assertThat(Databases.query(cluster.address().withDatabase(copy), "SELECT m FROM r"))
                    .isEqualTo(Databases.query(source, "SELECT m FROM r"));
        }
    }

    @Test
    void whatLiesInATablespaceThatIsThereStaysInIt() throws IOException {
        String there = "there_" + source.database();
        String missing = "missing_" + source.database();
        for (String space : List.of(there, missing)) {
            Databases.sql(source, "SET allow_in_place_tablespaces = on", "CREATE TABLESPACE " + space + " LOCATION ''");
        }
        Databases.sql(
                source,
                "CREATE TABLE a (id int PRIMARY KEY USING INDEX TABLESPACE " + missing + ") TABLESPACE " + there,
                "CREATE TABLE b (id int UNIQUE USING INDEX TABLESPACE " + there + ") TABLESPACE " + missing,
                "INSERT INTO a VALUES (1); INSERT INTO b VALUES (2)");
        Databases.Backup backup = backup();
        try (ScratchCluster cluster = ScratchCluster.start(ScratchOptions.in(Path.of("/tmp"), 15))) {
            TargetServer elsewhere = Databases.ENGINE.target(cluster.address(), PasswordSupplier.none());
            Databases.sql(
                    cluster.address(),
                    "SET allow_in_place_tablespaces = on",
                    "CREATE TABLESPACE " + there + " LOCATION ''");
            elsewhere.createRoles(backup.shape().roles());
            LoadOptions options = LoadOptions.defaults().withLacking(elsewhere.lacks(backup.shape()));

            String copy = Databases.restore(elsewhere, backup, options);

            assertThat(differences(elsewhere, copy, backup, options)).isEmpty();
            assertThat(Databases.query(
                            cluster.address().withDatabase(copy),
                            "SELECT c.relname FROM pg_class c JOIN pg_tablespace t ON t.oid = c.reltablespace WHERE"
                                    + " t.spcname = '" + there + "' ORDER BY 1"))
                    .containsExactly("a", "b_id_key");
        }
    }

    @Test
    void anOwnerOfPublicComesBack() throws IOException {
        roles();
        Databases.sql(source, "ALTER SCHEMA public OWNER TO " + stays, "REVOKE ALL ON SCHEMA public FROM PUBLIC");
        Databases.Backup backup = backup();

        DatabaseAddress copy = source.withDatabase(Databases.restore(here, backup));

        String state = "SELECT nspowner::regrole || ' ' || nspacl::text FROM pg_namespace WHERE nspname = 'public'";
        assertThat(Databases.query(copy, state)).isEqualTo(Databases.query(source, state));
    }
}
