package io.holdfast.vault.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.VerificationId;
import io.holdfast.vault.Rows;
import io.holdfast.vault.TestVault;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class ProofTest {
    private final TestVault test = new TestVault();
    private final Manifest manifest = test.backup(Rows.of(1, 10));

    @Test
    void proofsComeBackOldestFirst() {
        Proof first = proof(1, Proof.Outcome.INCONCLUSIVE);
        Proof second = proof(2, Proof.Outcome.PROVEN);
        test.vault.putProof(second);
        test.vault.putProof(first);

        assertThat(test.vault.proofs(test.source, manifest.backup())).containsExactly(first, second);
        assertThat(test.vault.proofs(test.source, TestVault.backupId())).isEmpty();
    }

    @Test
    void theOneThatTookLongerIsTheLater() {
        Proof slow = proof(1, 30, Proof.Outcome.FAILED);
        Proof quick = proof(2, 10, Proof.Outcome.PROVEN);
        test.vault.putProof(slow);
        test.vault.putProof(quick);

        assertThat(test.vault.proofs(test.source, manifest.backup())).containsExactly(quick, slow);
    }

    @Test
    void aProofOfAnotherBackupDoesNotCount() {
        Proof proof = proof(1, Proof.Outcome.PROVEN);
        test.vault.putProof(proof);
        Manifest other = test.backup(Rows.of(2, 10));

        byte[] sealed = test.store
                .get(VaultLayout.proof(test.source, manifest.backup(), proof.verification()))
                .orElseThrow();
        test.store.put(VaultLayout.proof(test.source, other.backup(), proof.verification()), sealed);

        TestVault.assertFails(FailureCode.MANIFEST_CORRUPT, () -> test.vault.proofs(test.source, other.backup()));
    }

    private Proof proof(long millis, Proof.Outcome outcome) {
        return proof(millis, millis + 5, outcome);
    }

    private Proof proof(long millis, long finished, Proof.Outcome outcome) {
        return new Proof(
                VerificationId.next(() -> Instant.ofEpochMilli(millis)),
                manifest.backup(),
                test.source,
                outcome,
                Instant.ofEpochMilli(millis),
                Instant.ofEpochMilli(finished),
                "10 tables equal",
                JsonNodeFactory.instance.objectNode().put("tables", 10));
    }
}
