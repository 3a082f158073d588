package io.holdfast.wal;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The ancestors of a timeline, as its history file lists them.
 *
 * @param timeline that this is the history of
 * @param ancestors the oldest first; empty for timeline 1
 */
public record TimelineHistory(int timeline, List<Ancestor> ancestors) {
    private static final Pattern NAME = Pattern.compile("[0-9A-F]{8}\\.history");

    public TimelineHistory {
        ancestors = List.copyOf(ancestors);
    }

    /** @param until the LSN at which the next timeline begins */
    public record Ancestor(int timeline, Lsn until) {}

    public static boolean isName(String file) {
        return NAME.matcher(file).matches();
    }

    public static String name(int timeline) {
        return String.format(Locale.ROOT, "%08X.history", timeline);
    }

    public static int timeline(String file) {
        return Integer.parseUnsignedInt(file.substring(0, 8), 16);
    }

    /** @throws IllegalArgumentException if a line is not understood */
    public static TimelineHistory parse(int timeline, byte[] content) {
        List<Ancestor> ancestors = new ArrayList<>();
        for (String line : new String(content, StandardCharsets.UTF_8).split("\n", -1)) {
            String text = line.strip();
            if (!text.isEmpty() && !text.startsWith("#")) {
                String[] fields = text.split("\\s+", 3);
                if (fields.length < 2) {
                    throw new IllegalArgumentException(name(timeline) + " has an unknown line: " + text);
                }
                ancestors.add(new Ancestor(Integer.parseUnsignedInt(fields[0]), Lsn.parse(fields[1])));
            }
        }
        return new TimelineHistory(timeline, ancestors);
    }

    /** The timeline whose file contains a segment on the way to this timeline: that which is written at its end. */
    int timelineOf(long segment, int segmentSize) {
        for (Ancestor ancestor : ancestors) {
            if (segment < ancestor.until().segment(segmentSize)) {
                return ancestor.timeline();
            }
        }
        return timeline;
    }

    /** Whether WAL of this timeline up to that position is on the way to the history's timeline. */
    boolean passes(int other, Lsn position) {
        return other == timeline
                || ancestors.stream()
                        .anyMatch(
                                ancestor -> ancestor.timeline() == other && position.compareTo(ancestor.until()) <= 0);
    }
}
