package io.holdfast.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.BackupScope;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Definitions that need others which pg_dump writes behind the rows, or that must wait for all others. */
class DefinitionsOrderTest {
    private final DatabaseAddress source = Databases.fresh();
    private final TargetServer target = Databases.ENGINE.target(Databases.server(), PasswordSupplier.none());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE FUNCTION all_of_m() RETURNS SETOF m LANGUAGE sql AS 'SELECT * FROM public.m'",
                "CREATE FUNCTION first_of_m() RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT min(v) FROM m; END",
                "CREATE FUNCTION low(a int) RETURNS boolean LANGUAGE sql IMMUTABLE BEGIN ATOMIC SELECT a < (SELECT"
                        + " count(v) FROM (SELECT k, v FROM t GROUP BY k) x) + 100; END;"
                        + " CREATE TABLE c (a int CHECK (low(a)), b boolean DEFAULT low(7));"
                        + " INSERT INTO c VALUES (1); CREATE DOMAIN d AS int CHECK (low(VALUE))",
                "CREATE FUNCTION f(t) RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT v FROM t GROUP BY k LIMIT 1; END;"
                        + " CREATE CAST (t AS text) WITH FUNCTION f(t); CREATE AGGREGATE last_of (int)"
                        + " (SFUNC = int4pl, STYPE = int); CREATE VIEW w AS SELECT f(t) FROM t",
                "CREATE TABLE of_m OF m_type; CREATE FUNCTION n(m) RETURNS int LANGUAGE sql AS 'SELECT 1';"
                        + " CREATE VIEW by_n AS SELECT n(m) FROM m; CREATE MATERIALIZED VIEW mm AS SELECT * FROM by_n;"
                        + " CREATE INDEX ON mm (n)"
            })
    void whatNeedsSomethingBehindTheRowsComesBack(String definitions) throws IOException {
        Databases.sql(
                source,
                "CREATE TYPE m_type AS (a int); CREATE TABLE t (k int PRIMARY KEY, v text); INSERT INTO t VALUES (1, 'a')",
                "CREATE MATERIALIZED VIEW m AS SELECT k, v FROM t GROUP BY k; CREATE UNIQUE INDEX ON m (k)",
                "COMMENT ON MATERIALIZED VIEW m IS 'all'; COMMENT ON CONSTRAINT t_pkey ON t IS 'key'",
                definitions);

        DatabaseAddress copy = source.withDatabase(Databases.restore(target, backup(source)));

        assertSameSchema(copy, LoadOptions.defaults());
        assertThat(Databases.query(copy, "SELECT v || obj_description('m'::regclass) FROM m"))
                .containsExactly("aall");
    }

    @Test
    void aSchemaThatIsAlwaysThereHasTheOwnerItHad() throws IOException {
        Databases.sql(
                source,
                "CREATE ROLE keeper_of_public",
                "ALTER SCHEMA public OWNER TO keeper_of_public; CREATE TABLE t AS SELECT 1 AS a");
        Databases.Backup backup;
        try (Snapshot snapshot = Databases.ENGINE.open(
                source,
                PasswordSupplier.none(),
                Databases.OPTIONS.withScope(new BackupScope(Set.of("public"), Set.of(), Set.of(), Set.of())))) {
            backup = Databases.backup(snapshot);
        }

        DatabaseAddress copy = source.withDatabase(Databases.restore(target, backup));

        assertThat(Databases.query(copy, "SELECT nspowner::regrole FROM pg_namespace WHERE nspname = 'public'"))
                .containsExactly("keeper_of_public");
    }

    /** Rights of a role that lacks are given by hand, and an event trigger would see that. */
    @Test
    void eventTriggersSeeNothingOfTheRestore() throws IOException {
        Databases.sql(
                source,
                "CREATE ROLE gone_tomorrow; CREATE ROLE stays_here",
                "CREATE TABLE seen (tag text); CREATE TABLE t (a int); GRANT SELECT ON t TO gone_tomorrow, stays_here",
                "ALTER TABLE t OWNER TO stays_here",
                "CREATE FUNCTION see() RETURNS event_trigger LANGUAGE plpgsql AS"
                        + " 'BEGIN INSERT INTO public.seen VALUES (tg_tag); END'",
                "CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''no''; END'",
                "CREATE EVENT TRIGGER sees ON ddl_command_end EXECUTE FUNCTION see()",
                "CREATE EVENT TRIGGER refuses ON ddl_command_start EXECUTE FUNCTION refuse()",
                "ALTER EVENT TRIGGER refuses DISABLE");
        Databases.Backup backup = backup(source);
        Databases.sql(source, "REVOKE ALL ON t FROM gone_tomorrow; DROP ROLE gone_tomorrow");

        LoadOptions options = LoadOptions.defaults().withLacking(target.lacks(backup.shape()));
        DatabaseAddress copy = source.withDatabase(Databases.restore(target, backup, options));

        assertThat(Databases.query(copy, "SELECT tag FROM seen")).isEmpty();
        assertThat(Databases.query(copy, "SELECT evtname || evtenabled::text FROM pg_event_trigger ORDER BY 1"))
                .containsExactly("refusesD", "seesO");
        assertThat(Databases.query(copy, "SELECT relowner::regrole FROM pg_class WHERE relname = 't'"))
                .containsExactly("stays_here");
    }

    @Test
    void aMaterializedViewBehindTheRowsComesBackWithoutItsTablespace() throws IOException {
        for (String space : List.of("here", "gone")) {
            Databases.sql(source, "SET allow_in_place_tablespaces = on", "CREATE TABLESPACE " + space + " LOCATION ''");
        }
        Databases.sql(
                source,
                "CREATE TABLE t (k int, v text, CONSTRAINT \"key of t\" PRIMARY KEY (k) USING INDEX TABLESPACE here)",
                "INSERT INTO t VALUES (1, 'a')",
                "CREATE MATERIALIZED VIEW m TABLESPACE gone AS SELECT k, v FROM t GROUP BY k",
                "CREATE MATERIALIZED VIEW n TABLESPACE here AS SELECT k FROM m; CREATE INDEX of_n ON n (k) TABLESPACE here",
                "CREATE FUNCTION of_m() RETURNS SETOF m LANGUAGE sql AS 'SELECT * FROM public.m'");
        Databases.Backup backup = backup(source);
        Databases.sql(source, "ALTER MATERIALIZED VIEW m SET TABLESPACE pg_default");
        Databases.sql(Databases.server(), "DROP TABLESPACE gone");

        LoadOptions options = LoadOptions.defaults().withLacking(target.lacks(backup.shape()));
        DatabaseAddress copy = source.withDatabase(Databases.restore(target, backup, options));

        assertThat(Databases.query(
                        copy,
                        "SELECT c.relname FROM pg_class c JOIN pg_tablespace s ON s.oid = c.reltablespace"
                                + " WHERE s.spcname = 'here' ORDER BY 1"))
                .containsExactly("key of t", "n", "of_n");
        assertThat(Databases.query(copy, "SELECT m.v FROM m JOIN n USING (k)")).containsExactly("a");
    }

    @Test
    void anOptionOfAToastTableThatIsGoneIsNoDifference() throws IOException {
        Databases.sql(
                source,
                "CREATE TABLE t (a int, b text) WITH (toast.autovacuum_enabled = off, fillfactor = 70)",
                "CREATE TABLE u (a int, b text) WITH (toast.autovacuum_enabled = off)",
                "CREATE TABLE kept (a int, b text) WITH (toast.autovacuum_enabled = off)",
                "ALTER TABLE t DROP COLUMN b; ALTER TABLE u DROP COLUMN b");

        DatabaseAddress copy = source.withDatabase(Databases.restore(target, backup(source)));

        assertSameSchema(copy, LoadOptions.defaults());
        Databases.sql(copy, "ALTER TABLE t RESET (fillfactor)");
        assertThat(Databases.ENGINE.compareSchemas(
                        backup(source).dump(), backup(copy).dump(), LoadOptions.defaults()))
                .hasSize(1)
                .first()
                .asString()
                .contains("public.t");
    }

    /** Which numbers it holds is not compared, and those that come next are. */
    @Test
    void aMaterializedViewThatDrawsFromASequenceLeavesItWhereItWas() throws IOException {
        Databases.sql(
                source,
                "CREATE SEQUENCE s; CREATE MATERIALIZED VIEW m AS SELECT nextval('s') FROM generate_series(1, 3)");

        DatabaseAddress copy = source.withDatabase(Databases.restore(target, backup(source)));

        assertThat(Databases.query(copy, "SELECT last_value FROM s")).containsExactly("3");
    }

    private void assertSameSchema(DatabaseAddress copy, LoadOptions options) throws IOException {
        assertThat(Databases.ENGINE.compareSchemas(
                        backup(source).dump(), backup(copy).dump(), options))
                .isEmpty();
    }

    private static Databases.Backup backup(DatabaseAddress database) throws IOException {
        try (Snapshot snapshot = Databases.open(database)) {
            return Databases.backup(snapshot);
        }
    }
}
