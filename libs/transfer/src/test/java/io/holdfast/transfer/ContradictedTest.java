package io.holdfast.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.model.Finding;
import io.holdfast.transfer.compare.ComparisonResult;
import io.holdfast.transfer.progress.TransferListener;
import io.holdfast.transfer.restore.NewDatabaseRestorer;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.read.BackupReader;
import io.holdfast.vault.store.MemoryObjectStore;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rows that their own definitions forbid: a server checks what is written, not what is there. */
class ContradictedTest {
    private final String copy = Servers.freshName();
    private Bench bench;
    private Manifest manifest;

    @BeforeEach
    void backup() throws IOException {
        bench = new Bench(new MemoryObjectStore());
        manifest = bench.capture(Servers.database(
                "create table clients (id int primary key, code text)",
                "insert into clients select n, 'c' || n from generate_series(1, 5000) n",
                "create table tickets (id int primary key, client int constraint of_a_client references clients)",
                "create index by_client on tickets (client)",
                "comment on constraint of_a_client on tickets is 'nobody looks after replicas'",
                "create function shown(text) returns text immutable return $1",
                "create unique index one_of_each on clients (shown(code))",
                "create or replace function shown(text) returns text immutable return left($1, 1)",
                "set session_replication_role = replica",
                "insert into tickets values (1, 1), (2, 7000)"));
    }

    @Test
    void theRestoreFailsAndSaysHowToHaveTheRows() {
        HoldfastException holdfastException = catchThrowableOfType(HoldfastException.class, () -> restore(false));

        assertThat(holdfastException.code()).isEqualTo(FailureCode.TARGET_LOAD_FAILED);
        assertThat(holdfastException.getMessage()).contains("one_of_each", "./holdfast vault restore --keep-going");
        assertThat(Servers.query("postgres", "select datname from pg_database where datname like '%_restore_%'"))
                .isEmpty();
    }

    @Test
    void allRowsComeBackWithoutWhatTheyContradict() {
        NewDatabaseRestorer.Made made = restore(true);

        assertThat(made.comparison().rows()).isEqualTo(5002);
        assertThat(made.comparison().tables()).allMatch(ComparisonResult.Table::equal);
        assertThat(made.findings())
                .extracting(Finding::kind)
                .containsOnly(Finding.Kind.NOT_MADE)
                .hasSizeGreaterThanOrEqualTo(2);
        assertThat(made.findings())
                .extracting(Finding::message)
                .anySatisfy(said -> assertThat(said).contains("could not create unique index \"one_of_each\""))
                .anySatisfy(said -> assertThat(said).contains("violates foreign key constraint \"of_a_client\""));
        assertThat(Servers.query(
                        copy,
                        "select indexrelid::regclass from pg_index where indrelid::regclass::text in"
                                + " ('clients', 'tickets')"))
                .containsExactlyInAnyOrder("by_client", "clients_pkey", "tickets_pkey");
    }

    /** Each of three hundred keys is violated; and what relies on one of them has grants, an owner and comments. */
    @Test
    @Tag("slow")
    void howeverMuchIsContradictedAndWhateverReliesOnIt() throws IOException {
        manifest = bench.capture(Servers.database(
                "create table t (id int constraint key_of_t primary key, v text)",
                "update pg_index set indisready = false, indisvalid = false where indexrelid = 'key_of_t'::regclass",
                "insert into t values (1, 'a'), (1, 'b')",
                "update pg_index set indisready = true, indisvalid = true where indexrelid = 'key_of_t'::regclass",
                "create materialized view m as select id, v, count(*) from t group by id",
                "create index on m (v)",
                "grant select on m to public",
                "comment on materialized view m is 'relies on the key'",
                "create table r (id int primary key)",
                "do $$ begin for n in 1..300 loop execute format('create table c%s (x int constraint"
                        + " a_rather_long_name_of_a_key_%s references r)', n, n); end loop; end $$",
                "set session_replication_role = replica",
                "do $$ begin for n in 1..300 loop execute format('insert into c%s values (7)', n); end loop; end $$"));

        NewDatabaseRestorer.Made made = restore(true);

        assertThat(made.comparison().rows()).isEqualTo(302);
        assertThat(made.findings())
                .extracting(Finding::message)
                .anySatisfy(said -> assertThat(said).contains("could not create unique index \"key_of_t\""))
                .anySatisfy(said -> assertThat(said).contains("a_rather_long_name_of_a_key_300"));
    }

