package io.holdfast.eventing.oidc;

import io.holdfast.access.Principal;
import io.holdfast.config.AccessConfig;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.config.OidcConfig;
import io.holdfast.eventing.config.LiveConfig;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The persons of {@code access.oidc}. A changed configuration counts from the next request. */
@ApplicationScoped
public class OidcTokens {
    private static final Logger LOG = Logger.getLogger(OidcTokens.class);

    private static final String UNKNOWN = "the token is unknown, expired or revoked";

    private final LiveConfig live;
    private final Clock clock;
    private @Nullable IssuerKeys keys;
    private @Nullable TokenIntrospection introspection;

    OidcTokens(LiveConfig live, Clock clock) {
        this.live = live;
        this.clock = clock;
    }

    /** Three parts with dots between. */
    private static boolean isJwt(String token) {
        return token.chars().filter(character -> character == '.').count() == 2;
    }

    /**
     * Finds the person of a token: of a JWT by its signature, of another token by introspection if that is configured. Fails with an {@link InvalidTokenException} if the token is not accepted, and with an
     * {@link IssuerUnavailableException} if it cannot be checked now. The result arrives on the caller's Vert.x context.
     */
    public Uni<Principal> authenticate(String token) {
        Optional<AccessConfig> access = live.find().map(HoldfastConfig::access);
        OidcConfig oidc = access.flatMap(AccessConfig::oidc).orElse(null);
        if (access.isEmpty() || oidc == null) {
            return Uni.createFrom().failure(new InvalidTokenException(UNKNOWN));
        }
        Persons persons = new Persons(oidc, access.get().roles());
        return onThisContext(claims(token, oidc).thenApply(persons::of))
                .onFailure(IssuerUnavailableException.class)
                .invoke(failure -> LOG.warnf("a token cannot be checked: %s", failure.getMessage()));
    }

    private CompletableFuture<Claims> claims(String token, OidcConfig oidc) {
        if (isJwt(token)) {
            return new TokenVerifier(oidc, keysOf(oidc.issuer()), clock).verify(token);
        }
        return oidc.introspection()
                .map(endpoint -> introspection(oidc, endpoint).verify(token))
                .orElseGet(() -> CompletableFuture.failedFuture(new InvalidTokenException(UNKNOWN)));
    }

    private synchronized TokenIntrospection introspection(OidcConfig oidc, OidcConfig.Introspection endpoint) {
        TokenIntrospection known = introspection;
        if (known == null || !known.oidc().equals(oidc)) {
            known = new TokenIntrospection(oidc, endpoint, clock);
            introspection = known;
        }
        return known;
    }

    private synchronized IssuerKeys keysOf(URI issuer) {
        IssuerKeys known = keys;
        if (known == null || !known.issuer().toString().equals(issuer.toString())) {
            known = new IssuerKeys(issuer, clock);
            keys = known;
        }
        return known;
    }

    private static <T> Uni<T> onThisContext(CompletableFuture<T> result) {
        Context caller = Vertx.currentContext();
        Uni<T> uni = Uni.createFrom().completionStage(result);
        return caller == null || result.isDone() ? uni : uni.emitOn(task -> caller.runOnContext(ignored -> task.run()));
    }
}
