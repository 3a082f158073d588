package io.holdfast.backup.schedule;

import io.holdfast.backup.source.ProtectedSource;
import java.time.Duration;

/** The delay of a source's scheduled backups: below {@code schedule.jitter}, and the same in each replica. */
final class Jitter {
    private Jitter() {}

    static Duration of(ProtectedSource source) {
        return source.config()
                .schedule()
                .jitter()
                .map(jitter -> of(source.ref().id().value().getLeastSignificantBits(), jitter))
                .orElse(Duration.ZERO);
    }

    static Duration of(long seed, Duration jitter) {
        // the finalizer of SplitMix64 spreads neighbouring ids
        long mixed = (seed ^ (seed >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return Duration.ofMillis(Math.floorMod(mixed ^ (mixed >>> 31), Math.max(1, jitter.toMillis())));
    }
}
