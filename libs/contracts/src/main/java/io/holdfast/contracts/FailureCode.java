package io.holdfast.contracts;

import java.util.List;

/**
 * Every way in which Holdfast's work can fail, by name. Names are part of the contract: added, never renamed. Rules about
 * failures (retries, HTTP status, verdicts) derive from the category and the traits of a code.
 */
public enum FailureCode {
    REQUEST_INVALID(Category.REQUEST),
    REQUEST_EXPIRED(Category.REQUEST),
    REQUEST_CONFLICT(Category.REQUEST),
    REQUEST_FORBIDDEN(Category.REQUEST),
    REQUEST_RATE_LIMITED(Category.REQUEST),
    IDENTITY_REUSED(Category.REQUEST),
    CONFIG_INVALID(Category.REQUEST),
    SOURCE_UNKNOWN(Category.REQUEST),
    BACKUP_UNKNOWN(Category.REQUEST),
    BACKUP_NOT_USABLE(Category.REQUEST),
    POINT_NOT_COVERED(Category.REQUEST),

    SOURCE_UNREACHABLE(Category.SOURCE, Trait.TRANSIENT),
    SOURCE_AUTHENTICATION_FAILED(Category.SOURCE),
    SOURCE_PERMISSION_DENIED(Category.SOURCE),
    SOURCE_UNSUPPORTED(Category.SOURCE),
    SOURCE_CORRUPT(Category.SOURCE),
    SOURCE_LOCK_TIMEOUT(Category.SOURCE, Trait.TRANSIENT),
    SOURCE_DDL_BLOCKED(Category.SOURCE, Trait.TRANSIENT),
    SOURCE_STANDBY_CONFLICT(Category.SOURCE, Trait.TRANSIENT),
    SOURCE_CHANGED(Category.SOURCE, Trait.TRANSIENT),
    SOURCE_CONNECTION_LOST(Category.SOURCE, Trait.TRANSIENT),
    SOURCE_VALUE_TOO_LARGE(Category.SOURCE),
    WAL_SLOT_LOST(Category.SOURCE),
    WAL_SPOOL_FULL(Category.SOURCE, Trait.TRANSIENT),
    TOOL_MISSING(Category.SOURCE),
    TOOL_TOO_OLD(Category.SOURCE),
    TOOL_FAILED(Category.SOURCE),

    VAULT_UNREACHABLE(Category.VAULT, Trait.TRANSIENT),
    VAULT_ACCESS_DENIED(Category.VAULT),
    VAULT_FULL(Category.VAULT),
    VAULT_MISSING(Category.VAULT),
    VAULT_NOT_EMPTY(Category.VAULT),
    VAULT_UNKNOWN_FORMAT(Category.VAULT),
    VAULT_CHANGED(Category.VAULT),
    VAULT_KEY_MISSING(Category.VAULT),
    VAULT_KEY_WRONG(Category.VAULT),
    MANIFEST_MISSING(Category.VAULT, Trait.BACKUP_FAULT),
    MANIFEST_CORRUPT(Category.VAULT, Trait.BACKUP_FAULT),
    CHUNK_MISSING(Category.VAULT, Trait.BACKUP_FAULT),
    CHUNK_CORRUPT(Category.VAULT, Trait.BACKUP_FAULT),
    MAX_DURATION_EXCEEDED(Category.VAULT),
    WAL_CONFLICT(Category.VAULT),
    WAL_MISSING(Category.VAULT),

    TARGET_EXISTS(Category.TARGET),
    TARGET_BUSY(Category.TARGET, Trait.TRANSIENT),
    TARGET_UNREACHABLE(Category.TARGET, Trait.TRANSIENT),
    TARGET_AUTHENTICATION_FAILED(Category.TARGET),
    TARGET_PERMISSION_DENIED(Category.TARGET),
    TARGET_UNSUITABLE(Category.TARGET),
    TARGET_DISK_FULL(Category.TARGET),
    TARGET_CONNECTION_LOST(Category.TARGET, Trait.TRANSIENT),
    TARGET_LOAD_FAILED(Category.TARGET, Trait.BACKUP_FAULT),
    TARGET_CHANGED(Category.TARGET),
    POINT_NOT_REACHED(Category.TARGET),
    RECOVERY_FAILED(Category.TARGET),
    SCRATCH_UNAVAILABLE(Category.SCRATCH, Trait.TRANSIENT),

    SCHEMA_DIFFERS(Category.COMPARISON, Trait.BACKUP_FAULT),
    ROWS_DIFFER(Category.COMPARISON, Trait.BACKUP_FAULT),
    SEQUENCES_DIFFER(Category.COMPARISON, Trait.BACKUP_FAULT),
    CONTROL_NOT_FOUND(Category.COMPARISON),

    CHECKS_FAILED(Category.RESTORE),
    HEALTH_BAD(Category.RESTORE),
    MAINTENANCE_FAILED(Category.RESTORE),
    SAFETY_BACKUP_FAILED(Category.RESTORE),
    POINT_IN_TIME_UNAVAILABLE(Category.RESTORE),

    CANCELLED(Category.WORKER),
    LEASE_LOST(Category.WORKER, Trait.TRANSIENT),
    ATTEMPTS_EXHAUSTED(Category.WORKER),
    INTERNAL(Category.WORKER);

    /** The object or the part of the platform that failed. */
    public enum Category {
        /** The request itself, or the configuration or state that it refers to. */
        REQUEST,
        SOURCE,
        VAULT,
        /** The database into which a restore or a proof loads. */
        TARGET,
        /** The scratch server of a proof. */
        SCRATCH,
        /** The comparison of a copy with its backup. */
        COMPARISON,
        /** The steps around a restore of live data. */
        RESTORE,
        WORKER
    }

    private enum Trait {
        TRANSIENT,
        BACKUP_FAULT
    }

    private final Category category;
    private final boolean passing;
    private final boolean backupFault;

    FailureCode(Category category, Trait... traits) {
        this.category = category;
        List<Trait> list = List.of(traits);
        this.passing = list.contains(Trait.TRANSIENT);
        this.backupFault = list.contains(Trait.BACKUP_FAULT);
    }

    public Category category() {
        return category;
    }

    /** Returns whether the failure may pass without a change of data, configuration or rights. */
    public boolean isTransient() {
        return passing;
    }

    /** Returns whether the backup itself is unusable; any other failure makes a verification inconclusive. */
    public boolean isBackupFault() {
        return backupFault;
    }
}
