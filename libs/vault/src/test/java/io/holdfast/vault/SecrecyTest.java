package io.holdfast.vault;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.contracts.VerificationId;
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
        byte[] line = (SECRET + "\n").getBytes(StandardCharsets.UTF_8);
        Manifest manifest = test.backup(new Rows(List.of(line)));
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

        List<String> plain = List.of(SECRET, "public", "shop", "the_schema_dump", "before-migration", "all equal");
        List<String> keys = test.keys("");
        assertThat(keys).anyMatch(key -> key.contains("/journal/")).anyMatch(key -> key.contains("/proofs/"));
        for (String key : keys) {
            assertThat(new String(test.store.get(key).orElseThrow(), ISO_8859_1))
                    .as(key)
                    .doesNotContain(plain);
            assertThat(key).doesNotContain("shop");
        }
    }

    @Test
    void equalChunksOfTwoVaultsHaveDifferentIds() {
        TestVault one = new TestVault();
        TestVault two = new TestVault();

        assertThat(id(one.vault, one)).isEqualTo(id(one.vault, one)).isNotEqualTo(id(two.vault, one));
    }

    private static ChunkId id(Vault vault, TestVault sourceOf) {
        try (ChunkCodec codec = new ChunkCodec(vault.keys())) {
            return codec.id(sourceOf.source, new byte[] {1, 2, 3});
        }
    }
}
