package io.holdfast.restore.domain;

import static java.util.Objects.requireNonNull;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.RestoreEvent;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What has become of a restore so far. Pure: the same restore tells the same event. */
final class RestoreEventFactory {
    private RestoreEventFactory() {}

    /** Faults of a request, as opposed to faults of the platform or of its servers. */
    private static final Set<FailureCode> REFUSALS = EnumSet.of(
            FailureCode.BACKUP_UNKNOWN,
            FailureCode.BACKUP_NOT_USABLE,
            FailureCode.POINT_NOT_COVERED,
            FailureCode.REQUEST_INVALID,
            FailureCode.REQUEST_CONFLICT,
            FailureCode.REQUEST_FORBIDDEN,
            FailureCode.SOURCE_UNKNOWN,
            FailureCode.TARGET_EXISTS);

    /** @param server of the restore's database */
    static Optional<RestoreEvent> of(Restore it, String server) {
        return switch (it.state()) {
            case REQUESTED -> Optional.empty();
            case PREFLIGHT,
                    AWAITING_APPROVAL,
                    LOADING,
                    CHECKING,
                    HANDING_OVER,
                    SAFETY,
                    MAINTENANCE_ON,
                    SWITCHING,
                    APPLYING,
                    HEALTH,
                    MAINTENANCE_OFF -> started(it);
            case WATCHING, COMPLETED -> Optional.of(completed(it));
            case ROLLING_BACK -> it.completedAt() == null ? started(it) : Optional.of(completed(it));
            case PLANNED -> Optional.of(planned(it));
            case FAILED -> Optional.of(failed(it, server));
            case CANCELLED ->
                Optional.of(new RestoreEvent.Cancelled(
                        it.id(), it.source(), requireNonNull(it.cancelledBy()), requireNonNull(it.endedAt())));
            case EXPIRED ->
                Optional.of(
                        new RestoreEvent.Expired(it.id(), it.source(), it.backupId(), requireNonNull(it.endedAt())));
            case ROLLED_BACK ->
                Optional.of(new RestoreEvent.RolledBack(
                        it.id(), it.source(), requireNonNull(it.reason()), requireNonNull(it.endedAt())));
        };
    }

    private static RestoreEvent failed(Restore it, String server) {
        FailureReason reason = requireNonNull(it.reason());
        return new RestoreEvent.Failed(
                it.id(),
                it.source(),
                reason,
                requireNonNull(it.endedAt()),
                it.live(),
                it.database(),
                server,
                it.startedAt() == null && REFUSALS.contains(reason.code()));
    }

    private static Optional<RestoreEvent> started(Restore it) {
        return Optional.ofNullable(it.startedAt())
                .map(at -> new RestoreEvent.Started(
                        it.id(),
                        it.source(),
                        it.backupId(),
                        it.database(),
                        it.wish().instant(),
                        at));
    }

    private static RestoreEvent planned(Restore it) {
        RestorePlan plan = it.account().plan();
        List<String> problems = plan == null
                ? List.of()
                : plan.problems().stream().map(FailureReason::message).toList();
        return new RestoreEvent.Planned(
                it.id(), it.source(), it.backupId(), it.database(), problems, requireNonNull(it.endedAt()));
    }

    private static RestoreEvent completed(Restore it) {
        var completedAt = requireNonNull(it.completedAt());
        return new RestoreEvent.Completed(
                it.id(),
                it.source(),
                it.backupId(),
                it.database(),
                requireNonNull(it.snapshotAt()),
                it.tables(),
                it.rows(),
                it.bytes(),
                Duration.between(requireNonNull(it.startedAt()), completedAt).toMillis(),
                completedAt);
    }
}
