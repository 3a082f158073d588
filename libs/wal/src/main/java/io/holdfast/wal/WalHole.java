package io.holdfast.wal;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * WAL that an archive lacks, with WAL before it.
 *
 * @param timeline on the way to which it lacks
 * @param first the first segment that is missing or damaged
 * @param segments how many are missing; 1 for a segment that ends early
 * @param after time of the last commit before it; null if none is known
 * @param until time of the first commit after it; null if there is no WAL after it
 */
public record WalHole(
        int timeline,
        SegmentName first,
        long segments,
        @Nullable Instant after,
        @Nullable Instant until) {}
