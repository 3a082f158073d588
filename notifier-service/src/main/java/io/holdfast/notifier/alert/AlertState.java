package io.holdfast.notifier.alert;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import java.util.Arrays;

/** PENDING until its threshold is reached, then FIRING; ACKNOWLEDGED by somebody for a time; RESOLVED when it is over. */
enum AlertState {
    PENDING,
    FIRING,
    ACKNOWLEDGED,
    RESOLVED;

    boolean mayBecome(AlertState next) {
        return switch (this) {
            case PENDING -> next == FIRING || next == RESOLVED;
            case FIRING -> next == ACKNOWLEDGED || next == RESOLVED;
            case ACKNOWLEDGED -> next == FIRING || next == RESOLVED;
            case RESOLVED -> next == FIRING; // it began again within the time of flapping
        };
    }

    /** @throws HoldfastException REQUEST_INVALID */
    static AlertState parse(String text) {
        return Arrays.stream(values())
                .filter(state -> state.name().equals(text))
                .findFirst()
                .orElseThrow(() -> HoldfastException.of(
                        FailureCode.REQUEST_INVALID, "\"state\" must be one of " + Arrays.toString(values())));
    }
}
