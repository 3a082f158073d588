package io.holdfast.config.schedule;

import io.holdfast.config.Cron;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The fire times of a schedule that are due. Pure.
 *
 * @param last the newest, for which work may be started
 * @param missed the others, oldest first; after a long downtime only the first {@value #MOST_MISSED}
 */
public record DueSlots(Instant last, List<Instant> missed) {
    public static final int MOST_MISSED = 1000;

    /** To find the newest slot of a long span without visiting all of them. */
    private static final List<Duration> WINDOWS =
            List.of(Duration.ofHours(1), Duration.ofDays(1), Duration.ofDays(32), Duration.ofDays(367));

    public DueSlots {
        missed = List.copyOf(missed);
    }

    /**
     * Returns the slots in {@code (after, now]}.
     *
     * @return empty if none is due
     */
    public static Optional<DueSlots> between(Cron cron, ZoneId zone, Instant after, Instant now) {
        List<Instant> found = new ArrayList<>();
        Instant next = after;
        while (found.size() <= MOST_MISSED) {
            next = cron.next(next, zone);
            if (next.isAfter(now)) {
                break;
            }
            found.add(next);
        }
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Instant last = found.removeLast();
        return Optional.of(new DueSlots(next.isAfter(now) ? last : newest(cron, zone, last, now), found));
    }

    private static Instant newest(Cron cron, ZoneId zone, Instant known, Instant now) {
        for (Duration window : WINDOWS) {
            Instant from = now.minus(window);
            if (!from.isAfter(known)) {
                break;
            }
            Instant newest = null;
            for (Instant next = cron.next(from, zone); !next.isAfter(now); next = cron.next(next, zone)) {
                newest = next;
            }
            if (newest != null) {
                return newest;
            }
        }
        Instant newest = known;
        for (Instant next = cron.next(known, zone); !next.isAfter(now); next = cron.next(next, zone)) {
            newest = next;
        }
        return newest;
    }
}
