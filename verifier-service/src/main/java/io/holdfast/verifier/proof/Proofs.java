package io.holdfast.verifier.proof;

import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.VerificationLevel;
import io.holdfast.vault.Proof;
import io.holdfast.vault.Vault;
import io.holdfast.verifier.verification.Findings;
import io.holdfast.verifier.verification.Verdict;
import io.holdfast.verifier.verification.Verification;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** Writes what a verification found beside the backup, signed: restores trust nothing else. */
@ApplicationScoped
class Proofs {
    private final InstantSource clock;

    Proofs(InstantSource clock) {
        this.clock = clock;
    }

    /** @param replaced what was bad and was read from elsewhere: the backup is good in spite of it */
    void keep(Vault vault, Verification verification, Verdict verdict, List<String> replaced) {
        Instant now = clock.instant();
        vault.putProof(new Proof(
                verification.id(),
                verification.backupId(),
                verification.source().id(),
                outcome(verification.level(), verdict),
                verification.startedAt().orElse(now),
                now,
                summary(verdict),
                null,
                replaced));
    }

    private static Proof.Outcome outcome(VerificationLevel level, Verdict verdict) {
        return switch (verdict) {
            case Verdict.Passed ignored ->
                level == VerificationLevel.PROVEN ? Proof.Outcome.PROVEN : Proof.Outcome.INTACT;
            case Verdict.Failed ignored -> Proof.Outcome.FAILED;
            case Verdict.Inconclusive ignored -> Proof.Outcome.INCONCLUSIVE;
        };
    }

    private static String summary(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Passed(Findings found) ->
                found.rows() + " rows of " + found.tables() + " tables, restored in " + found.restoreMillis() + " ms";
            case Verdict.Failed(FailureReason reason) -> reason.message();
            case Verdict.Inconclusive(FailureReason reason) -> reason.message();
        };
    }
}
