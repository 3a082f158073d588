package io.holdfast.restore.switchover;

import static java.util.Objects.requireNonNull;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.RestoreEvent;
import io.holdfast.engine.postgres.RewindTarget;
import io.holdfast.eventing.jobs.Lease;
import io.holdfast.restore.domain.Restore;
import io.holdfast.restore.domain.RestorePlan;
import io.holdfast.restore.domain.RestoreRepository;
import io.holdfast.restore.domain.RewindProgress;
import io.holdfast.restore.load.RewindLines;
import io.holdfast.restore.switchover.RewindObserver.Observation;
import io.holdfast.restore.targets.TargetRegistry;
import io.holdfast.supabase.ProjectStatus;
import io.holdfast.supabase.RestoreAnswer;
import io.holdfast.supabase.SupabaseProject;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The provider takes the live server back. It is asked once: the request is recorded before it is sent. After that, whatever happens
 * to the worker, each attempt only observes: the restore has succeeded when the project is healthy and the schema that marked the
 * state before is gone.
 */
@ApplicationScoped
class RewindStep {
    private final RestoreRepository restoreRepository;
    private final TargetRegistry targetRegistry;
    private final RewindObserver observer;
    private final InstantSource clock;
    private final Duration pause;
    private final Duration settling;
    private final Duration patience;

    RewindStep(
            RestoreRepository restoreRepository,
            TargetRegistry targetRegistry,
            RewindObserver observer,
            InstantSource clock,
            @ConfigProperty(name = "holdfast.restore.rewind-look", defaultValue = "5s") Duration pause,
            @ConfigProperty(name = "holdfast.restore.rewind-settles", defaultValue = "10m") Duration settling,
            @ConfigProperty(name = "holdfast.restore.rewind-within", defaultValue = "12h") Duration patience) {
        this.restoreRepository = restoreRepository;
        this.targetRegistry = targetRegistry;
        this.observer = observer;
        this.clock = clock;
        this.pause = pause;
        this.settling = settling;
        this.patience = patience;
    }

    /**
     * May be repeated.
     *
     * @return whether the server has its earlier state; otherwise the job was put off
     * @throws HoldfastException RECOVERY_FAILED if the provider has failed, or does not restore though it may have been asked
     */
    boolean apply(Restore restore, Lease lease) {
        RewindProgress progress = restore.account().rewind();
        Instant requestedAt = progress == null ? null : progress.requestedAt();
        if (progress == null || requestedAt == null) {
            request(restore, lease);
            return false;
        }
        Observation seen = observer.look(restore);
        return switch (seen.kind()) {
            case RESTORED -> {
                restored(restore, progress, lease);
                yield true;
            }
            case FAILED -> throw failed(restore, progress, seen.said());
            case UNCHANGED -> {
                Instant since = unchangedSince(progress);
                if (isOver(since, settling)) {
                    throw failed(restore, progress, seen.said() + " since " + since);
                }
                yield postponed(restore, progress.unchanged(since), seen.said(), lease);
            }
            case PENDING -> {
                if (isOver(requestedAt, patience)) {
                    throw failed(restore, progress, seen.said());
                }
                yield postponed(restore, progress.unchanged(null), seen.said(), lease);
            }
        };
    }

    private void request(Restore restore, Lease lease) {
        String source = restore.source().name();
        SupabaseProject project = targetRegistry.supabase(source);
        RewindTarget database = targetRegistry.rewindTarget(source);
        refuseOthers(restore, lease);
        Instant second = second(restore, project);
        List<FailureReason> obstacles = RewindLines.obstacles(restore, database.server());
        if (!obstacles.isEmpty()) {
            throw new HoldfastException(obstacles.getFirst(), null);
        }
        database.mark(restore.id().value());
        RewindProgress requested = RewindProgress.to(second).requested(clock.instant());
        record(restore, requested, "asks Supabase to take the project back to " + second, lease);
        lease.ensureHeld();
        switch (project.restore(second)) {
            case RestoreAnswer.Accepted ignored ->
                postponed(
                        restore,
                        requested.accepted(clock.instant()),
                        "Supabase has accepted the restore to " + second,
                        lease);
            case RestoreAnswer.Unknown unknown ->
                postponed(
                        restore,
                        requested,
                        "it is not known whether Supabase has got the request (" + unknown.why()
                                + "); it is not sent again, and the project is observed",
                        lease);
            case RestoreAnswer.Refused refused -> {
                record(
                        restore,
                        RewindProgress.to(second),
                        "Supabase has not accepted the restore: "
                                + refused.failure().getMessage(),
                        lease);
                throw ofTarget(refused.failure());
            }
        }
    }

