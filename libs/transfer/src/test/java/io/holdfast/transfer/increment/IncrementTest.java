package io.holdfast.transfer.increment;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.holdfast.contracts.VerificationId;
import io.holdfast.engine.increment.ChangeMark;
import io.holdfast.engine.increment.ChangeMark.Horizon;
import io.holdfast.engine.postgres.jdbc.Sql;
import io.holdfast.transfer.compare.ComparisonResult;
import io.holdfast.vault.format.BackupContents;
import io.holdfast.vault.format.ChunkId;
import io.holdfast.vault.format.Extent;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.format.Proof;
import io.holdfast.vault.format.VaultLayout;
import io.holdfast.vault.status.BackupStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every backup is compared with its own snapshot, row by row, by {@link IncrementalBackups}. */
class IncrementTest {
    private static final int NEVER = 1000;
    private static @Nullable SummarizingServer running;

    private IncrementalBackups backups;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        assumeTrue(SummarizingServer.programs().isPresent(), SummarizingServer.MISSING);
        running = SummarizingServer.start();
    }

    @AfterAll
    static void end() {
        if (running != null) {
            running.close();
        }
    }

    private static SummarizingServer server() {
        SummarizingServer server = running;
        if (server == null) {
            throw new IllegalStateException("no server");
        }
        return server;
    }

    @BeforeEach
    void tables() throws IOException {
        server().sql(
                        "drop schema public cascade",
                        "create schema public",
                        "create table public.t (id int primary key, v text not null) with (fillfactor = 80)",
                        "insert into public.t select g, repeat('x', 400) || g from generate_series(1, 6000) g",
                        "create table public.small (id int, v text)",
                        "insert into public.small select g, 'v' || g from generate_series(1, 100) g",
                        "vacuum (freeze, analyze) public.t, public.small",
                        "checkpoint");
        backups = new IncrementalBackups(server());
    }

    @Test
    void onlyPartsWithChangedBlocksAreRead() throws IOException {
        Manifest whole = backups.next(NEVER);
        assertThat(backups.taken()).isEmpty();
        server().sql("update public.t set v = 'changed' where id = 3000");

        Manifest increment = backups.next(NEVER);

        assertThat(backups.taken()).hasSizeGreaterThan(15).contains("public.small 0", "public.t 0");
        assertThat(IncrementNote.of(increment).orElseThrow().builtOn())
                .containsExactly(whole.backup().toString());
        assertThat(increment.totals().newStoredBytes())
                .isLessThan(whole.totals().newStoredBytes() / 4);
    }

    @Test
    void anIncrementIsRestoredAlone() throws IOException {
        Manifest whole = backups.next(NEVER);
        server().sql("update public.t set v = 'changed' where id = 3000", "delete from public.t where id = 17");
        backups.next(NEVER);
        server().sql("insert into public.small values (101, 'added')");
        Manifest increment = backups.next(NEVER);
        assertThat(backups.tookAnyOf("public.t")).isTrue();
        backups.vault.delete(backups.source, whole.backup(), "test", "an increment does not need it");

        ComparisonResult restored = backups.restore(increment, "restored");

        assertThat(restored.differences()).isEmpty();
        assertThat(restored.rows()).isEqualTo(5999 + 101);
        for (String table : List.of("public.t", "public.small")) {
            String rows = "select sum(pg_catalog.hashtext(x::text))::bigint from " + table + " x";
            assertThat(server().count("restored", rows)).isEqualTo(server().count(rows));
        }
    }

    @Test
    void rowsOfATransactionThatWasOpenAtTheEarlierBackupAreRead() throws IOException, SQLException {
        backups.next(NEVER);
        try (Connection open = server().connect()) {
            Sql.run(open, "begin");
            Sql.run(open, "update public.t set v = 'late' where id between 100 and 120");
            server().sql("checkpoint"); // the summary before the backup ends behind the update
            backups.next(NEVER);
            assertThat(backups.tookAnyOf("public.t")).isTrue();
            Sql.run(open, "commit");
        }

        backups.next(NEVER);

        assertThat(backups.tookAnyOf("public.t")).isTrue();
        assertThat(backups.taken()).doesNotContain("public.t 0");
    }

    @Test
    void aTransactionOlderThanTheFirstBackupMakesTheSecondReadEverything() throws IOException, SQLException {
        try (Connection open = server().connect()) {
            Sql.run(open, "begin");
            Sql.run(open, "update public.t set v = 'late' where id = 1");
            server().sql("checkpoint"); // the summary before the backup ends behind the update
            backups.next(NEVER);
            Sql.run(open, "commit");
        }

        Manifest second = backups.next(NEVER);

        assertThat(backups.taken()).isEmpty();
        assertThat(IncrementNote.of(second).orElseThrow().builtOn()).isEmpty();
    }

    @Test
    void tablesThatChangeWithoutTheirBlocksAreRead() throws IOException {
        server().sql(
                        "create type public.mood as enum ('good', 'bad')",
                        "create table public.moody as select g as id, 'good'::public.mood as m from generate_series(1, 99) g",
                        "create table public.named (r regclass)",
                        "insert into public.named values ('public.small')",
                        "create unlogged table public.volatile (v int)",
                        "checkpoint");
        backups.next(NEVER);
        server().sql(
                        "alter table public.small rename to smaller",
                        "insert into public.volatile values (1)",
                        "alter table public.t add column added int default 7");
        backups.next(NEVER);
        assertThat(backups.taken()).contains("public.moody 0");
        assertThat(backups.tookAnyOf("public.t")).isFalse();
        assertThat(backups.tookAnyOf("public.named")).isFalse();
        server().sql("alter type public.mood rename value 'good' to 'fine'");

        backups.next(NEVER);

        assertThat(backups.taken()).isEmpty();
    }

    @Test
    void treesWithLeavesOfManyRangesAreRead() throws IOException {
        server().sql(
                        "create table public.tree (id int, v text) partition by hash ((id + 0))",
                        "create table public.leaf0 partition of public.tree for values with (modulus 2, remainder 0)",
                        "create table public.leaf1 partition of public.tree for values with (modulus 2, remainder 1)",
                        "insert into public.tree select g, repeat('y', 400) || g from generate_series(1, 6000) g");
        assertThat(server().count("select pg_relation_size('public.leaf0') / 1024"))
                .isGreaterThan(1024);
        assertThat(server().count("select pg_relation_size('public.leaf1') / 1024"))
                .isGreaterThan(1024);
        backups.next(NEVER);

        backups.next(NEVER);

        assertThat(backups.taken()).contains("public.small 0");
        assertThat(backups.tookAnyOf("public.leaf0")).isFalse();
    }

    @Test
    void aTableThatWasEmptiedWithoutACheckpointIsRead() throws IOException {
        backups.next(NEVER);
        server().sql("delete from public.small", "vacuum public.small");
        assertThat(server().count("select pg_relation_size('public.small')")).isZero();

        backups.next(NEVER);

        assertThat(backups.taken()).contains("public.t 0").doesNotContain("public.small 0");
    }

    @Test
    void rewrittenTablesAreRead() throws IOException {
        backups.next(NEVER);
        server().sql(
                        "vacuum full public.t",
                        "begin; truncate public.small; insert into public.small values (1, 'new'); commit",
                        "checkpoint");
        backups.next(NEVER);
        assertThat(backups.taken()).isEmpty();
        server().sql("delete from public.t where id > 3000", "vacuum public.t");

        backups.next(NEVER);

        assertThat(backups.taken()).containsExactly("public.small 0");
    }

    @Test
    void everythingIsReadWhilePreparedTransactionsExist() throws IOException {
        backups.next(NEVER);
        server().sql("begin; update public.t set v = 'p' where id = 9; prepare transaction 'p'");
        backups.next(NEVER);
        assertThat(backups.taken()).isEmpty();
        server().sql("commit prepared 'p'");
        backups.next(NEVER);
        assertThat(backups.taken()).isEmpty();

        backups.next(NEVER);

        assertThat(backups.taken()).isNotEmpty();
    }

    @Test
    void everyThirdBackupReadsEverythingAndNamesADifference() throws IOException {
        Manifest whole = backups.next(3);
        Manifest second = backups.next(3);
        Manifest third = backups.next(3);
        Manifest fourth = backups.next(3);
        assertThat(List.of(whole, second, third, fourth))
                .extracting(manifest ->
                        IncrementNote.of(manifest).orElseThrow().builtOn().size())
                .containsExactly(0, 1, 2, 0);
        assertThat(note(whole).confirms()).isFalse();
        assertThat(note(third).confirms()).isFalse();
        assertThat(note(fourth).confirms()).isTrue();

        IncrementNote note = note(contradicting(base()));

        assertThat(note.contradicted()).containsExactly(fourth.backup().toString());
        assertThat(note.differences()).containsExactly("public.small");
        assertThat(note.compared()).isEqualTo(note(fourth).compared()).isGreaterThan(15);
        assertThat(note.confirms()).isFalse();
    }

    @Test
    void aContradictionMarksIncrementsAsFailedForGood() throws IOException {
        Manifest whole = backups.next(NEVER);
        Manifest first = backups.next(NEVER);
        Manifest second = backups.next(NEVER);
        IncrementBase base = base();
        Manifest checked = contradicting(base);
        Manifest late = backups.next(base);

        List<Proof> proofs = Contradictions.record(backups.vault, checked, InstantSource.system());

        assertThat(proofs)
                .extracting(Proof::backup)
                .containsExactlyInAnyOrder(first.backup(), second.backup(), late.backup());
        assertThat(Contradictions.record(backups.vault, checked, InstantSource.system()))
                .containsExactlyInAnyOrderElementsOf(proofs);
        assertThat(Contradictions.record(backups.vault, late, InstantSource.system()))
                .singleElement()
                .isIn(proofs);
        prove(first, Proof.Outcome.PROVEN);
        assertThat(List.of(whole, first, second, checked, late))
                .extracting(manifest -> backups.vault.standing(backups.source, manifest.backup()))
                .containsExactly(
                        BackupStatus.STORED,
                        BackupStatus.FAILED,
                        BackupStatus.FAILED,
                        BackupStatus.STORED,
                        BackupStatus.FAILED);
        assertThat(IncrementBase.find(backups.vault, backups.source, NEVER)).isEmpty();
    }

    @Test
    void anIncrementThatFindsAWrongPartIsFailedAndNotBuiltOn() throws IOException {
        backups.next(NEVER);
        IncrementBase base = base();
        Extent lost = new Extent(ChunkId.parse("0".repeat(64)), 0, 1);
        Manifest wrong = altered(base.manifest(), List.of(lost));

        Manifest increment = backups.next(new IncrementBase(wrong, base.mark(), base.builtOn(), false));

        IncrementNote note = note(increment);
        assertThat(note.builtOn()).isEqualTo(note.contradicted()).isNotEmpty();
        assertThat(note.mark()).isNull();
        assertThat(Contradictions.record(backups.vault, increment, InstantSource.system()))
                .extracting(Proof::backup)
                .containsExactly(increment.backup());
        assertThat(IncrementBase.find(backups.vault, backups.source, NEVER)).isEmpty();
    }

    @Test
    @Tag("slow")
    void aDeletedBackupOfTheChainIsTrustedWhileItsVerificationsAreKnown() throws IOException {
        Manifest whole = backups.next(NEVER);
        Manifest first = backups.next(NEVER);
        Manifest second = backups.next(NEVER);
        backups.next(NEVER);
        prove(second, Proof.Outcome.PROVEN);
        backups.vault.delete(backups.source, second.backup(), "test", "thinned out");
        assertThat(IncrementBase.find(backups.vault, backups.source, NEVER)).isPresent();
        prove(second, Proof.Outcome.FAILED);
        assertThat(IncrementBase.find(backups.vault, backups.source, NEVER)).isEmpty();
        prove(second, Proof.Outcome.PROVEN);

        backups.store.delete(VaultLayout.manifest(backups.source, whole.backup()));
        assertThat(IncrementBase.find(backups.vault, backups.source, NEVER)).isPresent();
        backups.store.delete(VaultLayout.manifest(backups.source, second.backup()));
        assertThat(IncrementBase.find(backups.vault, backups.source, NEVER)).isEmpty();
        assertThat(first.backup()).isLessThan(second.backup());
    }

    private void prove(Manifest manifest, Proof.Outcome outcome) {
        Instant now = Instant.now();
        backups.vault.putProof(new Proof(
                VerificationId.next(InstantSource.system()),
                manifest.backup(),
                backups.source,
                outcome,
                now,
                now,
                "by a test",
                null));
    }

    private IncrementBase base() {
        return IncrementBase.find(backups.vault, backups.source, NEVER).orElseThrow();
    }

    private static IncrementNote note(Manifest manifest) {
        return IncrementNote.of(manifest).orElseThrow();
    }

    private Manifest contradicting(IncrementBase base) throws IOException {
        return backups.next(new IncrementBase(altered(base.manifest(), null), base.mark(), base.builtOn(), true));
    }

    /** As if an increment had taken other rows than those of its snapshot. */
    private static Manifest altered(Manifest manifest, @Nullable List<Extent> extents) {
        BackupContents c = manifest.contents();
        List<BackupContents.Table> tables = c.tables().stream()
                .map(table -> table.name().name().equals("small")
                        ? new BackupContents.Table(
                                table.name(),
                                table.columns(),
                                table.rows(),
                                "100:00000000000000000000000000000000",
                                table.bytes(),
                                table.sizeClass(),
                                extents == null ? table.extents() : extents,
                                table.attributes())
                        : table)
                .toList();
        return new Manifest(
                manifest.format(),
                manifest.backup(),
                manifest.source(),
                manifest.committedAt(),
                new BackupContents(
                        c.sourceName(),
                        c.kind(),
                        c.labels(),
                        c.snapshotAt(),
                        c.startedAt(),
                        c.scope(),
                        c.server(),
                        c.schema(),
                        tables,
                        c.sequences(),
                        c.largeObjects(),
                        c.populatedViews(),
                        c.roles(),
                        c.findings(),
                        c.attributes()),
                manifest.totals(),
                manifest.chunks());
    }

    @Test
    void everythingIsReadAfterARestart() throws IOException, InterruptedException {
        backups.next(NEVER);
        server().stop();
        server().resume();

        backups.next(NEVER);
        assertThat(backups.taken()).isEmpty();
        backups.next(NEVER);
        assertThat(backups.taken()).isNotEmpty();
    }

    /** As a virtual machine that was set back together with its memory, which does not know of a restart. */
    @Test
    void aServerThatWasSetBackIsReadWhole() throws IOException, InterruptedException {
        server().stop();
        server().save();
        server().resume();
        backups.next(NEVER);
        server().sql("update public.t set v = 'lost' where id = 5000");
        backups.next(NEVER);
        IncrementBase lost = base();
        server().stop();
        server().setBack();
        server().resume();
        server().sql(
                        "insert into public.small select g, 'other history' from generate_series(1, 20000) g",
                        "checkpoint");
        ChangeMark present = mark(new IncrementalBackups(server()).next(NEVER));

        backups.next(on(lost, present.server(), lost.mark().horizons()));

        assertThat(backups.taken()).isEmpty();
    }

    @Test
    void aBaseThatKnowsALaterTransactionOrPositionIsNotUsed() throws IOException {
        ChangeMark mark = mark(backups.next(NEVER));
        IncrementBase base = base();
        Horizon known = mark.horizons().getFirst();

        backups.next(on(base, mark.server(), List.of(known, new Horizon(1, known.transaction() + 1000))));
        assertThat(backups.taken()).isEmpty();
        backups.next(on(base, mark.server(), List.of(known, new Horizon(known.position() << 8, 3))));
        assertThat(backups.taken()).isEmpty();
        backups.next(on(base, mark.server(), List.of(known)));
        assertThat(backups.taken()).isNotEmpty();
    }

    private static ChangeMark mark(Manifest manifest) {
        return requireNonNull(note(manifest).mark());
    }

    private static IncrementBase on(IncrementBase base, String server, List<Horizon> horizons) {
        ChangeMark mark = base.mark();
        return new IncrementBase(
                base.manifest(),
                new ChangeMark(
                        mark.format(),
                        server,
                        mark.definitions(),
                        mark.oldestTransaction(),
                        mark.preparedTransactions(),
                        mark.checkpoint(),
                        horizons,
                        mark.tables()),
                base.builtOn(),
                base.readAll());
    }

    @Test
    void summariesOfWalThatWasLostAreNotBelieved() throws IOException, InterruptedException {
        backups.next(NEVER);
        Path outlived = server().summaryBeyondTheWal();

        try {
            Manifest whole = backups.next(NEVER);

            assertThat(backups.taken()).isEmpty();
            assertThat(IncrementNote.of(whole)).isEmpty();
        } finally {
            Files.delete(outlived);
        }
        backups.next(NEVER);
        backups.next(NEVER);
        assertThat(backups.taken()).isNotEmpty();
    }

    @Test
    void tablesWithTypesOfALibraryAreRead() throws IOException {
        server().sql(
                        "create extension hstore schema public",
                        "create extension citext schema public",
                        "create table public.maps as select 'a=>1'::public.hstore as h",
                        "create table public.words as select 'Word'::public.citext as c",
                        "create table public.many as select array['a=>1']::public.hstore[] as h",
                        "checkpoint");
        backups.next(NEVER);

        backups.next(NEVER);

        assertThat(backups.taken()).contains("public.words 0").doesNotContain("public.maps 0", "public.many 0");
    }

    @Test
    void withoutTheOptionManifestsSayNothingOfIncrements() throws IOException {
        backups.options(backups.options().withChangeRange(0));

        Manifest manifest = backups.next(NEVER);

        assertThat(IncrementNote.of(manifest)).isEmpty();
        assertThat(manifest.contents().tables()).allMatch(table -> table.attributes() == null);
        assertThat(IncrementBase.find(backups.vault, backups.source, NEVER)).isEmpty();
    }
}
