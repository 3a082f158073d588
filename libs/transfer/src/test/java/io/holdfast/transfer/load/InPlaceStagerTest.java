package io.holdfast.transfer.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.RestoreId;
import io.holdfast.contracts.RestoreTarget.Mode;
import io.holdfast.engine.inplace.InPlacePlan;
import io.holdfast.engine.inplace.InPlaceSelection;
import io.holdfast.engine.inplace.InPlaceStage;
import io.holdfast.engine.inplace.InPlaceWriteResult;
import io.holdfast.engine.inplace.LiveDatabase;
import io.holdfast.transfer.Bench;
import io.holdfast.transfer.Crews;
import io.holdfast.transfer.Servers;
import io.holdfast.transfer.Shop;
import io.holdfast.transfer.progress.TransferListener;
import io.holdfast.vault.format.BackupContents;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.read.BackupReader;
import io.holdfast.vault.store.MemoryObjectStore;
import io.holdfast.vault.store.StoredObject;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InPlaceStagerTest {
    private final RestoreId restore = RestoreId.next(InstantSource.system());
    private final MemoryObjectStore store = new MemoryObjectStore();
    private Bench bench;

    @BeforeEach
    void freshVault() throws IOException {
        bench = new Bench(store);
    }

    private static LiveDatabase live(String database) {
        return Servers.ENGINE
                .source(Servers.address(database), Servers.password())
                .live(Duration.ofSeconds(5));
    }

    private static InPlaceSelection all(Mode mode, String... tables) {
        return new InPlaceSelection(mode, List.of(tables), List.of(), false);
    }

    @Test
    void tablesGoBackIntoTheDatabaseThatIsInUse() {
        String shop = Shop.create();
        Manifest manifest = bench.capture(shop);
        Servers.sql(
                shop,
                "delete from app.tickets where id % 3 = 0",
                "update app.clients set name = 'x', mood = null where id < 100",
                "delete from app.log",
                "insert into app.by_mood values ('fine', 1000)",
                "update app.\"odd Näme\" set \"a b\" = 0 where \"a b\" < 5");
        InPlaceSelection selection =
                all(Mode.REPLACE, "app.tickets", "clients", "app.log", "app.by_mood", "app.odd Näme");

        InPlaceWriteResult written = restore(shop, manifest, selection);

        assertThat(written.tables())
                .extracting(table ->
                        table.name().name() + " " + table.inserted() + " " + table.updated() + " " + table.deleted())
                .containsExactly(
                        "tickets 10000 0 0", "clients 0 99 0", "log 1000 0 0", "by_mood 0 0 1", "odd Näme 4 0 4");
        Servers.sql(shop, "refresh materialized view app.counted");
        assertThat(bench.compare(manifest, new Bench.Copy(shop, LoadReport.AS_IT_WAS))
                        .differences())
                .isEmpty();
    }

    @Test
    void onlyWhatTheTablesNeedIsFetched() {
        String shop = Shop.create();
        Manifest manifest = bench.capture(shop);
        BackupContents backupContents = manifest.contents();
        Set<String> needed = Stream.concat(
                        backupContents.schema().extents().stream(),
                        backupContents.tables().stream()
                                .filter(table -> table.name().name().equals("clients"))
                                .flatMap(table -> table.extents().stream()))
                .map(extent -> extent.chunk().toString())
                .collect(Collectors.toSet());
        List<String> others = store.list("sources/")
                .map(StoredObject::key)
                .filter(key -> key.contains("/chunks/") && needed.stream().noneMatch(key::contains))
                .toList();
        assertThat(others).isNotEmpty();
        others.forEach(store::delete);
        Servers.sql(shop, "update app.clients set name = 'x'");

        InPlaceWriteResult written = restore(shop, manifest, all(Mode.MERGE, "app.clients"));

        assertThat(written.tables().getFirst().updated()).isEqualTo(500);
    }

    @Test
    void aMissingChunkTouchesNothingLive() {
        String shop = Shop.create();
        Manifest manifest = bench.capture(shop);
        store.list("sources/")
                .map(StoredObject::key)
                .filter(key -> key.contains("/chunks/"))
                .toList()
                .forEach(store::delete);
        Servers.sql(shop, "delete from app.tickets");

        try (BackupReader backup = bench.vault.reader(bench.source, manifest.backup());
                LiveDatabase live = live(shop)) {
            assertThatThrownBy(() -> InPlaceStager.stage(
                            restore, backup, live, all(Mode.MERGE, "app.tickets"), TransferListener.NONE))
                    .isInstanceOfSatisfying(
                            HoldfastException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.CHUNK_MISSING));
            live.discard(restore);
        }

        assertThat(Servers.query(shop, "select count(*) from app.tickets")).containsExactly("0");
        assertThat(Servers.query(shop, "select nspname from pg_namespace where nspname ~ 'holdfast'"))
                .isEmpty();
        Crews.assertGone();
        Servers.awaitNoBackends(shop);
    }

    private InPlaceWriteResult restore(String database, Manifest manifest, InPlaceSelection selection) {
        try (BackupReader backup = bench.vault.reader(bench.source, manifest.backup());
                LiveDatabase live = live(database)) {
            InPlacePlan plan = InPlaceStager.plan(backup, live, selection);
            assertThat(plan.problems()).isEmpty();
            InPlaceStage stage = InPlaceStager.stage(restore, backup, live, selection, TransferListener.NONE);
            InPlaceWriteResult written = stage.apply();
            live.discard(restore);
            return written;
        }
    }
}
