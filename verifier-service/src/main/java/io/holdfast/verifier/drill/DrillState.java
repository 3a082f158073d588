package io.holdfast.verifier.drill;

import java.util.EnumSet;
import java.util.Set;

/** Where a drill stands. Only the moves listed here exist. */
public enum DrillState {
    REQUESTED,
    RUNNING,
    /** Every check passed and every negative control was found. */
    PASSED,
    /** The backup, a check or a negative control failed. */
    FAILED,
    /** Something else was bad; nothing is known of the backup. */
    INCONCLUSIVE;

    private Set<DrillState> successors() {
        return switch (this) {
            case REQUESTED -> EnumSet.of(RUNNING, INCONCLUSIVE);
            case RUNNING -> EnumSet.of(PASSED, FAILED, INCONCLUSIVE);
            case PASSED, FAILED, INCONCLUSIVE -> EnumSet.noneOf(DrillState.class);
        };
    }

    boolean mayBecome(DrillState next) {
        return successors().contains(next);
    }

    boolean isFinished() {
        return successors().isEmpty();
    }
}
