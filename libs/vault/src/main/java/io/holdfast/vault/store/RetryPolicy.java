package io.holdfast.vault.store;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How often, and how long apart. Pauses grow by doubling and are drawn between nothing and the bound ("full jitter"), so
 * that many workers do not come back at once.
 *
 * @param attempts in all, the first included
 * @param first the first pause's bound
 * @param longest no pause is longer
 */
public record RetryPolicy(int attempts, Duration first, Duration longest) {
    public static final RetryPolicy STANDARD = new RetryPolicy(6, Duration.ofMillis(200), Duration.ofSeconds(5));

    Duration pauseAfter(int attempt) {
        long bound = Math.min(longest.toMillis(), first.toMillis() << Math.min(attempt - 1, 20));
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(bound + 1));
    }
}
