package io.holdfast.wal;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The file name of a WAL segment: timeline, log and segment of the log, eight hexadecimal digits each.
 *
 * @param log counts 4 GiB
 * @param part the segment within the log
 */
public record SegmentName(int timeline, long log, long part) implements Comparable<SegmentName> {
    static final int LENGTH = 24;
    private static final Pattern TEXT = Pattern.compile("[0-9A-F]{24}");

    public static boolean matches(String text) {
        return TEXT.matcher(text).matches();
    }

    /** @throws IllegalArgumentException if the text is no name of a segment */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static SegmentName parse(String text) {
        if (!matches(text)) {
            throw new IllegalArgumentException("\"" + text + "\" is no name of a WAL segment");
        }
        return new SegmentName(
                Integer.parseUnsignedInt(text.substring(0, 8), 16),
                Long.parseLong(text.substring(8, 16), 16),
                Long.parseLong(text.substring(16), 16));
    }

    public static SegmentName of(int timeline, long number, int segmentSize) {
        long perLog = (1L << 32) / segmentSize;
        return new SegmentName(timeline, number / perLog, number % perLog);
    }

    /** The number of the segment, counted from the beginning of the WAL. */
    public long number(int segmentSize) {
        return log * ((1L << 32) / segmentSize) + part;
    }

    public Lsn start(int segmentSize) {
        return new Lsn(number(segmentSize) * segmentSize);
    }

    /** The name of the index page that lists the segment: that of all segments of the same timeline and log. */
    String page() {
        return toString().substring(0, 16);
    }

    @Override
    public int compareTo(SegmentName other) {
        return toString().compareTo(other.toString());
    }

    @JsonValue
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%08X%08X%08X", timeline, log, part);
    }
}
