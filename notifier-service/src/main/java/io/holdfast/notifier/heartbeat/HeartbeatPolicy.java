package io.holdfast.notifier.heartbeat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which heartbeat is due. Pure. */
final class HeartbeatPolicy {
    /** Consumers that are behind for longer than this do not keep up. */
    static final Duration BEHIND = Duration.ofMinutes(5);

    private HeartbeatPolicy() {}

    /**
     * What the service knows of itself.
     *
     * @param rounds whether the rules were evaluated
     * @param behindSince since when its consumers have not caught up; null: they have
     * @param channels channels in use
     * @param silent those of them whose last message was given up
     */
    record Health(boolean rounds, @Nullable Instant behindSince, int channels, int silent) {}

    /** Why the service is not well; empty if it is. */
    static Optional<String> problem(Health health, Instant now) {
        if (!health.rounds()) {
            return Optional.of("the rules are not evaluated");
        }
        if (health.behindSince() != null && health.behindSince().plus(BEHIND).isBefore(now)) {
            return Optional.of("the consumers do not keep up since " + health.behindSince());
        }
        return health.channels() > 0 && health.silent() >= health.channels()
                ? Optional.of("no channel works")
                : Optional.empty();
    }

    static boolean isDue(@Nullable Instant last, Duration every, Instant now) {
        return last == null || !now.isBefore(last.plus(every));
    }
}