    /** A function that a check calls became stricter; a leaf's does; and what refers to these rows. */
    @Test
    void rowsThatAreRefusedAreLeftOutWithWhatRefersToThem() throws IOException {
        manifest = bench.capture(refusing());

        NewDatabaseRestorer.Made made = restore(true);

        assertThat(made.comparison().rows()).isEqualTo(4);
        assertThat(made.comparison().tables())
                .filteredOn(table -> !table.equal())
                .extracting(ComparisonResult.Table::name)
                .containsExactlyInAnyOrder("public.checked", "public.checked.2024", "public.leaf_1");
        assertThat(made.findings())
                .filteredOn(finding -> finding.kind() == Finding.Kind.NOT_LOADED)
                .extracting(Finding::object)
                .containsExactlyInAnyOrder("public.checked", "public.\"checked.2024\"", "public.leaf_1");
        assertThat(made.findings())
                .extracting(Finding::message)
                .anySatisfy(said ->
                        assertThat(said).contains("without the 2 rows of public.checked", "constraint positive"))
                .anySatisfy(said -> assertThat(said).contains("violates foreign key constraint \"of_a_checked\""));
        assertThat(Servers.query(copy, "select 1 from checked union all select 1 from leaf_1"))
                .isEmpty();
        assertThat(Servers.query(copy, "select id from tree order by 1")).containsExactly("11", "12");
        assertThat(Servers.query(copy, "select id from referring order by 1")).containsExactly("1", "2");
    }

    @Test
    void withoutKeepGoingTheyFailAndSayHowToHaveTheRest() throws IOException {
        manifest = bench.capture(refusing());

        HoldfastException holdfastException = catchThrowableOfType(HoldfastException.class, () -> restore(false));

        assertThat(holdfastException.code()).isEqualTo(FailureCode.TARGET_LOAD_FAILED);
        assertThat(holdfastException.getMessage())
                .containsPattern("public\\.(checked|leaf_1)")
                .contains("--keep-going");
    }

    private static String refusing() {
        return Servers.database(
                "create function fine(int) returns boolean immutable return $1 > 0",
                "create table checked (id int primary key, constraint positive check (fine(id)))",
                "create table \"checked.2024\" (id int check (fine(id)))",
                "insert into \"checked.2024\" values (1)",
                "create table referring (id int constraint of_a_checked references checked)",
                "create table tree (id int) partition by range (id)",
                "create table leaf_1 partition of tree (constraint of_leaf check (fine(id))) for values from (0) to (10)",
                "create table leaf_2 partition of tree for values from (10) to (20)",
                "insert into checked values (1), (2)",
                "insert into referring values (1), (2)",
                "insert into tree values (1), (11), (12)",
                "create or replace function fine(int) returns boolean immutable return $1 > 1");
    }

    /** pg_dump writes XMLTABLE's names of columns where the server takes none. */
    @Test
    void definitionsThatAreRefusedBeforeTheRowsAreLeftOut() throws IOException {
        manifest = bench.capture(Servers.database(
                "create view odd as select * from xmltable('/r' passing ('<r/>'::xml) columns a text) as x(y)",
                "create materialized view made_of_it as select count(*) from odd",
                "create table of_it (o odd, n int generated always as identity)",
                "insert into of_it values (null), (null)",
                "create sequence own_of_nobody",
                "select setval('own_of_nobody', 42)",
                "create table plain (id int)",
                "insert into plain values (1)"));

        NewDatabaseRestorer.Made made = restore(true);

        assertThat(made.comparison().rows()).isEqualTo(1);
        assertThat(made.findings())
                .extracting(Finding::message)
                .anySatisfy(said -> assertThat(said).contains("VIEW public.odd is missing in the copy"))
                .anySatisfy(said -> assertThat(said).contains("MATERIALIZED VIEW public.made_of_it is missing"))
                .anySatisfy(said -> assertThat(said).contains("without the 2 rows of public.of_it", "does not exist"));
        assertThat(Servers.query(copy, "select last_value || ' ' || is_called from own_of_nobody"))
                .containsExactly("42 true");
        assertThat(Servers.query(copy, "select to_regclass('of_it') is null and to_regclass('of_it_n_seq') is null"))
                .containsExactly("t");
    }

    private NewDatabaseRestorer.Made restore(boolean keepGoing) {
        try (TargetServer target = Servers.target();
                BackupReader backup = bench.vault.reader(bench.source, manifest.backup())) {
            return NewDatabaseRestorer.of(backup, target, copy, keepGoing, TransferListener.NONE);
        }
    }
}
