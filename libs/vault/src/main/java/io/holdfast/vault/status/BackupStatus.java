package io.holdfast.vault.status;

/** What a backup is good for, all considered. */
public enum BackupStatus {
    /** Its manifest opens; nobody has verified it. */
    STORED,
    /** A verification found every chunk well; none restored it. */
    INTACT,
    /** The last verification that restored it, or found it bad, restored it and found it equal. */
    PROVEN,
    /** The last verification that restored it, or found it bad, found it bad; or another backup contradicts it. */
    FAILED,
    /** It lists a chunk that failed a check, and no verification has restored it in spite of that. */
    DAMAGED,
    /** Its manifest does not open. */
    UNREADABLE,
    DELETED;

    /** Whether there is no known reason against restoring it. */
    public boolean usable() {
        return switch (this) {
            case STORED, INTACT, PROVEN -> true;
            case FAILED, DAMAGED, UNREADABLE, DELETED -> false;
        };
    }
}
