package io.holdfast.backup.catalog;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What the catalog and the events keep of a backup's findings: the manifest has them all, an event has a largest size. */
final class FindingLimits {
    /** A quarter of what an event may hold: text may grow to six times its length when it is escaped as JSON. */
    static final int MOST_BYTES = 32 * 1024;

    static final int LONGEST = 2_000;

    private FindingLimits() {}

    static List<String> bounded(List<String> all) {
        List<String> kept = new ArrayList<>();
        int bytes = 0;
        for (String finding : all) {
            String shown = cut(finding);
            bytes += shown.getBytes(StandardCharsets.UTF_8).length;
            if (bytes > MOST_BYTES) {
                kept.add("… and " + (all.size() - kept.size()) + " more; the backup's manifest has them all");
                break;
            }
            kept.add(shown);
        }
        return List.copyOf(kept);
    }

    private static String cut(String finding) {
        if (finding.length() <= LONGEST) {
            return finding;
        }
        int end = Character.isHighSurrogate(finding.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
        return finding.substring(0, end) + "…";
    }
}
