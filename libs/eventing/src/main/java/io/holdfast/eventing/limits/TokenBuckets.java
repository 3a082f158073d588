package io.holdfast.eventing.limits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;

/**
 * A token bucket for each key, which a minute fills. Holds at most {@value #MOST} buckets, and forgets one that has not been
 * used for two minutes, because it is full then. Of too many keys at once, the rarely used ones are forgotten. Thread-safe.
 */
final class TokenBuckets {
    static final int MOST = 10_000;

    private static final Duration UNUSED = Duration.ofMinutes(2);

    private final Bandwidth limit;
    private final TimeMeter time;
    private final Cache<String, Bucket> buckets;

    TokenBuckets(int perMinute, TimeMeter time) {
        this.limit = Bandwidth.builder()
                .capacity(perMinute)
                .refillGreedy(perMinute, Duration.ofMinutes(1))
                .build();
        this.time = time;
        this.buckets = Caffeine.newBuilder()
                .maximumSize(MOST)
                .expireAfterAccess(UNUSED)
                .ticker(time::currentTimeNanos)
                .executor(Runnable::run)
                .build();
    }

    /** Takes a token. Zero if there was one, otherwise the time until there is one. */
    Duration take(String key) {
        return Duration.ofNanos(of(key).tryConsumeAndReturnRemaining(1).getNanosToWaitForRefill());
    }

    /** The same without taking it. */
    Duration look(String key) {
        Bucket bucket = buckets.getIfPresent(key);
        return bucket == null
                ? Duration.ZERO
                : Duration.ofNanos(bucket.estimateAbilityToConsume(1).getNanosToWaitForRefill());
    }

    /** Never more than {@value #MOST} after a call. */
    long size() {
        buckets.cleanUp();
        return buckets.estimatedSize();
    }

    private Bucket of(String key) {
        return buckets.get(
                key,
                absent -> Bucket.builder()
                        .addLimit(limit)
                        .withCustomTimePrecision(time)
                        .build());
    }
}
