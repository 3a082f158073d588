package io.holdfast.eventing.access;

import io.holdfast.access.Principal;
import io.holdfast.config.AccessConfig;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.eventing.config.LiveConfig;
import io.holdfast.eventing.oidc.InvalidTokenException;
import io.holdfast.eventing.oidc.OidcTokens;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds the principal of a request by its header {@code Authorization}. */
@ApplicationScoped
class Authenticator {
    private static final Pattern BEARER = Pattern.compile("(?i)bearer +(\\S+) *");
    private static final int LONGEST = 16 * 1024;

    private final LiveConfig live;
    private final ConfiguredTokens configured;
    private final StoredTokens stored;
    private final OidcTokens persons;
    private final TokenUse use;

    Authenticator(LiveConfig live, ConfiguredTokens configured, StoredTokens stored, OidcTokens persons, TokenUse use) {
        this.live = live;
        this.configured = configured;
        this.stored = stored;
        this.persons = persons;
        this.use = use;
    }

    /**
     * Without the header: anonymous. Fails with an {@link AuthenticationException} if the credential is not accepted, and with
     * an {@link io.holdfast.eventing.oidc.IssuerUnavailableException} if it cannot be checked now.
     */
    Uni<Principal> authenticate(@Nullable String authorization) {
        if (authorization == null) {
            return Uni.createFrom().item(anonymous());
        }
        Matcher bearer = BEARER.matcher(authorization);
        if (authorization.length() > LONGEST || !bearer.matches()) {
            return refused("header Authorization has no bearer token; send Authorization: Bearer <token>");
        }
        String token = bearer.group(1);
        return configured
                .find(token)
                .map(principal -> Uni.createFrom().item(principal).invoke(found -> use.ofConfigured(found.name())))
                .orElseGet(() -> other(token));
    }

    private Uni<Principal> other(String token) {
        return token.startsWith(TokenHash.PREFIX) ? stored(token) : person(token);
    }

    private Uni<Principal> person(String token) {
        return persons.authenticate(token)
                .onFailure(InvalidTokenException.class)
                .transform(failure -> new AuthenticationException(String.valueOf(failure.getMessage()), null));
    }

    private Uni<Principal> stored(String token) {
        return stored.find(TokenHash.of(token))
                .chain(found -> found.map(known -> {
                            use.ofStored(known.tokenId());
                            return Uni.createFrom().item(known.principal());
                        })
                        .orElseGet(Authenticator::unknown));
    }

    private Principal anonymous() {
        List<AccessConfig.Role> roles = live.find()
                .map(HoldfastConfig::access)
                .map(AccessConfig::anonymous)
                .orElse(List.of());
        return Principal.anonymous(Set.copyOf(roles));
    }

    private static Uni<Principal> unknown() {
        return refused("the token is unknown, expired or revoked");
    }

    private static Uni<Principal> refused(String reason) {
        return Uni.createFrom().failure(new AuthenticationException(reason, null));
    }
}
