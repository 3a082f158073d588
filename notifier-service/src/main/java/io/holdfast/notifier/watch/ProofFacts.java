package io.holdfast.notifier.watch;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.RequestRejected;
import io.holdfast.contracts.SourceRef;
import io.holdfast.contracts.VerificationEvent;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is recorded of the events of verifications. A check without a verdict never replaces a verdict, and a check of the
 * chunks never that of the rows.
 */
final class ProofFacts {
    private static final String VERDICT = """
            insert into watched_backup (id, source, outcome, proof, proof_at, proof_failure, proof_message, recorded_at)
            values (id(:id), :source, 'STORED', :proof, ts(:at), txt(:failure), txt(:message), ts(:now))
            on conflict (id) do update set proof = excluded.proof, proof_at = excluded.proof_at,
                proof_failure = excluded.proof_failure, proof_message = excluded.proof_message
            where excluded.proof in ('PROVEN', 'FAILED') or watched_backup.proof is null
                or watched_backup.proof = 'INCONCLUSIVE'
                or (excluded.proof = 'INTACT' and watched_backup.proof = 'INTACT')""";

    private ProofFacts() {}

    static Optional<Facts> of(VerificationEvent event, Instant now) {
        return switch (event) {
            case VerificationEvent.Passed e ->
                Optional.of(verdict(e.backupId(), e.source(), e.level().name(), null, e.passedAt(), now));
            case VerificationEvent.Failed e ->
                Optional.of(verdict(e.backupId(), e.source(), "FAILED", e.reason(), e.failedAt(), now));
            case VerificationEvent.Inconclusive e ->
                Optional.of(verdict(e.backupId(), e.source(), "INCONCLUSIVE", e.reason(), e.endedAt(), now));
            case VerificationEvent.Started ignored -> Optional.empty();
            case VerificationEvent.DrillCompleted e -> Optional.of(DrillFacts.of(e));
            case RequestRejected ignored -> Optional.empty();
        };
    }

    static Facts verdict(
            BackupId id, SourceRef source, String proof, @Nullable FailureReason reason, Instant at, Instant now) {
        return Facts.of(VERDICT)
                .with("id", id.toString())
                .with("source", source.name())
                .with("proof", proof)
                .with("failure", reason == null ? null : reason.code().name())
                .with("message", reason == null ? null : reason.message())
                .with("at", at)
                .with("now", now);
    }
}
