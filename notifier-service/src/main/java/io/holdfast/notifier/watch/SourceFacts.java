package io.holdfast.notifier.watch;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the backups of one source. Safety backups do not count.
 *
 * @param knownSince since when the source is watched
 * @param pausedFrom begin of the last pause
 * @param failedBackups failures since the last stored backup
 * @param inconclusiveProofs proofs without a verdict since the last one with a verdict
 * @param failedProof set if the latest verdict was that a backup is bad
 * @param lastCompleted when the newest backup was stored
 * @param newestStored snapshot of the newest stored backup
 * @param newestProven snapshot of the newest proven backup
 * @param running the oldest backup that runs
 * @param usual median duration of the last 20 backups
 * @param unjudged the oldest stored backup without a verdict that is newer than each one with a verdict
 */
public record SourceFacts(
        String name,
        Instant knownSince,
        @Nullable Instant pausedFrom,
        @Nullable Instant pausedUntil,
        @Nullable Trouble failedBackups,
        @Nullable Trouble inconclusiveProofs,
        @Nullable Trouble failedProof,
        @Nullable Instant lastCompleted,
        @Nullable Instant newestStored,
        @Nullable Instant newestProven,
        @Nullable Begun running,
        @Nullable Duration usual,
        @Nullable Begun unjudged) {

    /** An object and the time since which something is awaited of it. */
    public record Begun(String id, Instant since) {}

    /** A source of which nothing was heard yet. */
    public static SourceFacts unheard(String name, Instant knownSince) {
        return new SourceFacts(name, knownSince, null, null, null, null, null, null, null, null, null, null, null);
    }

    public boolean isPaused(Instant at) {
        return pausedFrom != null && pausedUntil != null && !at.isBefore(pausedFrom) && at.isBefore(pausedUntil);
    }
}
