package io.holdfast.config;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text of durations: {@code 500ms}, {@code 30s}, {@code 30m}, {@code 6h}, {@code 30d}, {@code 2w}, {@code 1y}, or
 * several from large to small as in {@code 1h30m}. A day is 24 hours, a week 7 days, a year 365 days. Never negative.
 */
public final class Durations {
    static final String PATTERN = "^(?=[0-9])([0-9]{1,3}y)?([0-9]{1,5}w)?([0-9]{1,6}d)?([0-9]{1,7}h)?([0-9]{1,8}m)?"
            + "([0-9]{1,9}s)?([0-9]{1,9}ms)?$";
    private static final Pattern SHAPE = Pattern.compile(PATTERN);
    private static final Map<String, Duration> UNITS = units();

    private Durations() {}

    private static Map<String, Duration> units() {
        Map<String, Duration> units = new LinkedHashMap<>();
        units.put("y", Duration.ofDays(365));
        units.put("w", Duration.ofDays(7));
        units.put("d", Duration.ofDays(1));
        units.put("h", Duration.ofHours(1));
        units.put("m", Duration.ofMinutes(1));
        units.put("s", Duration.ofSeconds(1));
        units.put("ms", Duration.ofMillis(1));
        return units;
    }

    /**
     * Reads a duration.
     *
     * @throws IllegalArgumentException with a message for the user
     */
    public static Duration parse(String text) {
        Matcher shape = SHAPE.matcher(text);
        if (!shape.matches()) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not a duration; write for example 500ms, 30m, 6h, 30d,"
                            + " 1y or 1h30m (units from large to small: y, w, d, h, m, s, ms)");
        }
        Duration sum = Duration.ZERO;
        int group = 0;
        for (Duration unit : UNITS.values()) {
            String part = shape.group(++group);
            if (part != null) {
                sum = sum.plus(unit.multipliedBy(Long.parseLong(part.replaceAll("[a-z]", ""))));
            }
        }
        return sum;
    }

    /** The shortest text that {@link #parse} reads back, to the millisecond. */
    public static String format(Duration duration) {
        StringBuilder text = new StringBuilder();
        long left = duration.toMillis();
        for (Map.Entry<String, Duration> unit : UNITS.entrySet()) {
            long size = unit.getValue().toMillis();
            // 14d reads better than 2w, and 400d better than 1y5w
            boolean skipped =
                    !unit.getKey().equals("ms") && (size > Duration.ofDays(1).toMillis()) && left % size != 0;
            if (left >= size && !skipped && !unit.getKey().equals("w")) {
                text.append(left / size).append(unit.getKey());
                left %= size;
            }
        }
        return text.isEmpty() ? "0s" : text.toString();
    }
}
