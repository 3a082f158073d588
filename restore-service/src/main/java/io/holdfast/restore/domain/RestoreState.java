package io.holdfast.restore.domain;

import java.util.EnumSet;
import java.util.Set;

/**
 * Where a restore stands. Only the moves listed here exist. Up to CHECKING a worker that takes over begins again at
 * PREFLIGHT; from there on it goes on where the other one was.
 */
public enum RestoreState {
    REQUESTED,
    PREFLIGHT,
    /** The plan stands; somebody else than the requester has to approve it. */
    AWAITING_APPROVAL,
    LOADING,
    CHECKING,
    /** The copy is equal; it gets the name people asked for. From here it is finished, not undone. */
    HANDING_OVER,
    /** Before anything is written into a live database, it is backed up. */
    SAFETY,
    /** The application is told to stand aside. */
    MAINTENANCE_ON,
    /** The copy takes the live database's name. */
    SWITCHING,
    /** What was staged is written into the live tables, in one transaction; or over the whole database, under a checkpoint. */
    APPLYING,
    /** The application is asked how it is. */
    HEALTH,
    MAINTENANCE_OFF,
    /** People work with it again; it is looked at for a while. */
    WATCHING,
    /** Whatever was changed is put back. */
    ROLLING_BACK,
    COMPLETED,
    /** A dry run ended. */
    PLANNED,
    FAILED,
    CANCELLED,
    /** Nobody approved it in time. */
    EXPIRED,
    ROLLED_BACK;

    /** While one of these, no other restore may go to the same database. */
    public static final Set<RestoreState> UNDER_WAY = EnumSet.of(
            REQUESTED,
            PREFLIGHT,
            AWAITING_APPROVAL,
            LOADING,
            CHECKING,
            HANDING_OVER,
            SAFETY,
            MAINTENANCE_ON,
            SWITCHING,
            APPLYING,
            HEALTH,
            MAINTENANCE_OFF,
            ROLLING_BACK);

    private Set<RestoreState> successors() {
        return switch (this) {
            case REQUESTED -> EnumSet.of(PREFLIGHT, FAILED, CANCELLED);
            case PREFLIGHT -> EnumSet.of(PREFLIGHT, AWAITING_APPROVAL, LOADING, SAFETY, PLANNED, FAILED, CANCELLED);
            case AWAITING_APPROVAL -> EnumSet.of(PREFLIGHT, EXPIRED, FAILED, CANCELLED);
            case LOADING -> EnumSet.of(PREFLIGHT, CHECKING, FAILED, CANCELLED);
            case CHECKING -> EnumSet.of(PREFLIGHT, HANDING_OVER, SAFETY, MAINTENANCE_ON, FAILED, CANCELLED);
            case HANDING_OVER -> EnumSet.of(HANDING_OVER, COMPLETED, FAILED);
            case SAFETY -> EnumSet.of(MAINTENANCE_ON, FAILED, CANCELLED);
            case MAINTENANCE_ON -> EnumSet.of(SWITCHING, APPLYING, ROLLING_BACK);
            case SWITCHING, APPLYING -> EnumSet.of(HEALTH, ROLLING_BACK);
            case HEALTH -> EnumSet.of(MAINTENANCE_OFF, ROLLING_BACK);
            case MAINTENANCE_OFF -> EnumSet.of(WATCHING);
            case WATCHING -> EnumSet.of(COMPLETED, ROLLING_BACK);
            case COMPLETED -> EnumSet.of(ROLLING_BACK);
            case ROLLING_BACK -> EnumSet.of(ROLLED_BACK, FAILED);
            case PLANNED, FAILED, CANCELLED, EXPIRED, ROLLED_BACK -> EnumSet.noneOf(RestoreState.class);
        };
    }

    boolean mayBecome(RestoreState next) {
        return successors().contains(next);
    }

    /** Nothing more happens to it unless somebody asks. */
    public boolean isFinished() {
        return this == COMPLETED || successors().isEmpty();
    }
}
