package io.holdfast.eventing.access;

import io.holdfast.access.Principal;
import io.holdfast.eventing.limits.RequestLimits;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An {@link Authenticator} within the limits of the address and of the principal. Fails with a {@link RateLimitedException}
 * beyond them, and as the authenticator does.
 */
@ApplicationScoped
class LimitedAuthenticator {
    private static final String WAIT = "wait for the seconds in Retry-After";

    private final Authenticator authenticator;
    private final RequestLimits limits;
    private final MeterRegistry meters;

    LimitedAuthenticator(Authenticator authenticator, RequestLimits limits, MeterRegistry meters) {
        this.authenticator = authenticator;
        this.limits = limits;
        this.meters = meters;
    }

    /** Counts the request for its principal, or without the header for its address. */
    Uni<Principal> authenticate(@Nullable String authorization, String address) {
        if (authorization == null) {
            return anonymous(address).chain(() -> authenticator.authenticate(null));
        }
        return uncounted(authorization, address).call(principal -> {
            Duration wait = limits.ofPrincipal(principal.kind() + " " + principal.name());
            String reason = "principal \"" + principal.name() + "\": too many requests; " + WAIT
                    + ", or raise access.limits.requests";
            return within(wait, "principal", reason, principal);
        });
    }

    /** Counts refused credentials only. */
    Uni<Principal> uncounted(@Nullable String authorization, String address) {
        if (authorization == null) {
            return authenticator.authenticate(null);
        }
        return checkFailures(address)
                .chain(() -> authenticator.authenticate(authorization))
                .onFailure(AuthenticationException.class)
                .invoke(() -> limits.failed(address));
    }

    /** Counts a request without a token, or with a credential that the operation checks itself. */
    Uni<Void> anonymous(String address) {
        String reason = "address " + address + ": too many requests without a token; " + WAIT + ", or send a token";
        return within(limits.ofAddress(address), "address", reason, Principal.anonymous(Set.of()));
    }

    /** Before a credential is checked. */
    Uni<Void> checkFailures(String address) {
        String reason = "address " + address
                + ": too many refused tokens, so that this one was not checked; correct it, and " + WAIT;
        return within(limits.ofFailures(address), "authentication", reason, null);
    }

    /** A credential that the operation checks itself was refused. */
    void failed(String address) {
        limits.failed(address);
    }

    private Uni<Void> within(Duration wait, String limit, String reason, @Nullable Principal principal) {
        if (wait.isZero()) {
            return Uni.createFrom().voidItem();
        }
        meters.counter("holdfast.requests.limited", "limit", limit).increment();
        return Uni.createFrom().failure(new RateLimitedException(reason, wait, principal));
    }
}
