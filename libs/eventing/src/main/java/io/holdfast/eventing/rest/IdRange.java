package io.holdfast.eventing.rest;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The ids that begin with a text, as the first and the last one in PostgreSQL's order of {@code uuid}. */
public record IdRange(UUID first, UUID last) {
    private static final int DIGITS = 32;
    private static final Pattern PREFIX = Pattern.compile("[0-9a-f]{8,32}");

    /**
     * Reads a whole id or its beginning: at least 8 hexadecimal digits, with or without dashes. Null stays null.
     *
     * @throws HoldfastException REQUEST_INVALID for any other text
     */
    public static @Nullable IdRange parse(@Nullable String text) {
        if (text == null) {
            return null;
        }
        String digits = text.replace("-", "").toLowerCase(Locale.ROOT);
        if (!PREFIX.matcher(digits).matches()) {
            throw HoldfastException.about(
                    "id",
                    FailureCode.REQUEST_INVALID,
                    "query parameter \"id\" must be an id or at least its first 8 hexadecimal digits");
        }
        String rest = "0".repeat(DIGITS - digits.length());
        return new IdRange(uuid(digits + rest), uuid(digits + rest.replace('0', 'f')));
    }

    private static UUID uuid(String digits) {
        return new UUID(Long.parseUnsignedLong(digits, 0, 16, 16), Long.parseUnsignedLong(digits, 16, DIGITS, 16));
    }
}
