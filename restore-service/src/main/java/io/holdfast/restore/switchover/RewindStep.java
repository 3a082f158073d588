package io.holdfast.restore.switchover;

import static java.util.Objects.requireNonNull;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.RestoreEvent;
import io.holdfast.eventing.jobs.Lease;
import io.holdfast.restore.domain.Restore;
import io.holdfast.restore.domain.RestorePlan;
import io.holdfast.restore.domain.RestoreRepository;
import io.holdfast.restore.domain.RewindProgress;
import io.holdfast.restore.domain.RewindTimes;
import io.holdfast.restore.load.RewindLines;
import io.holdfast.restore.switchover.RewindObserver.Observation;
import io.holdfast.restore.targets.LiveProject;
import io.holdfast.restore.targets.LiveProjects;
import io.holdfast.restore.targets.RewindExclusion;
import io.holdfast.supabase.ProjectStatus;
import io.holdfast.supabase.RestoreAnswer;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The provider takes the live server back. It is asked once: the request is recorded before it is sent. After that, whatever happens
 * to the worker, each attempt only observes: the restore has succeeded when the project is healthy and the schema that marked the
 * state before is gone.
 */
@ApplicationScoped
class RewindStep {
    /** Well below the time after which a request that is not confirmed counts as lost: none is sent after that. */
    private static final Duration SENDING = Duration.ofMinutes(1);

    private final RestoreRepository restoreRepository;
    private final LiveProjects projects;
    private final RewindExclusion exclusion;
    private final RewindObserver observer;
    private final SafetyBackups safetyBackups;
    private final RewindTimes times;
    private final InstantSource clock;

    RewindStep(
            RestoreRepository restoreRepository,
            LiveProjects projects,
            RewindExclusion exclusion,
            RewindObserver observer,
            SafetyBackups safetyBackups,
            RewindTimes times,
            InstantSource clock) {
        this.restoreRepository = restoreRepository;
        this.projects = projects;
        this.exclusion = exclusion;
        this.observer = observer;
        this.safetyBackups = safetyBackups;
        this.times = times;
        this.clock = clock;
    }

    /**
     * May be repeated.
     *
     * @return whether the server has its earlier state; otherwise the job was put off
     * @throws HoldfastException RECOVERY_FAILED if the provider has failed, or does not restore though it may have been asked;
     *     POINT_NOT_REACHED if it has restored to another instant; before it is asked, what stands against it
     */
    boolean apply(Restore restore, Lease lease) {
        RewindProgress progress = restore.account().rewind();
        Instant requestedAt = progress == null ? null : progress.requestedAt();
        if (progress == null || requestedAt == null) {
            request(restore, lease);
            return false;
        }
        Observation seen = observer.look(restore, progress, lease);
        return switch (seen.kind()) {
            case RESTORED -> {
                restored(restore, progress, lease);
                yield true;
            }
            case FAILED -> throw failed(restore, progress, seen.said());
            case UNCHANGED -> {
                Instant since = unchangedSince(progress);
                // a confirmed request may wait at the provider for hours
                boolean over = progress.acceptedAt() == null
                        ? isOver(since, times.settling())
                        : isOver(requestedAt, times.within());
                if (over) {
                    throw failed(restore, progress, seen.said() + " since " + since);
                }
                yield postponed(restore, progress.unchanged(since), seen.said(), lease);
            }
            case PENDING -> {
                if (isOver(requestedAt, times.within())) {
                    throw failed(restore, progress, seen.said());
                }
                yield postponed(restore, progress.unchanged(null), seen.said(), lease);
            }
        };
    }

