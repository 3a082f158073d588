package io.holdfast.eventing.oidc;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jose4j.jwk.JsonWebKey;
import org.jspecify.annotations.Nullable;

/**
 * The public keys of an issuer, cached. Concurrent callers share one read, and no thread waits for it. Safe for many threads.
 */
final class IssuerKeys {
    /** Keys are read again when older: a key that the issuer removed counts no longer. */
    static final Duration FRESH = Duration.ofMinutes(5);

    /** While the issuer is unreachable, keys count until they are older. */
    static final Duration USABLE = Duration.ofHours(1);

    /** Unknown key ids cause no more than one read in this time. */
    static final Duration REFRESH_EVERY = Duration.ofSeconds(30);

    /** A failed read is not repeated sooner. */
    static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private record Loaded(List<JsonWebKey> keys, Instant at) {}

    private record Failed(IssuerUnavailableException cause, Instant at) {}

    private final IssuerMetadata issuer;
    private final InstantSource clock;
    private @Nullable Loaded loaded;
    private @Nullable Failed failed;
    private @Nullable CompletableFuture<List<JsonWebKey>> loading;

    IssuerKeys(URI issuer, InstantSource clock) {
        this.issuer = new IssuerMetadata(issuer);
        this.clock = clock;
    }

    URI issuer() {
        return issuer.issuer();
    }

    /** The cached keys, or those of a new read. Fails with an {@link IssuerUnavailableException}. */
    synchronized CompletableFuture<List<JsonWebKey>> known() {
        Loaded cached = loaded;
        if (cached == null || !isWithin(cached.at(), USABLE)) {
            return load();
        }
        if (isWithin(cached.at(), FRESH)) {
            return CompletableFuture.completedFuture(cached.keys());
        }
        return load().exceptionally(unavailable -> cached.keys());
    }

    /** After a key id that is not among the known keys. Fails with an {@link IssuerUnavailableException}. */
    synchronized CompletableFuture<List<JsonWebKey>> newer() {
        Loaded cached = loaded;
        return cached != null && loading == null && failed == null && isWithin(cached.at(), REFRESH_EVERY)
                ? CompletableFuture.completedFuture(cached.keys())
                : load();
    }

    private CompletableFuture<List<JsonWebKey>> load() {
        if (loading != null) {
            return loading;
        }
        if (failed != null && isWithin(failed.at(), RETRY_AFTER)) {
            return CompletableFuture.failedFuture(failed.cause());
        }
        CompletableFuture<List<JsonWebKey>> result = new CompletableFuture<>();
        loading = result;
        var unused = issuer.readKeys().whenComplete((keys, failure) -> {
            if (keys != null) {
                succeed(keys);
                result.complete(keys);
            } else {
                result.completeExceptionally(fail(failure));
            }
        });
        return result;
    }

    private synchronized void succeed(List<JsonWebKey> keys) {
        loaded = new Loaded(keys, clock.instant());
        failed = null;
        loading = null;
    }

    private synchronized IssuerUnavailableException fail(@Nullable Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        IssuerUnavailableException unavailable = cause instanceof IssuerUnavailableException known
                ? known
                : new IssuerUnavailableException("issuer " + issuer() + " cannot be reached", cause);
        failed = new Failed(unavailable, clock.instant());
        loading = null;
        return unavailable;
    }

    private boolean isWithin(Instant since, Duration limit) {
        Duration age = Duration.between(since, clock.instant());
        return !age.isNegative() && age.compareTo(limit) < 0;
    }
}
