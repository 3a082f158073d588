package io.holdfast.eventing.oidc;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.holdfast.config.OidcConfig;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Asks the issuer about tokens that are no JWTs (RFC 7662). The answer for a valid token counts for {@link #CACHED}; callers
 * with the same token share one request. Holds the hashes of tokens only. Safe for many threads.
 */
final class TokenIntrospection {
    /** A token that the issuer revoked is refused after this time. */
    static final Duration CACHED = Duration.ofSeconds(30);

    private static final int MOST = 10_000;

    private final OidcConfig oidc;
    private final IntrospectionEndpoint endpoint;
    private final InstantSource clock;
    private final AsyncCache<String, Claims> valid;

    TokenIntrospection(OidcConfig oidc, OidcConfig.Introspection configured, InstantSource clock) {
        this.oidc = oidc;
        this.endpoint = new IntrospectionEndpoint(configured, clock);
        this.clock = clock;
        this.valid = Caffeine.newBuilder()
                .maximumSize(MOST)
                .expireAfterWrite(CACHED)
                .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
                .executor(Runnable::run)
                .buildAsync();
    }

    /** The configuration by which it asks. */
    OidcConfig oidc() {
        return oidc;
    }

    /** Fails with an {@link InvalidTokenException} or an {@link IssuerUnavailableException}. */
    CompletableFuture<Claims> verify(String token) {
        if (token.length() > TokenVerifier.MAX_LENGTH) {
            return CompletableFuture.failedFuture(new InvalidTokenException("the token is longer than 16 KiB"));
        }
        return valid.get(hash(token), (key, executor) -> endpoint.ask(token).thenApply(this::checked))
                .thenApply(this::inTime);
    }

    private Claims checked(Claims claims) {
        if (!Boolean.TRUE.equals(claims.at("active"))) {
            throw new InvalidTokenException("the token is unknown, expired or revoked");
        }
        if (!claims.values("aud").contains(oidc.audience())) {
            throw new InvalidTokenException("the token is for another audience");
        }
        if (claims.at("iss") != null && !oidc.issuer().toString().equals(claims.at("iss"))) {
            throw new InvalidTokenException("the token is of another issuer");
        }
        return claims;
    }

    /** Not only when asked: a token may expire while its answer is cached. */
    private Claims inTime(Claims claims) {
        Instant now = clock.instant();
        if (claims.at("exp") instanceof Number end
                && !now.isBefore(Instant.ofEpochSecond(end.longValue()).plus(oidc.clockSkew()))) {
            throw new InvalidTokenException("the token has expired");
        }
        if (claims.at("nbf") instanceof Number begin
                && now.isBefore(Instant.ofEpochSecond(begin.longValue()).minus(oidc.clockSkew()))) {
            throw new InvalidTokenException("the token is not valid yet");
        }
        return claims;
    }

    private static String hash(String token) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
