package io.holdfast.notifier.delivery;

import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import java.util.Arrays;

/** PENDING until it is DELIVERED or given up. */
enum DeliveryState {
    PENDING,
    DELIVERED,
    FAILED;

    /** @throws Failure REQUEST_INVALID */
    static DeliveryState parse(String text) {
        return Arrays.stream(values())
                .filter(state -> state.name().equals(text))
                .findFirst()
                .orElseThrow(() -> Failure.of(
                        FailureCode.REQUEST_INVALID, "\"state\" must be one of " + Arrays.toString(values())));
    }
}
