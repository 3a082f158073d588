package io.holdfast.restore.switchover;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.restore.domain.Restore;
import io.holdfast.restore.switchover.RewindObserver.Observation.Kind;
import io.holdfast.restore.targets.TargetRegistry;
import io.holdfast.supabase.ProjectStatus;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Looks at a project that may be under a restore. Changes nothing. */
@ApplicationScoped
class RewindObserver {
    private final TargetRegistry targetRegistry;

    RewindObserver(TargetRegistry targetRegistry) {
        this.targetRegistry = targetRegistry;
    }

    /** @param said in words */
    record Observation(Kind kind, String said) {
        enum Kind {
            /** The project is healthy, and the database has an earlier state. */
            RESTORED,
            /** The project is healthy, and the database has the state before the restore, or a later one. */
            UNCHANGED,
            /** The project is in between, or does not answer. */
            PENDING,
            /** The provider has given up. */
            FAILED
        }
    }

    /** An API or a server that does not answer, or refuses a login, says nothing about the restore: PENDING. */
    Observation look(Restore restore) {
        String source = restore.source().name();
        try {
            ProjectStatus status = targetRegistry.supabase(source).status();
            String shown = "the project is " + status.name();
            if (status.isFailed()) {
                return new Observation(Kind.FAILED, shown);
            }
            if (!status.isHealthy()) {
                return new Observation(Kind.PENDING, shown);
            }
            return targetRegistry.rewindTarget(source).isMarked(restore.id().value())
                    ? new Observation(Kind.UNCHANGED, shown + " and has the state before the restore")
                    : new Observation(Kind.RESTORED, shown + " and has an earlier state");
        } catch (HoldfastException e) {
            if (e.code() == FailureCode.CANCELLED) {
                throw e;
            }
            return new Observation(Kind.PENDING, explained(e));
        }
    }

    private static String explained(HoldfastException e) {
        return e.code() == FailureCode.TARGET_AUTHENTICATION_FAILED
                ? e.reason().message()
                        + "; after the restore, passwords are those of the restored instant: set the former one in"
                        + " the source's secret, and the restore goes on"
                : e.reason().message();
    }

    /** Returns null if it is not known. That the server does not answer once more does not undo that the restore was seen. */
    @Nullable
    Instant newestCommit(Restore restore) {
        try {
            return targetRegistry.rewindTarget(restore.source().name()).server().newestCommit();
        } catch (HoldfastException e) {
            if (e.code() == FailureCode.CANCELLED) {
                throw e;
            }
            return null;
        }
    }
}
