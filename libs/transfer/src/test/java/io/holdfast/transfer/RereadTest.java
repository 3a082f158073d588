package io.holdfast.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.TargetServer;
import io.holdfast.transfer.progress.TransferListener;
import io.holdfast.transfer.restore.NewDatabaseRestorer;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.read.BackupReader;
import io.holdfast.vault.store.MemoryObjectStore;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Definitions that the source's sessions write otherwise than the copy's. */
class RereadTest {
    private Bench bench;

    @BeforeEach
    void vault() throws IOException {
        bench = new Bench(new MemoryObjectStore());
    }

    @Test
    void whatIsOnlyWrittenOtherwiseIsNoDifference() {
        String source = source();
        Servers.sql(
                source,
                "create function noticed() returns event_trigger language plpgsql as 'begin end'",
                "create event trigger notices on ddl_command_end execute function noticed()");
        Servers.sql(
                "postgres",
                "do $$ begin execute format('alter role %I in database %I set quote_all_identifiers = on', current_user, '"
                        + source
                        + "'); execute format('alter role %I in database %I set standard_conforming_strings = off',"
                        + " current_user, '" + source + "'); end $$");
        Manifest manifest = bench.capture(source);

        try (TargetServer target = Servers.target();
                BackupReader backup = bench.vault.reader(bench.source, manifest.backup())) {
            NewDatabaseRestorer.Made made =
                    NewDatabaseRestorer.of(backup, target, Servers.freshName(), false, TransferListener.NONE);

            assertThat(made.findings()).isEmpty();
        }
        assertThat(Servers.query("postgres", "select datname from pg_database where datname like '%reread%'"))
                .isEmpty();
    }

    @Test
    void whatAProcessThatDiedLeftGoesWithItsCopy() {
        String copy = Servers.database();
        String left = "holdfast_reread_"
                + Servers.query("postgres", "select oid from pg_database where datname = '" + copy + "'")
                        .getFirst();
        Servers.sql("postgres", "create database " + left);

        try (TargetServer target = Servers.target()) {
            target.drop(copy);
        }

        assertThat(Servers.query(
                        "postgres",
                        "select datname from pg_database where datname in ('" + copy + "', '" + left + "')"))
                .isEmpty();
    }

    @Test
    void whatIsDifferentIsFoundAmongIt() {
        Manifest manifest = bench.capture(source());
        Bench.Copy copy = bench.reload(manifest);
        Servers.sql(
                copy.database(),
                "create or replace view seen as select a from t where exists (select 'y' from t)",
                "alter view other owner to pg_monitor");

        assertThat(bench.compare(manifest, copy).differences())
                .hasSize(2)
                .anySatisfy(found -> assertThat(found.message()).contains("VIEW public.seen differs"))
                .anySatisfy(found -> assertThat(found.message()).contains("VIEW public.other differs", "pg_monitor"));
    }

    private static String source() {
        return Servers.database(
                "create table t (a int default -1::int, \"B\" text check (\"B\" <> E'a\\\\b'))",
                "create index on t (lower(\"B\"))",
                "create view seen as select a from t where exists (select 'x' from t)",
                "create view other as select a from t where exists (select 'x' from t)",
                "comment on table t is E'back\\\\slash'",
                "grant select on t to public");
    }
}
