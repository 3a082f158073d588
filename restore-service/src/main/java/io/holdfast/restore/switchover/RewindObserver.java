package io.holdfast.restore.switchover;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.eventing.jobs.Lease;
import io.holdfast.restore.domain.Restore;
import io.holdfast.restore.domain.RewindProgress;
import io.holdfast.restore.switchover.RewindObserver.Observation.Kind;
import io.holdfast.restore.targets.LiveProject;
import io.holdfast.restore.targets.LiveProjects;
import io.holdfast.supabase.ProjectStatus;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.UncheckedIOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a project that may be under a restore. Changes nothing. Fails only with LEASE_LOST or CANCELLED of the job: whatever else
 * goes wrong says nothing about the restore.
 */
@ApplicationScoped
class RewindObserver {
    private final LiveProjects projects;

    RewindObserver(LiveProjects projects) {
        this.projects = projects;
    }

    /** @param said in words */
    record Observation(Kind kind, String said) {
        enum Kind {
            /** The project is healthy, and the database has an earlier state. */
            RESTORED,
            /** The project is healthy, and the database has the state before the restore, or a later one. */
            UNCHANGED,
            /** The project is in between, does not answer, or is not the one that the restore is of. */
            PENDING,
            /** The provider has given up. */
            FAILED
        }
    }

    Observation look(Restore restore, RewindProgress progress, Lease lease) {
        try {
            LiveProject project = projects.project(restore.source().name());
            if (!isOf(project, progress)) {
                return new Observation(Kind.PENDING, changed(restore, progress, project));
            }
            ProjectStatus status = project.status();
            String shown = "the project is " + status.name();
            if (status.isFailed()) {
                return new Observation(Kind.FAILED, shown);
            }
            if (!status.isHealthy()) {
                return new Observation(Kind.PENDING, shown);
            }
            return project.isMarked(restore.id().value())
                    ? new Observation(Kind.UNCHANGED, shown + " and has the state before the restore")
                    : new Observation(Kind.RESTORED, shown + " and has an earlier state");
        } catch (HoldfastException e) {
            lease.ensureHeld(); // CANCELLED may also be a statement that the server's administrator ended
            return new Observation(Kind.PENDING, explained(e));
        } catch (UncheckedIOException e) {
            lease.ensureHeld();
            return new Observation(Kind.PENDING, "reading or writing failed: " + e.getMessage());
        }
    }

    private static boolean isOf(LiveProject project, RewindProgress progress) {
        return project.reference().equals(progress.project())
                && project.database().equals(progress.database());
    }

    private static String changed(Restore restore, RewindProgress progress, LiveProject project) {
        return "the configuration of source \"" + restore.source().name() + "\" was changed: it names project "
                + project.reference() + " and database " + project.database() + ", but the restore is of project "
                + progress.project() + " and database " + progress.database()
                + "; write the former ones again, and the restore goes on";
    }

    private static String explained(HoldfastException e) {
        String message = e.reason().message();
        return e.code() == FailureCode.TARGET_AUTHENTICATION_FAILED
                ? message
                        + "; after the restore, passwords are those of the restored instant: set the former one in"
                        + " the source's secret, and the restore goes on"
                : message;
    }

    /** Returns null if it is not known. That the server does not answer once more does not undo that the restore was seen. */
    @Nullable
    Instant newestCommit(Restore restore, RewindProgress progress, Lease lease) {
        try {
            LiveProject project = projects.project(restore.source().name());
            return isOf(project, progress) ? project.newestCommit() : null;
        } catch (HoldfastException | UncheckedIOException e) {
            lease.ensureHeld();
            return null;
        }
    }
}