    private void request(Restore restore, Lease lease) {
        LiveProject project = projects.project(restore.source().name());
        refuseUnconfirmed(restore, project);
        lease.commit(session -> exclusion
                .refuseOthers(session, restore)
                .chain(() -> exclusion.refuseUnresolved(session, project.reference())));
        Instant second = second(restore, project);
        List<FailureReason> obstacles = RewindLines.obstacles(restore, project.server());
        if (!obstacles.isEmpty()) {
            throw new HoldfastException(obstacles.getFirst(), null);
        }
        safetyBackups.ensureUsable(restore);
        project.mark(restore.id().value());
        RewindProgress requested = RewindProgress.to(second, project.reference(), project.database())
                .requested(clock.instant());
        lease.commit(session -> restoreRepository.change(session, restore.id(), it -> {
            it.rewindRequested(requested);
            it.note("asks Supabase to take the project back to " + second);
        }));
        switch (project.restore(second, () -> refuseLate(project, requested, lease))) {
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
                refused(restore, requested, refused.failure().reason().message(), lease);
                throw ofTarget(refused.failure());
            }
        }
    }

    /** The project was confirmed by its name; the configuration may have been changed since. */
    private static void refuseUnconfirmed(Restore restore, LiveProject project) {
        String confirmed = restore.wish().request().confirmProject();
        if (!project.reference().equals(confirmed)) {
            throw HoldfastException.about(
                    project.reference(),
                    FailureCode.TARGET_CHANGED,
                    "source \"" + restore.source().name() + "\" is of Supabase project " + project.reference()
                            + " now, but the restore of project " + confirmed
                            + " was confirmed; nothing was changed; request the restore again");
        }
    }

    /** A worker that was paused must not send what another one has given up. */
    private void refuseLate(LiveProject project, RewindProgress requested, Lease lease) {
        lease.ensureHeld();
        if (isOver(requireNonNull(requested.requestedAt()), SENDING)) {
            throw HoldfastException.about(
                    project.reference(),
                    FailureCode.TARGET_UNREACHABLE,
                    "the request to Supabase was not sent within " + SENDING + " after it was recorded");
        }
    }

    private void refused(Restore restore, RewindProgress requested, String why, Lease lease) {
        lease.commit(session -> restoreRepository.change(session, restore.id(), it -> {
            it.account().rewind(requested.notRequested());
            it.note("Supabase has not accepted the restore: " + why);
        }));
    }

    /** The window and the status may be other ones than those of the plan. */
    private static Instant second(Restore restore, LiveProject project) {
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

    /** Always false: the job goes on later. */
    private boolean postponed(Restore restore, RewindProgress progress, String said, Lease lease) {
        lease.postpone(
                times.look(),
                session -> restoreRepository
                        .change(session, restore.id(), it -> {
                            it.account().rewind(progress);
                            it.note(said);
                        })
                        .replaceWithVoid());
        return false;
    }

    private void restored(Restore restore, RewindProgress progress, Lease lease) {
        Instant newest = observer.newestCommit(restore, progress, lease);
        refuseOther(restore, progress, newest);
        Instant now = clock.instant();
        lease.commit(session -> restoreRepository.changed(
                session,
                restore.id(),
                it -> {
                    it.account().rewind(progress.restored(now));
                    it.note("Supabase has taken the project back to " + progress.second()
                            + (newest == null ? "" : "; its newest commit is of " + newest)
                            + (progress.acceptedAt() == null
                                    ? "; Supabase has never confirmed the request: look at Database, Backups in its"
                                            + " dashboard whether it was this one"
                                    : ""));
                    it.rewound(progress.second(), now);
                },
                it -> new RestoreEvent.Switched(it.id(), it.source(), it.backupId(), it.database(), now)));
    }

    /** A commit between the restored second and the request was taken back, unless somebody restored to another instant. */
    private static void refuseOther(Restore restore, RewindProgress progress, @Nullable Instant newest) {
        if (newest != null
                && newest.isAfter(progress.second())
                && newest.isBefore(requireNonNull(progress.requestedAt()))) {
            throw HoldfastException.about(
                    restore.database(),
                    FailureCode.POINT_NOT_REACHED,
                    "the project has an earlier state, but not that of " + progress.second()
                            + ": its newest commit is of " + newest
                            + ". Was it restored in Supabase's dashboard meanwhile?");
        }
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
                "the restore of the project to " + progress.second() + " was not seen to succeed: " + asked + ", but "
                        + said
                        + ". Holdfast does not ask again. Look at Database, Backups in Supabase's dashboard: while it"
                        + " shows a restore, wait for it; if Supabase has failed, ask its support");
    }

    /**
     * Supabase does not undo a restore.
     *
     * @return false: the live server is as it was before, and no request is left that could change it
     * @throws HoldfastException RECOVERY_FAILED, with the safety backup, if it is another one or not known
     */
    boolean undo(Restore restore, Lease lease) {
        RewindProgress progress = restore.account().rewind();
        if (progress == null || progress.requestedAt() == null) {
            return false;
        }
        Observation seen = progress.restoredAt() == null ? observer.look(restore, progress, lease) : null;
        if (seen != null && seen.kind() == Observation.Kind.UNCHANGED && isLost(progress)) {
            return false;
        }
        throw HoldfastException.about(
                restore.database(),
                FailureCode.RECOVERY_FAILED,
                (seen == null ? "the project has its state of " + progress.second() : seen.said())
                        + (seen != null && seen.kind() == Observation.Kind.UNCHANGED
                                ? ", but Supabase may carry the request out yet"
                                : "")
                        + ". Supabase does not undo a restore; the state before is in the safety backup: "
                        + RewindLines.commands(restore));
    }

    /** Whether it was never confirmed, and nothing has happened for so long that nothing will. */
    private boolean isLost(RewindProgress progress) {
        Instant since = progress.unchangedSince();
        return progress.acceptedAt() == null && since != null && isOver(since, times.settling());
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
