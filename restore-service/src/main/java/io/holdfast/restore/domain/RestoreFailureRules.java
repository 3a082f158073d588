package io.holdfast.restore.domain;

import io.holdfast.contracts.FailureCode;

/** Rules about the failures of a restore. */
public final class RestoreFailureRules {
    private RestoreFailureRules() {}

    /**
     * Returns whether another attempt may succeed. Only failures of the vault and the target count: a restore uses no scratch
     * server, and reads no source unless it goes to a point in time.
     */
    public static boolean isTransient(FailureCode code) {
        return code.isTransient()
                && (code.category() == FailureCode.Category.VAULT || code.category() == FailureCode.Category.TARGET);
    }
}
