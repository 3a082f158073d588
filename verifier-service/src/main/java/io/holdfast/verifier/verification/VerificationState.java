package io.holdfast.verifier.verification;

import java.util.EnumSet;
import java.util.Set;

/** Where a verification stands. Only the moves listed here exist. */
public enum VerificationState {
    REQUESTED,
    RUNNING,
    PASSED,
    FAILED,
    INCONCLUSIVE;

    private Set<VerificationState> successors() {
        return switch (this) {
            case REQUESTED -> EnumSet.of(RUNNING, INCONCLUSIVE);
            case RUNNING -> EnumSet.of(PASSED, FAILED, INCONCLUSIVE);
            case PASSED, FAILED, INCONCLUSIVE -> EnumSet.noneOf(VerificationState.class);
        };
    }

    boolean mayBecome(VerificationState next) {
        return successors().contains(next);
    }

    boolean isFinished() {
        return successors().isEmpty();
    }
}
