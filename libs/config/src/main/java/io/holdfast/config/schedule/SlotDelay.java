package io.holdfast.config.schedule;

import java.time.Duration;
import java.util.Optional;

/** The delay of a source's slots: below {@code schedule.jitter}, and the same in each replica. Pure. */
public final class SlotDelay {
    private SlotDelay() {}

    /**
     * Returns the delay.
     *
     * @param seed of the source; sources with neighbouring seeds have different delays
     * @param jitter empty: no delay
     */
    public static Duration of(long seed, Optional<Duration> jitter) {
        return jitter.map(most -> of(seed, most)).orElse(Duration.ZERO);
    }

    private static Duration of(long seed, Duration jitter) {
        // the finalizer of SplitMix64 spreads neighbouring ids
        long mixed = (seed ^ (seed >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return Duration.ofMillis(Math.floorMod(mixed ^ (mixed >>> 31), Math.max(1, jitter.toMillis())));
    }
}
