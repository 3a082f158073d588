package io.holdfast.verifier.drill;

import io.holdfast.contracts.AlertEvent;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.VerificationEvent;
import io.holdfast.drill.DrillReport;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What there is to tell of a drill as it stands. Pure: the same drill tells the same event. */
final class DrillEventFactory {
    static final String ALERT = "drill-inconclusive";

    private DrillEventFactory() {}

    static Optional<VerificationEvent> of(Drill it) {
        Instant endedAt = it.endedAt();
        if (endedAt == null || it.source().isEmpty() || it.backupId().isEmpty()) {
            return Optional.empty();
        }
        Instant overturnedAt = it.state() == DrillState.PASSED ? it.failedByResultAt() : null;
        return Optional.of(new VerificationEvent.DrillCompleted(
                it.id(),
                it.backupId().get(),
                it.source().get(),
                it.passed(),
                it.restoreMillis(),
                overturnedAt == null ? endedAt : overturnedAt,
                it.kind(),
                it.checksFailed()));
    }

    /**
     * An alert while drills of a source cannot be held; a drill that failed is told by its own event.
     *
     * @param before the source's drill before; null: there is none
     */
    static Optional<AlertEvent> alert(Drill now, @Nullable Drill before) {
        Instant at = now.endedAt();
        FailureReason reason = now.reason();
        boolean openBefore = before != null && before.state() == DrillState.INCONCLUSIVE;
        boolean open = now.state() == DrillState.INCONCLUSIVE;
        if (at == null || open == openBefore) {
            return Optional.empty();
        }
        String id =
                ALERT + "/" + now.sourceName() + (now.kind().equals(DrillReport.RESTORE_TEST) ? "" : "/" + now.kind());
        return Optional.of(
                open && reason != null
                        ? new AlertEvent.Raised(
                                id,
                                ALERT,
                                AlertEvent.Severity.WARNING,
                                now.source().orElse(null),
                                "source \"" + now.sourceName() + "\": drill " + now.id()
                                        + " could not be held, so nothing is known of the backup: " + reason.message(),
                                null,
                                at)
                        : new AlertEvent.Resolved(id, ALERT, at));
    }
}
