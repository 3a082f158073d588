package io.holdfast.wal;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A record of WAL that creates a tablespace in a directory of the server's machine. It must not be replayed: PostgreSQL would
 * create it in the same directory again, which may be that of the running server.
 *
 * @param at where the record begins; of one that began in the segment before, where its segment begins
 * @param exact whether the record begins at that position
 * @param before where the record before it in its segment begins; null if there is none
 * @param commit time of the latest commit before it in its segment; null if there is none
 */
public record NewTablespace(
        Lsn at,
        boolean exact,
        @Nullable Lsn before,
        @Nullable Instant commit) {

    /**
     * Refuses a plan that replays one.
     *
     * @param found those of a segment
     * @throws HoldfastException POINT_NOT_COVERED
     */
    static void refuse(RecoveryPlan plan, Function<SegmentEntry, List<NewTablespace>> found) {
        Instant before = null;
        for (SegmentEntry entry : plan.segments()) {
            for (NewTablespace created : found.apply(entry)) {
                if (created.at.compareTo(plan.base().start()) >= 0
                        && !created.isBehind(plan.target(), later(before, created.commit))) {
                    throw HoldfastException.of(
                            FailureCode.POINT_NOT_COVERED,
                            "a tablespace was created at LSN " + created.at + ", after base backup "
                                    + plan.base().id() + ", and recovery to " + plan.target()
                                    + " would create it in its directory of the server's machine; choose a point before"
                                    + " it, or after the end of the next base backup");
                }
            }
            before = later(before, entry.last());
        }
    }

    /**
     * Whether recovery certainly ends before the record. PostgreSQL ends after the first record that begins at an inclusive
     * position or later, and before the first one that begins at an exclusive position or later.
     *
     * @param commit the latest before it
     */
    private boolean isBehind(RecoveryTarget target, @Nullable Instant commit) {
        return switch (target) {
            case RecoveryTarget.Time time -> commit != null && commit.isAfter(time.instant());
            case RecoveryTarget.Position position -> {
                Lsn last = position.inclusive() ? before : exact ? at : null;
                yield last != null && position.lsn().compareTo(last) <= 0;
            }
            case RecoveryTarget.Transaction unused -> false;
        };
    }

    private static @Nullable Instant later(@Nullable Instant one, @Nullable Instant other) {
        return one == null || (other != null && other.isAfter(one)) ? other : one;
    }
}
