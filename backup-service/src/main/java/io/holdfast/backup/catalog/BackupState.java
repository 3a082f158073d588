package io.holdfast.backup.catalog;

import java.util.EnumSet;
import java.util.Set;

/** Where a backup stands. Only the moves listed here exist. */
public enum BackupState {
    REQUESTED,
    RUNNING,
    STORED,
    PROVEN,
    UNPROVEN,
    FAILED,
    CANCELLED,
    DELETED;

    private Set<BackupState> successors() {
        return switch (this) {
            case REQUESTED -> EnumSet.of(RUNNING, FAILED, CANCELLED);
            case RUNNING -> EnumSet.of(STORED, FAILED, CANCELLED);
            case STORED -> EnumSet.of(PROVEN, UNPROVEN, DELETED);
            case PROVEN -> EnumSet.of(UNPROVEN, DELETED); // a chunk may rot after the proof
            case UNPROVEN -> EnumSet.of(PROVEN, STORED, DELETED); // a chunk may be written anew, or brought back
            case FAILED, CANCELLED, DELETED -> EnumSet.of(STORED); // its manifest is in the vault after all
        };
    }

    public boolean mayBecome(BackupState next) {
        return successors().contains(next);
    }

    /** Whether there is a manifest in the vault. */
    public boolean isStored() {
        return this == STORED || this == PROVEN || this == UNPROVEN;
    }

    /** Whether no worker will touch it any more. */
    public boolean isFinished() {
        return this != REQUESTED && this != RUNNING;
    }
}
