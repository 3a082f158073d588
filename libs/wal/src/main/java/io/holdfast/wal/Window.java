package io.holdfast.wal;

import java.time.Instant;
import java.util.List;

/**
 * A stretch of time to any instant of which the server can be recovered: there is a base backup, and all WAL from its
 * start to the window's end.
 *
 * @param timeline on which the recovered server ends
 * @param from end of the first base backup
 * @param to time of the last archived commit; not before {@code from}
 * @param first the position of the first base backup's end
 * @param last the end of the archived WAL
 * @param bases ids of its base backups, the oldest first
 */
public record Window(int timeline, Instant from, Instant to, Lsn first, Lsn last, List<String> bases) {
    public Window {
        bases = List.copyOf(bases);
    }

    public boolean covers(Instant instant) {
        return !instant.isBefore(from) && !instant.isAfter(to);
    }

    public boolean covers(Lsn position) {
        return position.compareTo(first) >= 0 && position.compareTo(last) <= 0;
    }
}
