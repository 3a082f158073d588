package io.holdfast.restore.switchover;

import static java.util.Objects.requireNonNull;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.RestoreEvent;
import io.holdfast.engine.inplace.Checkpoint;
import io.holdfast.engine.inplace.DatabaseContent;
import io.holdfast.engine.inplace.OverwritableDatabase;
import io.holdfast.eventing.jobs.Lease;
import io.holdfast.restore.domain.Restore;
import io.holdfast.restore.domain.RestorePlan;
import io.holdfast.restore.domain.RestoreRepository;
import io.holdfast.restore.targets.TargetRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/**
 * The live database is overwritten by the staged copy, or taken back to an earlier state. Its state before is noted first, durably:
 * from then on every attempt, whoever makes it, completes the restore or goes back to that state.
 */
@ApplicationScoped
class OverwriteStep {
    private final RestoreRepository restoreRepository;
    private final TargetRegistry targetRegistry;
    private final InstantSource clock;

    OverwriteStep(RestoreRepository restoreRepository, TargetRegistry targetRegistry, InstantSource clock) {
        this.restoreRepository = restoreRepository;
        this.targetRegistry = targetRegistry;
        this.clock = clock;
    }

    /** May be repeated as a whole. */
    void apply(Restore restore, Lease lease) {
        try (OverwritableDatabase live =
                targetRegistry.overwritable(restore.source().name())) {
            if (restore.account().checkpoint() == null) {
                note(restore, live.checkpoint(), lease);
            }
            lease.ensureHeld();
            if (restore.wish().pointInTime()) {
                rewind(restore, live, lease);
            } else {
                OverwritableDatabase.Overwritten done =
                        live.overwrite(restore.switching().staging(), lease::ensureHeld);
                overwritten(restore, done.tables(), done.rows(), "equal to the backup after it was read back", lease);
            }
        }
    }

    private void note(Restore restore, Checkpoint checkpoint, Lease lease) {
        lease.commit(session -> restoreRepository.change(session, restore.id(), it -> {
            it.account().checkpoint(checkpoint);
            it.note("the state before has the bookmark " + checkpoint.bookmark());
        }));
    }

    private void rewind(Restore restore, OverwritableDatabase live, Lease lease) {
        RestorePlan plan = requireNonNull(restore.account().plan());
        String previous = live.rewind(requireNonNull(plan.bookmark()), lease::ensureHeld);
        lease.commit(session -> restoreRepository.change(
                session, restore.id(), it -> it.account().previousBookmark(previous)));
        if (live.isIncomplete()) {
            throw HoldfastException.about(
                    restore.database(),
                    FailureCode.POINT_IN_TIME_UNAVAILABLE,
                    "database " + restore.database() + " was being restored at " + plan.snapshotAt()
                            + ", so that its state of that instant is incomplete; choose an instant before that restore");
        }
        DatabaseContent content = live.content();
        overwritten(
                restore,
                content.tables().size(),
                content.rowCount(),
                "taken back to " + plan.snapshotAt() + ", bookmark " + plan.bookmark(),
                lease);
    }

    private void overwritten(Restore restore, int tables, long rows, String how, Lease lease) {
        Instant now = clock.instant();
        lease.commit(session -> restoreRepository.changed(
                session,
                restore.id(),
                it -> {
                    it.note("database " + it.database() + " is " + how);
                    it.overwritten(tables, rows, now);
                },
                it -> new RestoreEvent.Switched(it.id(), it.source(), it.backupId(), it.database(), now)));
    }

    /**
     * The state before the restore comes back, and is compared with what was read of it. Fails with TARGET_CHANGED if it is not
     * that state.
     *
     * @return whether anything had been written
     */
    boolean undo(Restore restore, Lease lease) {
        Checkpoint before = restore.account().checkpoint();
        if (before == null) {
            return false;
        }
        try (OverwritableDatabase live =
                targetRegistry.overwritable(restore.source().name())) {
            if (restore.completedAt() == null && live.isUntouched(before)) {
                return false;
            }
            lease.ensureHeld();
            live.rewind(before.bookmark(), lease::ensureHeld);
            String how = compared(restore, before, live);
            lease.commit(session -> restoreRepository.change(session, restore.id(), it -> it.note(how)));
            return true;
        }
    }

    private static String compared(Restore restore, Checkpoint before, OverwritableDatabase live) {
        String went = "database " + restore.database() + " went back to the bookmark " + before.bookmark();
        DatabaseContent then = before.content();
        if (then == null) {
            return went + "; it could not be read before the restore, so there is nothing to compare it with";
        }
        List<String> differences = then.differences(live.content());
        if (!differences.isEmpty()) {
            throw HoldfastException.about(
                    restore.database(),
                    FailureCode.TARGET_CHANGED,
                    went + ", but differs from what was read before the restore, in: " + String.join(", ", differences)
                            + "; was it written to meanwhile? Its safety backup is "
                            + restore.account().safety());
        }
        return went + " and is equal to what was read before the restore";
    }
}
