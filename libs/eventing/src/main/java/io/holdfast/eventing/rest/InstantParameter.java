package io.holdfast.eventing.rest;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** A query parameter that is an instant of RFC 3339. */
public final class InstantParameter {
    private InstantParameter() {}

    /**
     * Reads the parameter's value; null if it is absent or empty.
     *
     * @throws HoldfastException REQUEST_INVALID naming the parameter and the form
     */
    public static @Nullable Instant parse(String name, @Nullable String text) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw HoldfastException.of(
                    FailureCode.REQUEST_INVALID,
                    "query parameter \"" + name + "\" is not an instant; write it as 2026-01-15T14:30:00Z, with a"
                            + " \"+\" of an offset as %2B",
                    e);
        }
    }
}
