package io.holdfast.eventing.limits;

import io.github.bucket4j.TimeMeter;
import io.holdfast.config.AccessConfig;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.config.LimitsConfig;
import io.holdfast.eventing.config.LiveConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The limits of {@code access.limits} in this process. A changed configuration begins with full buckets. Every method returns
 * zero if the limit permits the request, otherwise the time after which it permits one. Thread-safe.
 */
@ApplicationScoped
public class RequestLimits {
    private final LiveConfig live;
    private final TimeMeter time;
    private volatile @Nullable Buckets current;

    RequestLimits(LiveConfig live) {
        this.live = live;
        this.time = TimeMeter.SYSTEM_NANOTIME;
    }

    private record Buckets(LimitsConfig of, TokenBuckets principals, TokenBuckets addresses, TokenBuckets failures) {
        static Buckets of(LimitsConfig limits, TimeMeter time) {
            return new Buckets(
                    limits,
                    new TokenBuckets(limits.requests(), time),
                    new TokenBuckets(limits.anonymousRequests(), time),
                    new TokenBuckets(limits.failedAuthentications(), time));
        }
    }

    /** Counts a request of a principal. */
    public Duration ofPrincipal(String name) {
        return buckets().map(buckets -> buckets.principals().take(name)).orElse(Duration.ZERO);
    }

    /** Counts a request without a credential. */
    public Duration ofAddress(String address) {
        return buckets()
                .map(buckets -> buckets.addresses().take(AddressGroup.of(address)))
                .orElse(Duration.ZERO);
    }

    /** Whether credentials of an address are still checked. Counts nothing. */
    public Duration ofFailures(String address) {
        return buckets()
                .map(buckets -> buckets.failures().look(AddressGroup.of(address)))
                .orElse(Duration.ZERO);
    }

    /** Counts a credential that was refused. */
    public void failed(String address) {
        buckets().ifPresent(buckets -> buckets.failures().take(AddressGroup.of(address)));
    }

    private Optional<Buckets> buckets() {
        return live.find().map(HoldfastConfig::access).map(AccessConfig::limits).map(this::of);
    }

    private Buckets of(LimitsConfig limits) {
        Buckets known = current;
        if (known != null && known.of().equals(limits)) {
            return known;
        }
        synchronized (this) {
            known = current;
            if (known == null || !known.of().equals(limits)) {
                known = Buckets.of(limits, time);
                current = known;
            }
            return known;
        }
    }
}
