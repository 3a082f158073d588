package io.holdfast.drill;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Text of a report: sizes, durations and times as people read them, and foreign text made harmless. */
final class DrillText {
    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB"};
    private static final int LONGEST = 2000;

    private DrillText() {}

    /** Decimal units: {@code 64.1 MB}. */
    static String bytes(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= 999.5 && unit < UNITS.length - 1) {
            value /= 1000;
            unit++;
        }
        return unit == 0
                ? bytes + " B"
                : String.format(Locale.ROOT, value < 99.95 ? "%.1f %s" : "%.0f %s", value, UNITS[unit]);
    }

    /** {@code 308,022}. */
    static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /** {@code 0.42 s}, {@code 12.3 s}, {@code 4 min 05 s}, {@code 3 h 07 min}, {@code 2 d}. */
    static String duration(long millis) {
        double seconds = millis / 1000.0;
        if (millis == 0) {
            return "0 s";
        }
        if (seconds < 59.95) {
            return String.format(Locale.ROOT, seconds < 9.995 ? "%.2f s" : "%.1f s", seconds);
        }
        long whole = Math.round(seconds);
        if (whole < 3600) {
            return parts(whole / 60, "min", whole % 60, "s");
        }
        long minutes = whole / 60;
        return minutes < 24 * 60
                ? parts(minutes / 60, "h", minutes % 60, "min")
                : parts(minutes / (24 * 60), "d", minutes / 60 % 24, "h");
    }

    private static String parts(long large, String unit, long small, String smallUnit) {
        return large + " " + unit + (small == 0 ? "" : String.format(Locale.ROOT, " %02d %s", small, smallUnit));
    }

    /** To the second, in UTC: {@code 2026-01-15 14:30:00Z}. */
    static String instant(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString().replace('T', ' ');
    }

    /** The date in UTC: {@code 2026-01-15}. */
    static String date(Instant instant) {
        return instant.toString().substring(0, 10);
    }

    /** One line without control characters and without characters that change the direction of text; cut at 2,000. */
    static String line(String text) {
        StringBuilder line = new StringBuilder();
        text.codePoints().limit(LONGEST + 1L).forEach(each -> {
            if (Character.isISOControl(each) || Character.isWhitespace(each)) {
                line.append(' ');
            } else if (Character.getType(each) != Character.FORMAT && Character.getType(each) != Character.SURROGATE) {
                line.appendCodePoint(each);
            }
        });
        int kept = line.offsetByCodePoints(0, Math.min(line.codePointCount(0, line.length()), LONGEST));
        return line.length() > kept
                ? line.substring(0, kept) + "…"
                : line.toString().strip();
    }

    /** {@link #line} as literal text of Markdown: no markup, HTML, links, mentions, list items or table cells. */
    static String markdown(String text) {
        String line = line(text);
        StringBuilder escaped = new StringBuilder(line.length() + 16);
        for (int i = 0; i < line.length(); i++) {
            char each = line.charAt(i);
            boolean link = (each == ':' && line.startsWith("//", i + 1))
                    || (each == '.' && i >= 3 && line.regionMatches(true, i - 3, "www", 0, 3));
            if ("\\`*_[]<>|#!~&@".indexOf(each) >= 0 || link || startsListItem(line, i)) {
                escaped.append('\\');
            }
            escaped.append(each);
        }
        return escaped.toString();
    }

    /** Whether the character makes the line an item of a list: a sign at its start, or a mark after its first number. */
    private static boolean startsListItem(String line, int at) {
        char each = line.charAt(at);
        return at == 0
                ? each == '-' || each == '+' || each == '='
                : (each == '.' || each == ')')
                        && (at + 1 == line.length() || line.charAt(at + 1) == ' ')
                        && line.substring(0, at).chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