    /** What they write would be lost, or lies in between. */
    private void refuseOthers(Restore restore, Lease lease) {
        Set<String> servers =
                new HashSet<>(targetRegistry.onTheSameProject(restore.source().name()));
        servers.add(restore.server());
        List<Restore> others = lease.commit(restoreRepository::underWay).stream()
                .filter(other -> !other.id().equals(restore.id()) && servers.contains(other.server()))
                .toList();
        if (!others.isEmpty()) {
            throw HoldfastException.about(
                    restore.database(),
                    FailureCode.TARGET_BUSY,
                    "other restores go to the same project: "
                            + others.stream()
                                    .map(other -> other.id().toString())
                                    .collect(Collectors.joining(", "))
                            + "; wait until they have ended, or cancel them");
        }
    }

    /** The window and the status may be other ones than those of the plan. */
    private static Instant second(Restore restore, SupabaseProject project) {
        RestorePlan plan = requireNonNull(restore.account().plan());
        try {
            ProjectStatus status = project.status();
            if (!status.isHealthy()) {
                throw HoldfastException.about(
                        project.reference(),
                        FailureCode.TARGET_BUSY,
                        "Supabase project " + project.reference() + " is " + status.name()
                                + "; it has to be ACTIVE_HEALTHY before it is restored");
            }
            return project.covered(requireNonNull(plan.snapshotAt()));
        } catch (HoldfastException e) {
            throw ofTarget(e);
        }
    }

    private void record(Restore restore, RewindProgress progress, String said, Lease lease) {
        lease.commit(session -> restoreRepository.change(session, restore.id(), it -> {
            it.account().rewind(progress);
            it.note(said);
        }));
    }

    /** Always false: the job goes on later. */
    private boolean postponed(Restore restore, RewindProgress progress, String said, Lease lease) {
        lease.postpone(
                pause,
                session -> restoreRepository
                        .change(session, restore.id(), it -> {
                            it.account().rewind(progress);
                            it.note(said);
                        })
                        .replaceWithVoid());
        return false;
    }

    private void restored(Restore restore, RewindProgress progress, Lease lease) {
        Instant newest = observer.newestCommit(restore);
        Instant now = clock.instant();
        lease.commit(session -> restoreRepository.changed(
                session,
                restore.id(),
                it -> {
                    it.account().rewind(progress.restored(now));
                    it.note("Supabase has taken the project back to " + progress.second()
                            + (newest == null ? "" : "; its newest commit is of " + newest));
                    it.rewound(progress.second(), now);
                },
                it -> new RestoreEvent.Switched(it.id(), it.source(), it.backupId(), it.database(), now)));
    }

    private Instant unchangedSince(RewindProgress progress) {
        Instant since = progress.unchangedSince();
        return since == null ? clock.instant() : since;
    }

    private boolean isOver(Instant from, Duration time) {
        return !clock.instant().isBefore(from.plus(time));
    }

    private static HoldfastException failed(Restore restore, RewindProgress progress, String said) {
        String asked = progress.acceptedAt() == null
                ? "it is not known whether Supabase has got the request of " + progress.requestedAt()
                : "Supabase has accepted the request at " + progress.acceptedAt();
        return HoldfastException.about(
                restore.database(),
                FailureCode.RECOVERY_FAILED,
                "the project was not taken back to " + progress.second() + ": " + asked + ", but " + said
                        + ". Holdfast does not ask again. Look at Database, Backups in Supabase's dashboard: while it shows"
                        + " a restore, wait for it; otherwise start another restore");
    }

    /**
     * Supabase does not undo a restore.
     *
     * @return false: the live server is as it was before
     * @throws HoldfastException RECOVERY_FAILED, with the safety backup, if it is another one or not known
     */
    boolean undo(Restore restore) {
        RewindProgress progress = restore.account().rewind();
        if (progress == null || progress.requestedAt() == null) {
            return false;
        }
        Observation seen = progress.restoredAt() == null ? observer.look(restore) : null;
        if (seen != null && seen.kind() == Observation.Kind.UNCHANGED) {
            return false;
        }
        throw HoldfastException.about(
                restore.database(),
                FailureCode.RECOVERY_FAILED,
                (seen == null ? "the project has its state of " + progress.second() : seen.said())
                        + ", and Supabase does not undo a restore; the state before is in the safety backup: "
                        + restore.account().safety());
    }

    /** Before Supabase is asked, what may pass is tried again as for any target. */
    private static HoldfastException ofTarget(HoldfastException e) {
        return switch (e.code()) {
            case SOURCE_UNREACHABLE -> as(FailureCode.TARGET_UNREACHABLE, e);
            case SOURCE_AUTHENTICATION_FAILED -> as(FailureCode.TARGET_AUTHENTICATION_FAILED, e);
            case SOURCE_PERMISSION_DENIED -> as(FailureCode.TARGET_PERMISSION_DENIED, e);
            case SOURCE_UNSUPPORTED -> as(FailureCode.TARGET_UNSUITABLE, e);
            default -> e;
        };
    }

    private static HoldfastException as(FailureCode code, HoldfastException e) {
        return new HoldfastException(
                new FailureReason(code, e.reason().message(), e.reason().object()), e);
    }
}
