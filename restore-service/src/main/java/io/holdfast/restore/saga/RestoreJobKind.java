package io.holdfast.restore.saga;

/** Kinds of jobs in the job table of restore-service. The values are stored: a changed value orphans queued jobs. */
final class RestoreJobKind {
    static final String APPROVAL_EXPIRY = "restore-approval-expiry";
    static final String MONITOR = "restore-watch";
    static final String RESTORE = "restore";
    static final String RETAINED_DATABASE_BACKUP = "restore-kept-safety";
    static final String RETAINED_DATABASE_DROP = "restore-hold";
    static final String STAGING_CLEANUP = "restore-leftovers";
    static final String SWITCHOVER = "restore-switch";

    private RestoreJobKind() {}
}
