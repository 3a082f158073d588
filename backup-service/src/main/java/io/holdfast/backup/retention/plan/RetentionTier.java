package io.holdfast.backup.retention.plan;

import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.IsoFields;
import java.util.Locale;

/** Calendar periods of which retention keeps one backup each. */
public enum RetentionTier {
    DAILY("day", DateTimeFormatter.ofPattern("uuuu-MM-dd", Locale.ROOT)),
    /** ISO 8601: weeks begin on Monday and belong to the year of their Thursday. */
    WEEKLY(
            "week",
            new DateTimeFormatterBuilder()
                    .appendValue(IsoFields.WEEK_BASED_YEAR, 4)
                    .appendLiteral("-W")
                    .appendValue(IsoFields.WEEK_OF_WEEK_BASED_YEAR, 2)
                    .toFormatter(Locale.ROOT)),
    MONTHLY("month", DateTimeFormatter.ofPattern("uuuu-MM", Locale.ROOT)),
    YEARLY("year", DateTimeFormatter.ofPattern("uuuu", Locale.ROOT));

    private final String unit;
    private final DateTimeFormatter format;

    RetentionTier(String unit, DateTimeFormatter format) {
        this.unit = unit;
        this.format = format;
    }

    /** The period of an instant in the source's time zone, such as {@code week 2026-W09}. */
    String period(ZonedDateTime at) {
        return unit + " " + format.format(at);
    }

    /** The key in holdfast.yaml. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
