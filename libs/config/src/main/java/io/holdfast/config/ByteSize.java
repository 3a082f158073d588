package io.holdfast.config;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes: {@code 200MB} is 200,000,000, {@code 1GiB} is 1,073,741,824, {@code 1.5GiB} and a bare whole number
 * are fine as well.
 *
 * @param bytes not negative
 */
public record ByteSize(long bytes) implements Comparable<ByteSize> {
    static final String PATTERN = "^[0-9]{1,15}(\\.[0-9]{1,3})? ?([kKMGT]i?)?B$";
    private static final Pattern SHAPE = Pattern.compile("([0-9]{1,15}(?:\\.[0-9]{1,3})?) ?((?:[kKMGT]i?)?B)?");
    private static final List<String> WORDS = List.of("TiB", "GiB", "MiB", "KiB", "TB", "GB", "MB", "kB");
    private static final Map<String, Long> UNITS = Map.of(
            "B",
            1L,
            "KB",
            1000L,
            "MB",
            1000_000L,
            "GB",
            1000_000_000L,
            "TB",
            1000_000_000_000L,
            "KIB",
            1L << 10,
            "MIB",
            1L << 20,
            "GIB",
            1L << 30,
            "TIB",
            1L << 40);

    public ByteSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("a size is not negative: " + bytes);
        }
    }

    /**
     * Reads a size.
     *
     * @throws IllegalArgumentException with a message for the user
     */
    public static ByteSize parse(String text) {
        Matcher shape = SHAPE.matcher(text);
        if (!shape.matches() || (shape.group(2) == null && text.contains("."))) {
            throw new IllegalArgumentException(
                    "\"" + text
                            + "\" is not a size; write for example 200MB (200,000,000 bytes), 1GiB (1,073,741,824 bytes) or bytes");
        }
        String unit = shape.group(2) == null ? "B" : shape.group(2);
        long factor = UNITS.getOrDefault(unit.toUpperCase(Locale.ROOT), 1L);
        try {
            return new ByteSize(new BigDecimal(shape.group(1))
                    .multiply(BigDecimal.valueOf(factor))
                    .longValueExact());
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("\"" + text + "\" is not a whole number of bytes that fits 63 bits", e);
        }
    }

    @Override
    public int compareTo(ByteSize other) {
        return Long.compare(bytes, other.bytes);
    }

    /** The largest unit that shows it exactly. */
    @Override
    public String toString() {
        for (String unit : WORDS) {
            long size = UNITS.getOrDefault(unit.toUpperCase(Locale.ROOT), 1L);
            if (bytes >= size && bytes % size == 0) {
                return bytes / size + unit;
            }
        }
        return bytes + "B";
    }
}
