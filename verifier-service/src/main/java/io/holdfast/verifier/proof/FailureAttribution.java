package io.holdfast.verifier.proof;

import io.holdfast.contracts.FailureCode;

/** Whether a failure says that the backup is bad, or only that something on the way to the verdict was. */
final class FailureAttribution {
    private FailureAttribution() {}

    static boolean isTheBackups(FailureCode code) {
        return switch (code) {
            case MANIFEST_MISSING,
                    MANIFEST_CORRUPT,
                    CHUNK_MISSING,
                    CHUNK_CORRUPT,
                    TARGET_LOAD_FAILED,
                    SCHEMA_DIFFERS,
                    ROWS_DIFFER,
                    SEQUENCES_DIFFER -> true;
            case REQUEST_INVALID,
                    REQUEST_EXPIRED,
                    REQUEST_CONFLICT,
                    REQUEST_FORBIDDEN,
                    IDENTITY_REUSED,
                    CONFIG_INVALID,
                    SOURCE_UNKNOWN,
                    BACKUP_UNKNOWN,
                    BACKUP_NOT_USABLE,
                    SOURCE_UNREACHABLE,
                    SOURCE_AUTHENTICATION_FAILED,
                    SOURCE_PERMISSION_DENIED,
                    SOURCE_UNSUPPORTED,
                    SOURCE_CORRUPT,
                    SOURCE_LOCK_TIMEOUT,
                    SOURCE_DDL_BLOCKED,
                    SOURCE_STANDBY_CONFLICT,
                    SOURCE_CHANGED,
                    SOURCE_CONNECTION_LOST,
                    SOURCE_VALUE_TOO_LARGE,
                    TOOL_MISSING,
                    TOOL_TOO_OLD,
                    TOOL_FAILED,
                    VAULT_UNREACHABLE,
                    VAULT_ACCESS_DENIED,
                    VAULT_FULL,
                    VAULT_MISSING,
                    VAULT_NOT_EMPTY,
                    VAULT_UNKNOWN_FORMAT,
                    VAULT_CHANGED,
                    VAULT_KEY_MISSING,
                    VAULT_KEY_WRONG,
                    MAX_DURATION_EXCEEDED,
                    TARGET_EXISTS,
                    TARGET_BUSY,
                    TARGET_UNREACHABLE,
                    TARGET_AUTHENTICATION_FAILED,
                    TARGET_PERMISSION_DENIED,
                    TARGET_UNSUITABLE,
                    TARGET_DISK_FULL,
                    TARGET_CONNECTION_LOST,
                    SCRATCH_UNAVAILABLE,
                    TARGET_CHANGED,
                    CHECKS_FAILED,
                    HEALTH_BAD,
                    MAINTENANCE_FAILED,
                    SAFETY_BACKUP_FAILED,
                    CANCELLED,
                    LEASE_LOST,
                    ATTEMPTS_EXHAUSTED,
                    INTERNAL -> false;
        };
    }
}
