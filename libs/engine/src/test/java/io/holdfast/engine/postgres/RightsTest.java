package io.holdfast.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.engine.DatabaseAddress;
import io.holdfast.engine.Finding;
import io.holdfast.engine.Lacking;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.Password;
import io.holdfast.engine.QualifiedName;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.Target;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.engine.scratch.ScratchCluster;
import io.holdfast.engine.scratch.ScratchOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RightsTest {
    private final DatabaseAddress source = Databases.fresh();
    private final String stays = "stays_" + source.database();
    private final String gone = "Gone; \"" + source.database() + '"';
    private final Target here = Databases.ENGINE.target(Databases.server(), Password.none());

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
            Target there = Databases.ENGINE.target(cluster.address(), Password.none());
            there.createRoles(List.of(stays));
            Lacking lacking = there.lacks(backup.shape());
            LoadOptions options = LoadOptions.defaults().withLacking(lacking);

            String name = Databases.restore(there, backup, options);

            DatabaseAddress copy = cluster.address().withDatabase(name);
            assertThat(lacking.roles()).contains(gone).doesNotContain(stays);
            assertThat(lacking.findings())
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

    private static List<String> differences(Target target, String name, Databases.Backup backup, LoadOptions options)
            throws IOException {
        try (TargetDatabase database = target.open(name, options);
                Snapshot snapshot = database.snapshot(Databases.OPTIONS)) {
            return Databases.ENGINE.compareSchemas(
                    backup.dump(), Databases.backup(snapshot).dump(), options);
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
        try (Target byPoor = Databases.ENGINE.target(Databases.server().withUser(poor), Password.none())) {
            assertThatThrownBy(() -> Databases.restore(byPoor, backup, LoadOptions.defaults()))
                    .isInstanceOfSatisfying(
                            Failure.class,
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
        Lacking lacking = here.lacks(backup.shape());
        LoadOptions options = LoadOptions.defaults().withLacking(lacking);

        String name = Databases.restore(here, backup, options);

        assertThat(lacking).isEqualTo(new Lacking(Set.of(), Set.of(), Set.of("nobody's")));
        assertThat(differences(here, name, backup, options)).isEmpty();
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

    @Test
    void aPartitionedTableWithAForeignPartitionIsNeverWrittenToThroughItsRoot() throws IOException {
        Databases.sql(
                source,
                "CREATE EXTENSION postgres_fdw; CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw",
                "CREATE TYPE e AS ENUM ('a', 'b', 'c', 'd'); CREATE TABLE r (k e) PARTITION BY HASH (k)",
                "CREATE TABLE r0 PARTITION OF r FOR VALUES WITH (MODULUS 2, REMAINDER 0)",
                "CREATE FOREIGN TABLE r1 PARTITION OF r FOR VALUES WITH (MODULUS 2, REMAINDER 1) SERVER far");
        Databases.Backup backup = backup();

        assertThatThrownBy(() -> Databases.restore(here, backup))
                .isInstanceOfSatisfying(
                        Failure.class, failure -> assertThat(failure.code()).isEqualTo(FailureCode.TARGET_LOAD_FAILED))
                .hasMessageContaining("public.r")
                .hasMessageContaining("foreign");
    }
}
