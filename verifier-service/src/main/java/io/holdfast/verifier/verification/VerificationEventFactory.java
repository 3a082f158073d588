package io.holdfast.verifier.verification;

import static java.util.Objects.requireNonNull;

import io.holdfast.contracts.VerificationEvent;
import java.time.Duration;
import java.util.Optional;

/** What there is to tell of a verification as it stands. Pure: the same verification tells the same event. */
final class VerificationEventFactory {
    private VerificationEventFactory() {}

    static Optional<VerificationEvent> of(Verification it) {
        return switch (it.state()) {
            case REQUESTED -> Optional.empty();
            case RUNNING ->
                Optional.of(new VerificationEvent.Started(
                        it.id(),
                        it.backupId(),
                        it.source(),
                        it.level(),
                        it.startedAt().orElseThrow()));
            case PASSED -> Optional.of(passed(it));
            case FAILED ->
                Optional.of(new VerificationEvent.Failed(
                        it.id(),
                        it.backupId(),
                        it.source(),
                        it.level(),
                        requireNonNull(it.reason()),
                        requireNonNull(it.endedAt())));
            case INCONCLUSIVE ->
                Optional.of(new VerificationEvent.Inconclusive(
                        it.id(),
                        it.backupId(),
                        it.source(),
                        it.level(),
                        requireNonNull(it.reason()),
                        requireNonNull(it.endedAt())));
        };
    }

    private static VerificationEvent passed(Verification it) {
        var endedAt = requireNonNull(it.endedAt());
        VerificationTotals verificationTotals = it.findings();
        return new VerificationEvent.Passed(
                it.id(),
                it.backupId(),
                it.source(),
                it.level(),
                verificationTotals.tables(),
                verificationTotals.rows(),
                verificationTotals.bytes(),
                Duration.between(it.startedAt().orElseThrow(), endedAt).toMillis(),
                verificationTotals.restoreMillis(),
                verificationTotals.checks(),
                endedAt);
    }
}
