package io.holdfast.restore.domain;

/** Kinds of jobs in the job table of restore-service. The values are stored: a changed value orphans queued jobs. */
public final class RestoreJobKind {
    public static final String APPROVAL_EXPIRY = "restore-approval-expiry";
    public static final String MONITOR = "restore-watch";
    public static final String RESTORE = "restore";
    public static final String RETAINED_DATABASE_BACKUP = "restore-kept-safety";
    public static final String RETAINED_DATABASE_DROP = "restore-hold";
    public static final String STAGING_CLEANUP = "restore-leftovers";
    public static final String SWITCHOVER = "restore-switch";

    private RestoreJobKind() {}
}
