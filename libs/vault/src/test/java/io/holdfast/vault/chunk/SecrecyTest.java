package io.holdfast.vault.chunk;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.contracts.VerificationId;
import io.holdfast.vault.Rows;
import io.holdfast.vault.TestVault;
import io.holdfast.vault.Vault;
import io.holdfast.vault.check.CheckLevel;
import io.holdfast.vault.check.ProgressListener;
import io.holdfast.vault.format.ChunkId;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.format.Proof;
import io.holdfast.vault.format.VaultLayout;
import io.holdfast.vault.write.BackupWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SecrecyTest {
    private static final String SECRET = "the-customers-credit-card-4111111111111111";

    @Test
    void noObjectShowsWhatIsInIt() {
        TestVault test = new TestVault();
        Manifest manifest = test.backup(new Rows(List.of((SECRET + "\n").getBytes(StandardCharsets.UTF_8))));
        writeEverywhere(test, manifest);

        List<String> plain = List.of(
                SECRET,
                "public",
                "shop",
                "the_schema_dump",
                "before-migration",
                "all equal",
                "the auditor",
                "our safe");
        List<String> keys = test.keys("");
        for (String kind : List.of(
                "chunks", "backups", "journal", "proofs", "tombstones", "holds", "quarantine", "escrow", "probe")) {
            assertThat(keys).as(kind).anyMatch(key -> key.contains(kind + "/"));
        }
        assertThat(keys).contains("keys/data.2.json");
        for (String key : keys) {
            assertThat(new String(test.store.get(key).orElseThrow(), ISO_8859_1))
                    .as(key)
                    .doesNotContain(plain);
            assertThat(key).doesNotContain("shop", "safe", "auditor");
        }
    }

    /** Every path that writes. */
    private static void writeEverywhere(TestVault test, Manifest manifest) {
        test.vault.putProof(new Proof(
                VerificationId.next(InstantSource.system()),
                manifest.backup(),
                test.source,
                Proof.Outcome.PROVEN,
                Instant.EPOCH,
                Instant.EPOCH,
                "all equal",
                null));
        try (BackupWriter aborted = test.write(TestVault.backupId())) {
            TestVault.table(aborted, "t", Rows.of(1, 100));
        }
        test.vault.delete(test.source, test.backup(Rows.of(3, 100)).backup(), "the auditor", "the auditor wants it");
        test.vault.hold(test.source, manifest.backup(), "the auditor", "the auditor wants it");
        test.vault.keys().rotate();
        test.vault.keys().confirm(test.key, "our safe");
        String chunk = VaultLayout.chunk(test.source, manifest.chunks().getFirst());
        byte[] bad = test.store.get(chunk).orElseThrow();
        bad[bad.length - 1] ^= 1;
        test.store.put(chunk, bad);
        test.vault.check(test.source, manifest.backup(), CheckLevel.READ, ProgressListener.NONE);
        test.vault.sweep(test.source, false);
    }

    @Test
    void equalChunksOfTwoVaultsHaveDifferentIds() {
        TestVault one = new TestVault();
        TestVault two = new TestVault();

        assertThat(id(one.vault, one)).isEqualTo(id(one.vault, one)).isNotEqualTo(id(two.vault, one));
    }

    private static ChunkId id(Vault vault, TestVault sourceOf) {
        try (ChunkCodec codec = new ChunkCodec(vault.context().keys(), new ChunkBufferPool())) {
            return codec.id(sourceOf.source, new byte[] {1, 2, 3}, 3);
        }
    }
}
