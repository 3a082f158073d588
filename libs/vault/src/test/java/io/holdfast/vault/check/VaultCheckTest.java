package io.holdfast.vault.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.VerificationId;
import io.holdfast.vault.Rows;
import io.holdfast.vault.TestVault;
import io.holdfast.vault.Vault;
import io.holdfast.vault.check.VaultReport.Affected;
import io.holdfast.vault.check.VaultReport.Kind;
import io.holdfast.vault.check.VaultReport.Problem;
import io.holdfast.vault.format.BackupContents;
import io.holdfast.vault.format.ChunkFault;
import io.holdfast.vault.format.ChunkId;
import io.holdfast.vault.format.Hold;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.format.Proof;
import io.holdfast.vault.format.StoredChunk;
import io.holdfast.vault.format.Tombstone;
import io.holdfast.vault.format.VaultLayout;
import io.holdfast.vault.status.BackupStatus;
import io.holdfast.vault.status.CatalogEntry;
import io.holdfast.vault.store.FaultyStore;
import io.holdfast.vault.store.StoredObject;
import io.holdfast.vault.write.BackupWriter;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** One look at a whole vault finds whatever is wrong in it, and says what is lost by it. */
final class VaultCheckTest {
    private static final Rows ROWS = Rows.of(1, 40_000);

    private final TestVault test = new TestVault();
    private final Manifest first = test.backup(ROWS);
    private final Manifest second = test.backup(ROWS.without(39_999));
    private final StoredChunk chunk = first.chunks().get(1);
    private final String place = VaultLayout.chunk(test.source, chunk);
    private final byte[] good = test.store.get(place).orElseThrow();

    @Test
    void aGoodVaultHasNoProblems() {
        List<Long> heard = Collections.synchronizedList(new ArrayList<>());
        VaultReport report = test.vault.checkAll(ReadShare.ALL, (done, total) -> heard.add(done * 1000 / total));

        assertThat(report.problems()).isEmpty();
        assertThat(report.backups()).isEqualTo(2);
        assertThat(report.chunks())
                .isEqualTo(report.chunksRead())
                .isGreaterThan(first.chunks().size());
        assertThat(report.unreferenced()).isZero();
        assertThat(heard).contains(1000L);
    }

    @Test
    void aMissingChunkIsNamedWithEveryBackupAndTable() {
        test.store.delete(place);

        assertFound(ReadShare.NONE, Kind.MISSING);
    }

    @Test
    void aTruncatedChunkIsFoundWithoutReading() {
        test.store.put(place, Arrays.copyOf(good, good.length - 1));

        assertFound(ReadShare.NONE, Kind.WRONG_SIZE);
    }

    @Test
    void aFlippedBitIsFoundByReading() {
        byte[] bad = good.clone();
        bad[good.length / 2] ^= 1;
        test.store.put(place, bad);

        assertThat(check(ReadShare.NONE).intact()).isTrue();
        assertFound(ReadShare.ALL, Kind.CORRUPT);
        assertThat(test.vault.quarantined(test.source)).hasSize(1);
        test.store.put(place, good);
        assertThat(check(ReadShare.ALL).intact()).isTrue();
        assertThat(test.vault.quarantined(test.source)).isEmpty();
    }

