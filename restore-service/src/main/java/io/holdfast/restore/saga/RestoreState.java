package io.holdfast.restore.saga;

import java.util.EnumSet;
import java.util.Set;

/** Where a restore stands. Only the moves listed here exist. A worker that takes over begins again at PREFLIGHT. */
public enum RestoreState {
    REQUESTED,
    PREFLIGHT,
    LOADING,
    CHECKING,
    /** The copy is equal; it gets the name people asked for. From here it is finished, not undone. */
    HANDING_OVER,
    COMPLETED,
    FAILED,
    CANCELLED;

    private Set<RestoreState> successors() {
        return switch (this) {
            case REQUESTED -> EnumSet.of(PREFLIGHT, FAILED, CANCELLED);
            case PREFLIGHT -> EnumSet.of(PREFLIGHT, LOADING, FAILED, CANCELLED);
            case LOADING -> EnumSet.of(PREFLIGHT, CHECKING, FAILED, CANCELLED);
            case CHECKING -> EnumSet.of(PREFLIGHT, HANDING_OVER, FAILED, CANCELLED);
            case HANDING_OVER -> EnumSet.of(HANDING_OVER, COMPLETED, FAILED);
            case COMPLETED, FAILED, CANCELLED -> EnumSet.noneOf(RestoreState.class);
        };
    }

    boolean mayBecome(RestoreState next) {
        return successors().contains(next);
    }

    boolean isFinished() {
        return successors().isEmpty();
    }
}
