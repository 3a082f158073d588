package io.holdfast.rds;

import java.util.Set;

/** The state of a copy by the status of its instance or cluster. The SDK's waiters do not end at some of the failed ones. */
enum CopyStatus {
    AVAILABLE,
    DELETING,
    /** It will not become available. */
    FAILED,
    /** Such as creating, backing-up, modifying. */
    CHANGING;

    private static final Set<String> FAILURES = Set.of(
            "failed",
            "incompatible-restore",
            "incompatible-network",
            "incompatible-parameters",
            "incompatible-option-group",
            "incompatible-credentials",
            "inaccessible-encryption-credentials",
            "insufficient-capacity",
            "restore-error",
            "storage-full",
            "stopped");

    static CopyStatus of(String status) {
        return switch (status == null ? "" : status) {
            case "available" -> AVAILABLE;
            case "deleting" -> DELETING;
            default -> FAILURES.contains(status) ? FAILED : CHANGING;
        };
    }
}
