package io.holdfast.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import io.holdfast.contracts.Topic;
import io.holdfast.contracts.VerificationEvent;
import io.holdfast.devstack.DevStackResource;
import io.holdfast.engine.model.Fingerprint;
import io.holdfast.engine.rows.TableReadResult;
import io.holdfast.vault.format.BackupContents;
import io.holdfast.vault.format.Extent;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.format.Proof;
import io.holdfast.vault.format.StoredChunk;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Whatever happens to a stored backup, its verification fails and says where; nothing but the backup gets the blame. */
@QuarkusTest
@WithTestResource(value = DevStackResource.class, initArgs = @ResourceArg(name = "service", value = "verifier"))
class DamageTest {
    @Inject
    Shop shop;

    @Inject
    Bus bus;

    @Inject
    Scratched scratched;

    /** Of its own: damaged chunks must not be shared with other tests' backups. */
    private final SourceRef source = new SourceRef(SourceId.next(InstantSource.system()), "shop");

    @Test
    void aMissingChunkIsNamedWithItsTable() {
        Manifest manifest = shop.backup(source);
        StoredChunk chunk = chunkOfTickets(manifest);
        shop.store.delete(key(chunk));

        var failed = verified(manifest);

        assertAboutChunk(failed, chunk, FailureCode.CHUNK_MISSING);
    }

    @Test
    void aFlippedByteIsNamedWithItsTable() {
        Manifest manifest = shop.backup(source);
        StoredChunk chunk = chunkOfTickets(manifest);
        byte[] bytes = shop.store.get(key(chunk)).orElseThrow();
        bytes[bytes.length / 2] ^= 1;
        shop.store.put(key(chunk), bytes);

        var failed = verified(manifest);

        assertAboutChunk(failed, chunk, FailureCode.CHUNK_CORRUPT);
    }

    @Test
    void aTruncatedChunkIsNamedWithItsTable() {
        Manifest manifest = shop.backup(source);
        StoredChunk chunk = chunkOfTickets(manifest);
        byte[] bytes = shop.store.get(key(chunk)).orElseThrow();
        shop.store.put(key(chunk), Arrays.copyOf(bytes, bytes.length - 1));

        var failed = verified(manifest);

        assertAboutChunk(failed, chunk, FailureCode.CHUNK_CORRUPT);
    }

    @Test
    void aChunkInAnothersPlaceIsNotTakenForIt() {
        Manifest manifest = shop.backup(source);
        List<StoredChunk> chunks = manifest.chunks();
        byte[] first = shop.store.get(key(chunks.get(0))).orElseThrow();
        byte[] second = shop.store.get(key(chunks.get(1))).orElseThrow();
        shop.store.put(key(chunks.get(0)), second);
        shop.store.put(key(chunks.get(1)), first);

        var failed = verified(manifest);

        assertThat(failed.reason().code()).isEqualTo(FailureCode.CHUNK_CORRUPT);
        assertThat(failed.reason().object())
                .isIn(chunks.get(0).id().toString(), chunks.get(1).id().toString());
    }

    @Test
    void anotherBackupsManifestIsNotTakenForThisOnes() {
        Manifest manifest = shop.backup(source);
        Manifest other = shop.backup(source);
        shop.store.put(key(manifest), shop.store.get(key(other)).orElseThrow());

        var failed = verified(manifest);

        assertThat(failed.reason().code()).isEqualTo(FailureCode.MANIFEST_CORRUPT);
        assertThat(failed.reason().message()).contains(manifest.backup().toString());
    }

    @Test
    void aMissingManifestFailsTheBackup() {
        Manifest manifest = shop.backup(source);
        shop.store.delete(key(manifest));

        assertThat(verified(manifest).reason().code()).isEqualTo(FailureCode.MANIFEST_MISSING);
    }

    @Test
    void rowsThatWereReadOtherwiseThanStoredAreFoundByComparing() {
        Manifest manifest = shop.backup(source, snapshot -> new Misread(snapshot) {
            @Override
            TableReadResult told(TableReadResult result) {
                return new TableReadResult(
                        result.part(), result.fingerprint().plus(new Fingerprint(0, 0, 1)), result.bytes());
            }
        });

        var failed = verified(manifest);

        assertThat(failed.reason().code()).isEqualTo(FailureCode.ROWS_DIFFER);
        assertThat(failed.reason().object()).isEqualTo("app.tickets");
        assertThat(failed.reason().message())
                .contains("app.tickets", manifest.backup().toString());
        assertThat(scratched.clusters()).isEmpty();
    }

    @Test
    void aRowThatDidNotReachTheVaultFailsTheBackup() {
        Manifest manifest = shop.backup(source, snapshot -> new Misread(snapshot) {
            @Override
            boolean stored(int row) {
                return row != 7;
            }
        });

        var failed = verified(manifest);

        assertThat(failed.reason().message()).contains("app.tickets", "19999", "20000");
        assertThat(scratched.clusters()).isEmpty();
    }

    private VerificationEvent.Failed verified(Manifest manifest) {
        bus.send(
                Topic.BACKUP_EVENTS,
                Shop.completed(source, manifest),
                UUID.randomUUID().toString(),
                Map.of());
        var failed = bus.await(
                Topic.VERIFICATION_EVENTS,
                VerificationEvent.Failed.class,
                event -> event.backupId().equals(manifest.backup()));
        assertThat(shop.vault.proofs(source.id(), manifest.backup()))
                .singleElement()
                .satisfies(proof -> {
                    assertThat(proof.outcome()).isEqualTo(Proof.Outcome.FAILED);
                    assertThat(proof.summary()).isEqualTo(failed.reason().message());
                });
        return failed;
    }

    private static void assertAboutChunk(VerificationEvent.Failed failed, StoredChunk chunk, FailureCode code) {
        assertThat(failed.reason().code()).isEqualTo(code);
        assertThat(failed.reason().object()).isEqualTo(chunk.id().toString());
        assertThat(failed.reason().message()).contains(chunk.id().toString(), "app.tickets");
    }

    /** One that only this table uses. */
    private static StoredChunk chunkOfTickets(Manifest manifest) {
        BackupContents.Table tickets = manifest.contents().tables().stream()
                .filter(table -> table.name().toString().equals("app.tickets"))
                .findFirst()
                .orElseThrow();
        Extent largest = tickets.extents().stream()
                .max(Comparator.comparingInt(Extent::length))
                .orElseThrow();
        return manifest.chunks().stream()
                .filter(chunk -> chunk.id().equals(largest.chunk()))
                .findFirst()
                .orElseThrow();
    }

    private String key(StoredChunk chunk) {
        String hex = chunk.id().toString();
        return "sources/" + source.id() + "/chunks/" + hex.substring(0, 2) + "/" + hex + "." + chunk.generation();
    }

    private String key(Manifest manifest) {
        return "sources/" + source.id() + "/backups/" + manifest.backup() + ".json";
    }
}