    @Test
    void ofSingleTablesOnlyWhatTheyNeedIsLookedAt() {
        BackupId id = TestVault.backupId();
        Manifest two;
        try (BackupWriter writer = test.write(id)) {
            two = writer.commit(TestVault.contents(
                    writer,
                    TestVault.table(writer, "one", Rows.of(7, 40_000)),
                    TestVault.table(writer, "two", Rows.of(8, 40_000))));
        }
        ChunkId lost = two.contents().tables().getLast().extents().getFirst().chunk();
        two.chunks().stream()
                .filter(it -> it.id().equals(lost))
                .forEach(it -> test.store.delete(VaultLayout.chunk(test.source, it)));

        BackupCheckReport one = test.vault.check(test.source, id, Set.of(new BackupContents.Name("public", "one")));
        BackupCheckReport both = test.vault.check(
                test.source,
                id,
                Set.of(new BackupContents.Name("public", "one"), new BackupContents.Name("public", "two")));

        assertThat(one.intact()).isTrue();
        assertThat(one.chunks()).isBetween(2, two.chunks().size() - 1);
        assertThat(both.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.fault()).isEqualTo(ChunkFault.MISSING);
            assertThat(problem.affected()).containsExactly("public.two");
        });
        assertThat(both.chunks()).isEqualTo(two.chunks().size());
    }

    @Test
    void swappedChunksAreFound() {
        String other = VaultLayout.chunk(test.source, first.chunks().get(2));
        test.store.put(place, test.store.get(other).orElseThrow());

        assertThat(check(ReadShare.ALL).problems())
                .singleElement()
                .satisfies(p -> assertThat(p.key()).isEqualTo(place));
    }

    @Test
    void aChunkOfAnotherVaultOrSourceIsForeign() {
        TestVault elsewhere = new TestVault();
        Manifest theirs = elsewhere.backup(Rows.of(9, 100));
        StoredChunk stranger = theirs.chunks().getFirst();
        String there = VaultLayout.chunk(test.source, stranger);
        test.store.put(
                there,
                elsewhere
                        .store
                        .get(VaultLayout.chunk(elsewhere.source, stranger))
                        .orElseThrow());

        assertThat(check(ReadShare.NONE).unreferenced()).isEqualTo(1);
        assertThat(check(ReadShare.ALL).problems()).singleElement().satisfies(p -> {
            assertThat(p.kind()).isEqualTo(Kind.FOREIGN);
            assertThat(p.key()).isEqualTo(there);
        });
    }

    @Test
    void ourOwnGarbageIsNoProblem() {
        try (BackupWriter aborted = test.write(TestVault.backupId())) {
            TestVault.table(aborted, "t", Rows.of(7, 100));
        }
        VaultReport report = check(ReadShare.ALL);

        assertThat(report.intact()).isTrue();
        assertThat(report.unreferenced()).isEqualTo(1);
        assertThat(report.unreferencedBytes()).isPositive();
    }

    @Test
    void strangeObjectsAndFoldersAreForeign() {
        test.store.put(VaultLayout.chunks(test.source) + "aa/holiday.jpg", new byte[] {1});
        test.store.put("photos/holiday.jpg", new byte[] {1});
        test.store.put(VaultLayout.SOURCES + test.source + "/photos/holiday.jpg", new byte[] {1});

        assertThat(check(ReadShare.NONE).problems()).hasSize(3).allMatch(p -> p.kind() == Kind.FOREIGN);
    }

    @Test
    void aChunkInTheFolderOfOthersIsForeignThereAndMissingInItsOwn() {
        String elsewhere = VaultLayout.chunks(test.source) + "zz/" + place.substring(place.lastIndexOf('/') + 1);
        test.store.put(elsewhere, good);
        test.store.delete(place);

        assertThat(check(ReadShare.NONE).problems())
                .extracting(Problem::kind, Problem::key)
                .containsExactlyInAnyOrder(tuple(Kind.FOREIGN, elsewhere), tuple(Kind.MISSING, place));
    }

    @Test
    void whatIsNamedLikeNoSourceAndNoBackupIsForeign() {
        String source = test.source.toString();
        String named = VaultLayout.manifest(test.source, first.backup());
        test.store.put(VaultLayout.SOURCES + source.toUpperCase(Locale.ROOT) + "/source.json", new byte[] {1});
        test.store.put(VaultLayout.SOURCES + "shop/source.json", new byte[] {1});
        test.store.put(named.replace(".json", ".json.bak"), new byte[] {1});
        test.store.put(
                VaultLayout.backups(test.source) + first.backup().toString().toUpperCase(Locale.ROOT) + ".json", good);

        VaultReport report = check(ReadShare.NONE);
        assertThat(report.problems()).hasSize(4).allMatch(p -> p.kind() == Kind.FOREIGN);
        assertThat(report.sources()).isEqualTo(1);
        assertThat(report.backups()).isEqualTo(2);
    }

    @Test
    void noMoreOfAChunkIsFetchedThanItMayHaveHoweverLargeTheObject() {
        Map<String, Integer> fetched = new ConcurrentHashMap<>();
        Vault watched = Vault.open(
                new FaultyStore(test.store) {
                    @Override
                    protected byte[] got(String key, byte[] bytes) {
                        fetched.merge(key, bytes.length, Math::max);
                        return bytes;
                    }
                },
                test.key);
        test.store.put(place, new byte[20 << 20]);
        String stranger = VaultLayout.chunk(test.source, chunk.id(), 7);
        test.store.put(stranger, new byte[140 << 20]);

        VaultReport report = watched.checkAll(ReadShare.ALL, ProgressListener.NONE);
        assertThat(report.problems()).extracting(Problem::key).containsExactlyInAnyOrder(place, stranger);
        assertThatThrownBy(() -> watched.reader(test.source, first.backup())
                        .open(first.contents().tables().getFirst())
                        .readAllBytes())
                .hasMessageContaining("corrupt");
        assertThat(fetched.get(place)).isLessThanOrEqualTo(chunk.stored() + 1);
        assertThat(fetched).doesNotContainKey(stranger);
    }

    @Test
    void anObjectThatNobodyListsIsReadOnlyWhereThereIsMemoryForIt() {
        StoredObject ours = test.store.head(place).orElseThrow();
        try (ChunkVerifier roomy = new ChunkVerifier(test.vault.context(), test.source, 16 * ours.size());
                ChunkVerifier narrow = new ChunkVerifier(test.vault.context(), test.source, 3 * ours.size())) {
            assertThat(roomy.isOurs(ours)).isTrue();
            assertThat(narrow.isOurs(ours)).isFalse();
        }
    }

    @Test
    void anObjectThatIsLongerThanItWasListedIsForeign() {
        StoredObject listed = test.store.head(place).orElseThrow();
        byte[] longer = Arrays.copyOf(test.store.get(place).orElseThrow(), (int) listed.size() + 2);
        test.store.put(place, longer);
        try (ChunkVerifier probe = new ChunkVerifier(test.vault.context(), test.source)) {
            assertThat(probe.isOurs(listed)).isFalse();
        }
    }

    @Test
    void aForgedManifestIsNamedWithItsBackup() {
        String manifest = VaultLayout.manifest(test.source, first.backup());
        test.store.put(
                manifest,
                test.store
                        .get(VaultLayout.manifest(test.source, second.backup()))
                        .orElseThrow());

        assertThat(check(ReadShare.NONE).problems()).singleElement().satisfies(p -> {
            assertThat(p.kind()).isEqualTo(Kind.UNREADABLE);
            assertThat(p.key()).isEqualTo(manifest);
            assertThat(p.affected()).containsExactly(new Affected(first.backup(), List.of()));
        });
    }

    @Test
    void everyKindOfForgedObjectIsFound() {
        List<String> forged = List.of(
                VaultLayout.hold(test.source, first.backup()),
                VaultLayout.proof(test.source, first.backup(), VerificationId.next(InstantSource.system())),
                VaultLayout.journal(test.source, first.backup()) + "x-1.json",
                VaultLayout.quarantined(test.source, chunk),
                VaultLayout.tombstone(test.source, TestVault.backupId()),
                VaultLayout.source(test.source));
        forged.forEach(key -> test.store.put(key, new byte[] {1, 2, 3}));

        assertThat(check(ReadShare.NONE).problems())
                .extracting(Problem::key)
                .containsExactlyInAnyOrderElementsOf(forged);
    }

    @Test
    void whatOnlyADeletedBackupNeedsIsNoProblem() {
        test.vault.delete(test.source, first.backup(), "ops", "gone");
        first.chunks().stream()
                .filter(c -> !second.chunks().contains(c))
                .forEach(c -> test.store.delete(VaultLayout.chunk(test.source, c)));

        VaultReport report = check(ReadShare.ALL);
        assertThat(report.intact()).isTrue();
        assertThat(report.backups()).isEqualTo(1);
        assertThat(report.chunks()).isEqualTo(second.chunks().size());
    }

    @Test
    void aShareIsReadAndAtLeastOneChunk() {
        int all = check(ReadShare.ALL).chunksRead();

        assertThat(check(ReadShare.parse("0.001%")).chunksRead()).isEqualTo(1);
        assertThat(check(ReadShare.parse("50%")).chunksRead()).isBetween(1, all);
        assertThat(ReadShare.parse("5%").fraction()).isEqualTo(0.05);
        for (String wrong : List.of("", "5", "101%", "-1%", "half", "1e1%")) {
            assertThatThrownBy(() -> ReadShare.parse(wrong)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void theCatalogTellsEverythingOfEveryBackup() {
        proof(second, Proof.Outcome.PROVEN, 1);
        proof(second, Proof.Outcome.INCONCLUSIVE, 2);
        Hold hold = test.vault.hold(test.source, second.backup(), "ops", "audit");
        Tombstone stone = test.vault.delete(test.source, first.backup(), "ops", "old");

        List<CatalogEntry> entries = test.vault.catalog(test.source).toList();

        assertThat(entries).extracting(CatalogEntry::backup).containsExactly(second.backup(), first.backup());
        assertThat(entries.getFirst().manifest()).isEqualTo(second);
        assertThat(entries.getFirst().hold()).isEqualTo(hold);
        assertThat(entries.getFirst().proofs()).hasSize(2);
        assertThat(entries.getFirst().standing()).isEqualTo(BackupStatus.PROVEN);
        assertThat(entries.getLast().tombstone()).isEqualTo(stone);
        assertThat(entries.getLast().standing()).isEqualTo(BackupStatus.DELETED);
    }

    @Test
    void aProvenBackupWhoseChunkRottedIsProvenNoMore() {
        proof(second, Proof.Outcome.PROVEN, 1);
        byte[] bad = good.clone();
        bad[7] ^= 1;
        test.store.put(place, bad);
        check(ReadShare.ALL);

        assertThat(test.vault.catalog(test.source))
                .extracting(CatalogEntry::standing)
                .containsOnly(BackupStatus.DAMAGED);
    }

    @Test
    void whatDoesNotOpenIsNamedInTheCatalogAndHidesNothing() {
        String manifest = VaultLayout.manifest(test.source, second.backup());
        test.store.put(manifest, new byte[60]);

        List<CatalogEntry> entries = test.vault.catalog(test.source).toList();

        assertThat(entries)
                .extracting(CatalogEntry::standing)
                .containsExactly(BackupStatus.UNREADABLE, BackupStatus.STORED);
        assertThat(entries.getFirst().unreadable()).containsExactly(manifest);
    }

    private void proof(Manifest manifest, Proof.Outcome outcome, long second) {
        Instant at = Instant.ofEpochSecond(second);
        test.vault.putProof(new Proof(
                VerificationId.next(() -> at),
                manifest.backup(),
                test.source,
                outcome,
                at,
                at,
                "as the test wants",
                null));
    }

    private VaultReport check(ReadShare share) {
        return test.vault.checkAll(share, ProgressListener.NONE);
    }

    private void assertFound(ReadShare share, Kind kind) {
        SourceId source = test.source;
        assertThat(check(share).problems()).singleElement().satisfies(p -> {
            assertThat(p.kind()).isEqualTo(kind);
            assertThat(p.source()).isEqualTo(source);
            assertThat(p.key()).isEqualTo(place);
            assertThat(p.affected())
                    .containsExactlyInAnyOrder(
                            new Affected(first.backup(), List.of("public.t")),
                            new Affected(second.backup(), List.of("public.t")));
        });
    }
}
