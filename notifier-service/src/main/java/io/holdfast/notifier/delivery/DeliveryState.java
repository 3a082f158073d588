package io.holdfast.notifier.delivery;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import java.util.Arrays;

/** PENDING until it is DELIVERED, given up (FAILED), or found to be unnecessary (SKIPPED). */
enum DeliveryState {
    PENDING,
    DELIVERED,
    FAILED,
    SKIPPED;

    /** @throws HoldfastException REQUEST_INVALID */
    static DeliveryState parse(String text) {
        return Arrays.stream(values())
                .filter(state -> state.name().equals(text))
                .findFirst()
                .orElseThrow(() -> HoldfastException.of(
                        FailureCode.REQUEST_INVALID, "\"state\" must be one of " + Arrays.toString(values())));
    }
}
