package io.holdfast.notifier.notice;

import io.holdfast.contracts.FailureCode;

/** What to do next about a failure. The failure's own message says what was wrong; this says which command comes next. */
public final class RemediationHints {
    private RemediationHints() {}

    public static String forBackup(FailureCode code, String source) {
        String again = "then take the backup again: holdfast backup " + source;
        return switch (Area.of(code)) {
            case REQUEST -> "Correct the request or the configuration (holdfast config check), " + again;
            case SOURCE -> "Put right what the message says of the source, " + again;
            case VAULT -> "See to the vault first, because no backup is safe without it; " + again;
            case OTHER ->
                "Take the backup again: holdfast backup " + source + "; if it fails again, see backup-service's log";
        };
    }

    public static String forRestore(FailureCode code) {
        String again = "then ask for the restore again.";
        return switch (Area.of(code)) {
            case REQUEST, SOURCE, OTHER -> "Put right what the message says, " + again;
            case VAULT -> "Choose another backup (holdfast backups) or see to the vault, " + again;
        };
    }

    private enum Area {
        REQUEST,
        SOURCE,
        VAULT,
        OTHER;

        static Area of(FailureCode code) {
            return switch (code) {
                case REQUEST_INVALID,
                        REQUEST_EXPIRED,
                        REQUEST_CONFLICT,
                        REQUEST_FORBIDDEN,
                        REQUEST_RATE_LIMITED,
                        IDENTITY_REUSED,
                        CONFIG_INVALID,
                        SOURCE_UNKNOWN,
                        BACKUP_UNKNOWN,
                        BACKUP_NOT_USABLE,
                        POINT_NOT_COVERED -> REQUEST;
                case SOURCE_UNREACHABLE,
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
                        WAL_SLOT_LOST,
                        WAL_SPOOL_FULL,
                        TOOL_MISSING,
                        TOOL_TOO_OLD,
                        TOOL_FAILED -> SOURCE;
                case VAULT_UNREACHABLE,
                        VAULT_ACCESS_DENIED,
                        VAULT_FULL,
                        VAULT_MISSING,
                        VAULT_NOT_EMPTY,
                        VAULT_UNKNOWN_FORMAT,
                        VAULT_CHANGED,
                        VAULT_KEY_MISSING,
                        VAULT_KEY_WRONG,
                        MANIFEST_MISSING,
                        MANIFEST_CORRUPT,
                        CHUNK_MISSING,
                        CHUNK_CORRUPT,
                        WAL_CONFLICT,
                        WAL_MISSING -> VAULT;
                case MAX_DURATION_EXCEEDED,
                        TARGET_EXISTS,
                        TARGET_BUSY,
                        TARGET_UNREACHABLE,
                        TARGET_AUTHENTICATION_FAILED,
                        TARGET_PERMISSION_DENIED,
                        TARGET_UNSUITABLE,
                        TARGET_DISK_FULL,
                        TARGET_CONNECTION_LOST,
                        TARGET_LOAD_FAILED,
                        TARGET_CHANGED,
                        POINT_NOT_REACHED,
                        RECOVERY_FAILED,
                        CHECKS_FAILED,
                        HEALTH_BAD,
                        MAINTENANCE_FAILED,
                        SAFETY_BACKUP_FAILED,
                        POINT_IN_TIME_UNAVAILABLE,
                        SCRATCH_UNAVAILABLE,
                        SCHEMA_DIFFERS,
                        ROWS_DIFFER,
                        SEQUENCES_DIFFER,
                        CONTROL_NOT_FOUND,
                        CANCELLED,
                        LEASE_LOST,
                        ATTEMPTS_EXHAUSTED,
                        INTERNAL -> OTHER;
            };
        }
    }
}
