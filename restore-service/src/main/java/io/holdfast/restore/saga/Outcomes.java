package io.holdfast.restore.saga;

import static java.util.Objects.requireNonNull;

import io.holdfast.contracts.RestoreEvent;
import java.time.Duration;
import java.util.Optional;

/** What there is to tell of a restore as it stands. Pure: the same restore tells the same event. */
final class Outcomes {
    private Outcomes() {}

    static Optional<RestoreEvent> of(Restore it) {
        return switch (it.state()) {
            case REQUESTED -> Optional.empty();
            case PREFLIGHT, LOADING, CHECKING, HANDING_OVER ->
                Optional.ofNullable(it.backupId())
                        .map(backup -> new RestoreEvent.Started(
                                it.id(), it.source(), backup, it.database(), requireNonNull(it.startedAt())));
            case COMPLETED -> Optional.of(completed(it));
            case FAILED ->
                Optional.of(new RestoreEvent.Failed(
                        it.id(), it.source(), requireNonNull(it.reason()), requireNonNull(it.endedAt())));
            case CANCELLED ->
                Optional.of(new RestoreEvent.Cancelled(
                        it.id(), it.source(), requireNonNull(it.cancelledBy()), requireNonNull(it.endedAt())));
        };
    }

    private static RestoreEvent completed(Restore it) {
        var endedAt = requireNonNull(it.endedAt());
        return new RestoreEvent.Completed(
                it.id(),
                it.source(),
                requireNonNull(it.backupId()),
                it.database(),
                requireNonNull(it.snapshotAt()),
                it.tables(),
                it.rows(),
                it.bytes(),
                Duration.between(requireNonNull(it.startedAt()), endedAt).toMillis(),
                endedAt);
    }
}
