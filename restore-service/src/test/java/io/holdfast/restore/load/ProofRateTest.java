package io.holdfast.restore.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.VerificationId;
import io.holdfast.vault.format.Proof;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class ProofRateTest {
    private static final Instant START = Instant.parse("2026-03-01T03:00:00Z");

    private static Proof proof(Proof.Outcome outcome, long millis) {
        return new Proof(
                VerificationId.next(InstantSource.system()),
                BackupId.next(InstantSource.system()),
                SourceId.next(InstantSource.system()),
                outcome,
                START,
                START.plusMillis(millis),
                "",
                null);
    }

    @Test
    void theRateIsThatOfTheWholeProof() {
        Proof proof = proof(Proof.Outcome.PROVEN, 2500);

        assertThat(ProofRate.of(proof, 5_000_000)).contains(2_000_000.0);
        assertThat(ProofRate.seconds(proof)).isEqualTo(3);
    }

    @Test
    void aProofThatRestoredNothingHasNoRate() {
        assertThat(ProofRate.of(proof(Proof.Outcome.INTACT, 2500), 5_000_000)).isEmpty();
        assertThat(ProofRate.of(proof(Proof.Outcome.PROVEN, 0), 5_000_000)).isEmpty();
        assertThat(ProofRate.of(proof(Proof.Outcome.PROVEN, 2500), 0)).isEmpty();
    }
}
