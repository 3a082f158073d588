package io.holdfast.eventing.jobs;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;

/** Outages of the platform's own parts, whose end a job awaits instead of using up its attempts. */
public final class JobOutage {
    private JobOutage() {}

    /** Returns whether the vault is away for a moment. */
    public static boolean isOfVault(HoldfastException failure) {
        return failure.code().isTransient() && failure.code().category() == FailureCode.Category.VAULT;
    }
}
