package io.holdfast.restore.api;

import static java.util.Objects.requireNonNull;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.RestoreId;
import io.holdfast.contracts.RestoreRequest;
import io.holdfast.contracts.RestoreTarget;
import io.holdfast.engine.inplace.Checkpoint;
import io.holdfast.engine.inplace.OverwritableDatabase;
import io.holdfast.restore.domain.Restore;
import io.holdfast.restore.domain.RestoreJobScheduler;
import io.holdfast.restore.domain.RestoreKind;
import io.holdfast.restore.domain.RestoreRepository;
import io.holdfast.restore.domain.RestoreState;
import io.holdfast.restore.load.RewindLines;
import io.holdfast.restore.plan.Requester;
import io.holdfast.restore.targets.RewindExclusion;
import io.holdfast.restore.targets.TargetRegistry;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;

/** Brings the state before a restore back on request: in seconds while what it replaced is kept, afterwards by its backup. */
@ApplicationScoped
class RollbackStarter {
    private final RestoreRepository restoreRepository;
    private final TargetRegistry targetRegistry;
    private final RestoreJobScheduler restoreJobScheduler;
    private final RewindExclusion exclusion;
    private final InstantSource clock;

    RollbackStarter(
            RestoreRepository restoreRepository,
            TargetRegistry targetRegistry,
            RestoreJobScheduler restoreJobScheduler,
            RewindExclusion exclusion,
            InstantSource clock) {
        this.restoreRepository = restoreRepository;
        this.targetRegistry = targetRegistry;
        this.restoreJobScheduler = restoreJobScheduler;
        this.exclusion = exclusion;
        this.clock = clock;
    }

    /**
     * Begins it.
     *
     * @return the restore; empty if it can only go by the safety backup, as a restore of its own: {@link #bySafety}
     * @throws HoldfastException REQUEST_CONFLICT if there is nothing to roll back, or nothing to go back to
     */
    Uni<Optional<Restore>> of(Mutiny.Session session, RestoreId id, Requester by) {
        return restoreRepository.get(session, id).chain(restore -> {
            by.mayRestore(restore.source().name(), () -> RestoreRepository.unknown(id));
            refuse(restore);
            return restoreRepository
                    .overtaking(session, restore)
                    .invoke(others -> others.stream().findFirst().ifPresent(other -> refuse(restore, other)))
                    .chain(() -> exclusion.refuseDuring(session, restore.server()))
                    .chain(() -> begin(session, restore, by));
        });
    }

    private static void refuse(Restore restore, Restore other) {
        throw conflict(
                restore,
                "is not the last one of database \"" + restore.database() + "\": restore " + other.id()
                        + (RestoreState.UNDER_WAY.contains(other.state())
                                ? " is under way (" + other.state() + "); wait for it, or cancel it"
                                : " has changed it since; roll that one back first"));
    }

    private Uni<Optional<Restore>> begin(Mutiny.Session session, Restore restore, Requester by) {
        Instant now = clock.instant();
        if (restore.kind().replaces() && !isKept(restore, now)) {
            return Uni.createFrom().item(Optional.<Restore>empty());
        }
        FailureReason reason = FailureReason.of(FailureCode.CANCELLED, "rolled back on request of " + by.name());
        return restoreRepository
                .change(session, restore.id(), it -> it.rollBack(reason, now))
                .call(it -> restoreJobScheduler.toSwitch(session, it.id()))
                .map(Optional::of);
    }

    /** What was put aside, or the earlier state of a database that was overwritten. */
    private boolean isKept(Restore restore, Instant now) {
        if (restore.kind() == RestoreKind.REWIND) {
            return false; // its provider does not undo it
        }
        if (restore.kind() == RestoreKind.OVERWRITE) {
            return isInWindow(restore, now);
        }
        Instant until = restore.switching().keptUntil();
        return until != null && now.isBefore(until);
    }

    private boolean isInWindow(Restore restore, Instant now) {
        Checkpoint checkpoint = restore.account().checkpoint();
        if (checkpoint == null) {
            return false;
        }
        try (OverwritableDatabase live =
                targetRegistry.overwritable(restore.source().name())) {
            return now.isBefore(checkpoint.at().plus(live.window()));
        }
    }

    private void refuse(Restore restore) {
        boolean ended = restore.state() == RestoreState.WATCHING || restore.state() == RestoreState.COMPLETED;
        if (!ended || restore.kind() == RestoreKind.NEW) {
            throw conflict(
                    restore,
                    restore.kind() == RestoreKind.NEW && ended
                            ? "made a new database; drop it if it is not wanted"
                            : "is " + restore.state() + ", so there is nothing to roll back");
        }
        if (restore.kind() == RestoreKind.REWIND && restore.database().equals("postgres")) {
            throw conflict(
                    restore,
                    "took a Supabase project back, which Supabase does not undo, and a database with the name postgres"
                            + " is not replaced; the state before is in the safety backup: "
                            + RewindLines.commands(restore));
        }
        boolean safe = restore.account().safetyBackup() != null;
        boolean kept = restore.kind().replaces() && isKept(restore, clock.instant());
        if (!safe && !kept) {
            throw conflict(
                    restore,
                    "has nothing to go back to: its safety backup is "
                            + (restore.account().safety() == null
                                    ? "not there"
                                    : restore.account().safety()));
        }
    }

    private static HoldfastException conflict(Restore restore, String what) {
        return HoldfastException.about(
                restore.id().toString(), FailureCode.REQUEST_CONFLICT, "restore " + restore.id() + " " + what);
    }

    static RestoreRequest.Requested bySafety(Restore restore) {
        return new RestoreRequest.Requested(
                restore.source().name(),
                requireNonNull(restore.account().safetyBackup()),
                null,
                null,
                new RestoreTarget.Replace(),
                List.of(),
                List.of(),
                null,
                null,
                null,
                true,
                "restore " + restore.id() + " is rolled back",
                null,
                null,
                null,
                null);
    }
}
