package io.holdfast.verifier.proof;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.VerificationLevel;
import io.holdfast.transfer.compare.ProofChecks;
import io.holdfast.vault.Vault;
import io.holdfast.vault.format.Proof;
import io.holdfast.verifier.verification.Verification;
import io.holdfast.verifier.verification.VerificationTotals;
import io.holdfast.verifier.verification.VerificationVerdict;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes what a verification found beside the backup, signed: restores trust nothing else. */
@ApplicationScoped
class ProofWriter {
    private final InstantSource clock;

    ProofWriter(InstantSource clock) {
        this.clock = clock;
    }

    /** @param replaced what was bad and was read from elsewhere: the backup is good in spite of it */
    void keep(Vault vault, Verification verification, VerificationVerdict verdict, List<String> replaced) {
        Instant now = clock.instant();
        vault.putProof(new Proof(
                verification.id(),
                verification.backupId(),
                verification.source().id(),
                outcome(verification.level(), verdict),
                verification.startedAt().orElse(now),
                now,
                summary(verdict),
                report(verdict),
                replaced));
    }

    /** The checks, which restores read first, or the reason, so that no reader has to trust the unsigned event. */
    private static @Nullable JsonNode report(VerificationVerdict verdict) {
        return switch (verdict) {
            case VerificationVerdict.Passed(VerificationTotals found) -> ProofChecks.report(found.checks());
            case VerificationVerdict.Failed(FailureReason reason) -> reason(reason);
            case VerificationVerdict.Inconclusive(FailureReason reason) -> reason(reason);
        };
    }

    private static JsonNode reason(FailureReason reason) {
        ObjectNode report = JsonNodeFactory.instance.objectNode();
        ObjectNode fields = report.putObject("reason").put("code", reason.code().name());
        if (reason.object() != null) {
            fields.put("object", reason.object());
        }
        return report;
    }

    private static Proof.Outcome outcome(VerificationLevel level, VerificationVerdict verdict) {
        return switch (verdict) {
            case VerificationVerdict.Passed ignored ->
                level == VerificationLevel.PROVEN ? Proof.Outcome.PROVEN : Proof.Outcome.INTACT;
            case VerificationVerdict.Failed ignored -> Proof.Outcome.FAILED;
            case VerificationVerdict.Inconclusive ignored -> Proof.Outcome.INCONCLUSIVE;
        };
    }

    private static String summary(VerificationVerdict verdict) {
        return switch (verdict) {
            case VerificationVerdict.Passed(VerificationTotals found) ->
                found.rows() + " rows of " + found.tables() + " tables, restored in " + found.restoreMillis() + " ms";
            case VerificationVerdict.Failed(FailureReason reason) -> reason.message();
            case VerificationVerdict.Inconclusive(FailureReason reason) -> reason.message();
        };
    }
}
