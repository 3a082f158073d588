package io.holdfast.eventing.jobs;

import io.holdfast.contracts.HoldfastException;

/** Of jobs that are never given up: whatever they fail with is tried again, until they end or are cancelled. */
public interface UnlimitedRetryHandler extends JobHandler {
    @Override
    default int maxAttempts() {
        return Integer.MAX_VALUE;
    }

    @Override
    default boolean retryable(HoldfastException holdfastException) {
        return true;
    }
}
