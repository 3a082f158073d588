package io.holdfast.transfer;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.config.Environment;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.config.SourceConfig;
import io.holdfast.engine.BackupScope;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.model.Finding;
import io.holdfast.engine.model.Grant;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.transfer.access.SourceConnector;
import io.holdfast.transfer.compare.ComparisonResult;
import io.holdfast.transfer.manifest.DescriptorCodec;
import io.holdfast.transfer.progress.TransferListener;
import io.holdfast.transfer.restore.NewDatabaseRestorer;
import io.holdfast.vault.format.BackupContents;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.read.BackupReader;
import io.holdfast.vault.store.MemoryObjectStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RoundTripTest {
    private Bench bench;

    @BeforeEach
    void freshVault() throws IOException {
        bench = new Bench(new MemoryObjectStore());
    }

    @Test
    void whatIsReloadedEqualsItsBackup() {
        Manifest manifest = bench.capture(Shop.create());

        ComparisonResult comparison = bench.compare(manifest, bench.reload(manifest));

        assertThat(comparison.differences()).isEmpty();
        assertThat(comparison.equal()).isTrue();
        assertThat(comparison.tables()).hasSize(8).allMatch(ComparisonResult.Table::equal);
        assertThat(comparison.rows())
                .isEqualTo(31_657)
                .isEqualTo(manifest.totals().rows());
    }

    @Test
    void theManifestSaysWhatTheBackupHolds() {
        String shop = Shop.create();

        BackupContents backupContents = bench.capture(shop).contents();

        assertThat(backupContents.sourceName()).isEqualTo("shop");
        assertThat(backupContents.kind()).isEqualTo("manual");
        assertThat(backupContents.labels()).containsExactly("tested");
        assertThat(backupContents.server().database()).isEqualTo(shop);
        assertThat(backupContents.partial()).isFalse();
        assertThat(backupContents.scope()).isEqualTo(BackupContents.Scope.WHOLE);
        assertThat(backupContents.sequences())
                .contains(new BackupContents.Sequence(new BackupContents.Name("app", "invoice"), 1041, true, null));
        assertThat(backupContents.populatedViews()).containsExactly(new BackupContents.Name("app", "counted"));
    }

    @Test
    void aRightOfAnOlderManifestWhichDoesNotSayWhoGaveItIsTheOwnersGift() {
        Manifest manifest = bench.capture(Shop.create());
        ObjectNode shape = (ObjectNode) manifest.contents().attributes();
        requireNonNull(shape)
                .putArray("grants")
                .addObject()
                .put("grantee", "reader")
                .put("privilege", "CONNECT")
                .put("grantable", true);

        assertThat(DescriptorCodec.of(manifest).grants()).containsExactly(new Grant("reader", "CONNECT", true, null));
    }

    @Test
    void aSecondBackupOfTheSameDatabaseStoresAlmostNothing() {
        String shop = Shop.create();
        Manifest first = bench.capture(shop);

        Manifest second = bench.capture(shop);

        assertThat(second.totals().bytes()).isEqualTo(first.totals().bytes());
        assertThat(second.totals().newStoredBytes()).isLessThan(first.totals().newStoredBytes() * 2 / 100);
    }

    @Test
    void aBackupIsCompleteByItselfThoughItReusesChunks() {
        String shop = Shop.create();
        bench.capture(shop);
        Servers.sql(shop, "update app.clients set name = 'renamed' where id = 17");

        Manifest second = bench.capture(shop);
        Bench.Copy copy = bench.reload(second);

        assertThat(bench.compare(second, copy).differences()).isEmpty();
        assertThat(Servers.query(copy.database(), "select name from app.clients where id = 17"))
                .containsExactly("renamed");
    }

    @Test
    void aViewThatCannotBeFilledAndATableThatCannotBeAnalyzedAreFindingsAndNoDifferences() {
        Manifest manifest = bench.capture(Servers.database(
                "create table t as select 1 as a, 1 as b; create materialized view m as select 10 / a as x from t",
                "update t set a = 0; create statistics s on (100 / a), b from t"));

        Bench.Copy copy = bench.reload(manifest);

        assertThat(bench.compare(manifest, copy).differences()).isEmpty();
        assertThat(copy.reloaded().notDerived())
                .extracting(Finding::kind, Finding::object)
                .containsExactly(
                        tuple(Finding.Kind.NOT_FILLED, "public.m"), tuple(Finding.Kind.NOT_ANALYZED, "public.t"));
    }

    @Test
    void whatTheScopeLeavesOutIsNeitherStoredNorMissed() {
        bench.scope(new BackupScope(
                Set.of(),
                Set.of(),
                Set.of(new QualifiedName("app", "empty")),
                Set.of(new QualifiedName("app", "log_old"))));

        Manifest manifest = bench.capture(Shop.create());
        Bench.Copy copy = bench.reload(manifest);

        assertThat(bench.compare(manifest, copy).differences()).isEmpty();
        assertThat(Servers.query(copy.database(), "select count(*) from app.log_old"))
                .containsExactly("0");
        assertThat(Servers.query(copy.database(), "select to_regclass('app.empty')"))
                .containsOnlyNulls();
        assertThat(manifest.contents().scope().excluded()).containsExactly("app.empty");
    }

    @Test
    void withoutExtensionsTheManifestSaysSoAndTheRestIsEqual() {
        SourceConfig source = HoldfastConfig.parse(
                        "holdfast: { vault: { bucket: any, key-file: k }, sources: { shop: { engine: postgres, url:"
                                + " 'postgresql://me@localhost/shop', scope: { extensions: ignore } } } }",
                        Path.of("holdfast.yaml"),
                        Environment.of(Map.of()))
                .sources()
                .get("shop");
        bench.scope(new SourceConnector("shop", requireNonNull(source)).scope());

        Manifest manifest = bench.capture(Servers.database(
                "create extension hstore; create extension pg_trgm",
                "create table words (word text); insert into words values ('one'), ('two')",
                "create index on words using gin (word gin_trgm_ops)"));
        String copy = Servers.freshName();
        try (TargetServer target = Servers.target();
                BackupReader backup = bench.vault.reader(bench.source, manifest.backup())) {
            NewDatabaseRestorer.of(backup, target, copy, false, TransferListener.NONE);
        }

        assertThat(manifest.contents().scope().withoutExtensions()).isTrue();
        assertThat(manifest.contents().findings())
                .extracting(BackupContents.Finding::object)
                .containsExactly("index public.words_word_idx");
        assertThat(Servers.query(copy, "select word from words order by 1")).containsExactly("one", "two");
        assertThat(Servers.query(copy, "select extname from pg_extension")).containsExactly("plpgsql");
    }
}
