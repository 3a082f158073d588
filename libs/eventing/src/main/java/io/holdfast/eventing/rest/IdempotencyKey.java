package io.holdfast.eventing.rest;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The {@code Idempotency-Key} header of a POST: the id of its request, so that a repeated call has one effect. */
public final class IdempotencyKey {
    public static final String HEADER = "Idempotency-Key";
    private static final int MAX_LENGTH = 200;

    private IdempotencyKey() {}

    /**
     * The client's key, or a random one if it sent none.
     *
     * @throws HoldfastException REQUEST_INVALID if it is too long or holds other than printable ASCII
     */
    public static String orRandom(@Nullable String key) {
        if (key == null) {
            return UUID.randomUUID().toString();
        }
        if (key.isBlank() || key.length() > MAX_LENGTH || key.chars().anyMatch(c -> c < 0x20 || c > 0x7e)) {
            throw HoldfastException.of(
                    FailureCode.REQUEST_INVALID,
                    HEADER + " must be 1 to " + MAX_LENGTH + " printable ASCII characters, such as a UUID");
        }
        return key;
    }
}
