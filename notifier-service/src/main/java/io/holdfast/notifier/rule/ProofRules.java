package io.holdfast.notifier.rule;

import io.holdfast.notifier.watch.SourceFacts;
import io.holdfast.notifier.watch.Trouble;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Proofs that did not come, found a bad backup, or found nothing. Pure. */
final class ProofRules {
    private static final Duration LEAST_LATE = Duration.ofHours(2);
    private static final int INCONCLUSIVE = 3;

    private ProofRules() {}

    static List<Condition> of(SourceFacts source, Instant now) {
        return Stream.of(missed(source, now), failed(source), inconclusive(source))
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<Condition> missed(SourceFacts source, Instant now) {
        SourceFacts.Begun unjudged = source.unjudged();
        if (unjudged == null
                || !unjudged.since().plus(BackupRules.usual(source, LEAST_LATE)).isBefore(now)) {
            return Optional.empty();
        }
        return Optional.of(Condition.of(
                        AlertRule.PROOF_MISSED,
                        source.name(),
                        "",
                        "source " + source.name() + ": backup " + unjudged.id() + " was stored at " + unjudged.since()
                                + " and is not proven yet",
                        unjudged.since())
                .with("backup", unjudged.id()));
    }

    private static Optional<Condition> failed(SourceFacts source) {
        return Optional.ofNullable(source.failedProof())
                .map(bad -> Condition.of(
                                AlertRule.PROOF_FAILED,
                                source.name(),
                                "",
                                "backup " + bad.id() + " of " + source.name() + " is bad: " + said(bad),
                                bad.since())
                        .with("backup", bad.id()));
    }

    private static Optional<Condition> inconclusive(SourceFacts source) {
        Trouble trouble = source.inconclusiveProofs();
        if (trouble == null) {
            return Optional.empty();
        }
        Condition condition = Condition.of(
                        AlertRule.PROOF_INCONCLUSIVE,
                        source.name(),
                        "",
                        "source " + source.name() + ": " + trouble.count() + " proofs in a row found no verdict: "
                                + said(trouble) + ". This says nothing of the backups, good or bad",
                        trouble.since())
                .counted(trouble.count(), trouble.count() >= INCONCLUSIVE)
                .at(trouble.last())
                .with("backup", trouble.id());
        return Optional.of(VaultRule.isOutage(trouble.code()) ? condition.causedBy(Condition.VAULT) : condition);
    }

    private static String said(Trouble trouble) {
        return trouble.message() + " (" + trouble.code() + ")";
    }
}
