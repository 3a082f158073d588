package io.holdfast.restore.load;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.TargetServer;
import io.holdfast.restore.domain.Restore;
import io.holdfast.restore.targets.TargetRegistry;
import jakarta.enterprise.context.ApplicationScoped;

/** Gives a copy that was found equal the name people asked for, where nobody has it. */
@ApplicationScoped
class StagingRenamer {
    private final TargetRegistry targetRegistry;

    StagingRenamer(TargetRegistry targetRegistry) {
        this.targetRegistry = targetRegistry;
    }

    /** Finds it done if a worker before did it. */
    void run(Restore restore) {
        try (TargetServer target = targetRegistry.of(restore.server())) {
            if (isDone(target, restore)) {
                return;
            }
            rename(target, restore);
            if (!isDone(target, restore)) {
                throw gone(restore.database());
            }
        }
    }

    /** A worker that was only paused may do the same at this moment. */
    private static void rename(TargetServer target, Restore restore) {
        try {
            target.rename(restore.switching().staging(), restore.database());
        } catch (HoldfastException holdfastException) {
            if (Thread.currentThread().isInterrupted() || !isDone(target, restore)) {
                throw holdfastException;
            }
        }
    }

    private static boolean isDone(TargetServer target, Restore restore) {
        return target.oid(restore.database())
                .filter(oid -> oid == restore.switching().stagingOid())
                .isPresent();
    }

    private static HoldfastException gone(String database) {
        return HoldfastException.about(
                database,
                FailureCode.TARGET_LOAD_FAILED,
                "the restored database \"" + database + "\" disappeared before it was handed over; was it dropped"
                        + " or renamed? Restore again");
    }
}
