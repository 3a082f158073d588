package io.holdfast.cli.terminal;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Sizes, counts and times as people read them. */
public final class HumanFormat {
    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB"};

    private HumanFormat() {}

    /** Decimal units, as disks are sold: {@code 64.1 MB}. */
    public static String bytes(long bytes) {
        double value = bytes;
        int unit = 0;
        while (Math.abs(value) >= 999.5 && unit < UNITS.length - 1) {
            value /= 1000;
            unit++;
        }
        return unit == 0
                ? bytes + " B"
                : String.format(Locale.ROOT, value < 99.95 ? "%.1f %s" : "%.0f %s", value, UNITS[unit]);
    }

    /** {@code 39.2 MB of 64.1 MB, 181,204 rows}. The total is an estimate: one that is exceeded is left out. */
    public static String amounts(long bytes, @Nullable Long total, long rows) {
        return bytes(bytes) + (total == null || total < bytes ? "" : " of " + bytes(total)) + ", " + count(rows)
                + " rows";
    }

    /** {@code 308,022}. */
    public static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /** {@code 0.42 s}, {@code 12.3 s}, {@code 4m 05s}, {@code 3h 07m}. */
    public static String duration(Duration duration) {
        double seconds = duration.toMillis() / 1000.0;
        if (seconds < 59.95) {
            return String.format(Locale.ROOT, seconds < 9.995 ? "%.2f s" : "%.1f s", seconds);
        }
        return duration.toHours() == 0
                ? String.format(Locale.ROOT, "%dm %02ds", duration.toMinutes(), duration.toSecondsPart())
                : String.format(Locale.ROOT, "%dh %02dm", duration.toHours(), duration.toMinutesPart());
    }

    /** {@code 5 min ago}. */
    public static String ago(Instant then, Instant now) {
        Duration age = Duration.between(then, now);
        if (age.toSeconds() < 60) {
            return age.toSeconds() < 1 ? "now" : age.toSeconds() + " s ago";
        }
        if (age.toMinutes() < 60) {
            return age.toMinutes() + " min ago";
        }
        return age.toHours() < 48 ? age.toHours() + " h ago" : age.toDays() + " days ago";
    }

    /** To the second, in UTC: {@code 2026-01-15 14:30:00Z}. */
    public static String instant(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString().replace('T', ' ');
    }

    /** For tables, to the minute: {@code 2026-01-15 14:30Z}. */
    public static String minute(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MINUTES).toString().replaceFirst("T(..:..).*", " $1Z");
    }

    /** {@code 0.03 %}: small shares keep their digits. */
    public static String percent(long part, long whole) {
        double percent = whole == 0 ? 0 : 100.0 * part / whole;
        return String.format(Locale.ROOT, percent > 0 && percent < 10 ? "%.2f %%" : "%.0f %%", percent);
    }
}
