package io.holdfast.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.model.Finding;
import io.holdfast.transfer.export.SqlExporter;
import io.holdfast.transfer.load.LoadReport;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.read.BackupReader;
import io.holdfast.vault.store.MemoryObjectStore;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Databases whose functions name objects without a schema, which pg_dump's empty search path hides from them. */
class SearchPathTest {
    private static final String STATE =
            "select (select count(*) from t) || ' ' || (select string_agg(g, ',') from made) || ' '"
                    + " || (select string_agg(n::text, ',') from m) || ' ' || (select string_agg(d::text, ',') from typed) || ' ' ||"
                    + " (select string_agg(w, ',') from words where plain(w) = 'hotel')";

    private Bench bench;

    @BeforeEach
    void freshVault() throws IOException {
        bench = new Bench(new MemoryObjectStore());
    }

    /** A check, a domain, a generated column, indexes on a PL/pgSQL and on an inlined SQL function, a materialized view. */
    private static String unqualified() {
        return Servers.database(
                "create extension unaccent",
                "create table lim (n int); insert into lim values (10)",
                "create function below(i int) returns boolean language plpgsql stable as"
                        + " $$ begin return i < (select n from lim); end $$",
                "create table t (id int primary key, v int check (below(v))); insert into t values (1, 5), (2, 6)",
                "create function limit_of(i int) returns int language plpgsql immutable as"
                        + " $$ begin return i + (select n from lim); end $$",
                "create index on t (limit_of(v))",
                "create domain small as int check (below(value))",
                "create table typed (d small); insert into typed values (3)",
                "create function label(i int) returns text language sql immutable as"
                        + " 'select ''L'' || (select n from lim) || i'",
                "create table made (i int, g text generated always as (label(i)) stored); insert into made values (7)",
                "create function plain(text) returns text language sql immutable as 'select unaccent($1)'",
                "create table words (w text); insert into words values ('h\u00f4tel')",
                "create index words_plain on words (plain(w))",
                "create function counted() returns bigint language sql stable as 'select count(*) from t'",
                "create materialized view m as select counted() as n");
    }

    @Test
    void definitionsAndRowsThatNeedTheSearchPathAreRestoredEqualWithAFindingForEachFunction() {
        String source = unqualified();
        Manifest manifest = bench.capture(source);

        Bench.Copy copy = bench.reload(manifest);

        assertThat(bench.compare(manifest, copy).differences()).isEmpty();
        assertThat(Servers.query(copy.database(), STATE)).isEqualTo(Servers.query(source, STATE));
        assertThat(copy.reloaded().notDerived()).isEmpty();
        assertThat(copy.reloaded().searchPaths())
                .extracting(Finding::object)
                .containsExactlyInAnyOrder(
                        "public.below(integer)",
                        "public.limit_of(integer)",
                        "public.label(integer)",
                        "public.plain(text)",
                        "public.counted()");
        assertThat(Servers.query(copy.database(), "select proname from pg_proc where proconfig is not null"))
                .isEmpty();
    }

    @Test
    void theSearchPathOfTheDatabaseAndOfItsOwnerIsUsed() {
        String source = Servers.freshName();
        Servers.sql("postgres", "create database " + source + " template template0");
        Servers.sql("postgres", "alter database " + source + " set search_path to app, public");
        Servers.sql(
                source,
                "create schema app; create table app.lim (n int); insert into app.lim values (10)",
                "create function app.below(i int) returns boolean language plpgsql stable as"
                        + " $$ begin return i < (select n from lim); end $$",
                "create table app.t (v int check (app.below(v))); set search_path = app; insert into app.t values (5)");
        Manifest manifest = bench.capture(source);

        Bench.Copy copy = bench.reload(manifest);

        assertThat(bench.compare(manifest, copy).differences()).isEmpty();
        assertThat(copy.reloaded().searchPaths())
                .singleElement()
                .satisfies(finding -> assertThat(finding.message()).contains("app.below(integer)", "'app', 'public'"));
    }

    @Test
    void whatNoPathLeadsToIsRefusedWithFunctionTableAndLine() {
        String source = Servers.database(
                "create schema hidden; create table hidden.lim (n int); insert into hidden.lim values (10)",
                "create function below(i int) returns boolean language plpgsql stable as"
                        + " $$ begin\n return i < (select n from lim); end $$",
                "create table t (v int check (below(v))); set search_path = hidden, public; insert into t values (5)");
        Manifest manifest = bench.capture(source);

        assertThatThrownBy(() -> bench.reload(manifest))
                .isInstanceOf(HoldfastException.class)
                .hasMessageContainingAll("public.t", "below(integer) line 2", "ALTER FUNCTION", "public");
    }

    @Test
    void theExportedScriptLoads(@TempDir Path directory) throws IOException {
        String source = unqualified();
        Manifest manifest = bench.capture(source);
        Path script = directory.resolve("script.sql");
        try (BackupReader backup = bench.vault.reader(bench.source, manifest.backup());
                OutputStream out = Files.newOutputStream(script)) {
            SqlExporter.sql(backup, out);
        }

        String copy = Servers.database();
        Program.run(
                script,
                Map.of("PGPASSWORD", String.valueOf(Servers.password().reveal())),
                List.of(
                        "psql",
                        "-Xqv",
                        "ON_ERROR_STOP=1",
                        "-h",
                        Servers.address(copy).host(),
                        "-p",
                        "" + Servers.address(copy).port(),
                        "-U",
                        Servers.address(copy).user(),
                        "-d",
                        copy));

        assertThat(bench.compare(manifest, new Bench.Copy(copy, LoadReport.AS_IT_WAS))
                        .differences())
                .isEmpty();
        assertThat(Servers.query(copy, STATE)).isEqualTo(Servers.query(source, STATE));
        assertThat(Servers.query(copy, "select proname from pg_proc where proconfig is not null"))
                .isEmpty();
    }
}
