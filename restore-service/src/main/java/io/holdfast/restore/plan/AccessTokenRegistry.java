package io.holdfast.restore.plan;

import io.holdfast.access.Principal;
import io.holdfast.config.AccessConfig;
import io.holdfast.config.AccessConfig.Role;
import io.holdfast.config.SecretUnavailableException;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.eventing.config.LiveConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Who asks, by the static tokens of {@code access.tokens}. Where there are none, everybody who reaches the service may ask
 * for restores; approving one always takes a token.
 */
@ApplicationScoped
public class AccessTokenRegistry {
    private static final Logger LOG = Logger.getLogger(AccessTokenRegistry.class);
    private static final String BEARER = "Bearer ";
    private static final Set<Role> RESTORERS = EnumSet.of(Role.RESTORER, Role.ADMIN);
    private static final Set<Role> APPROVERS = EnumSet.of(Role.APPROVER, Role.ADMIN);

    private final LiveConfig live;

    AccessTokenRegistry(LiveConfig live) {
        this.live = live;
    }

    private Map<String, AccessConfig.Principal> tokens() {
        return live.current().access().tokens();
    }

    /**
     * Whoever asks.
     *
     * @param name for records: a principal's name, or where an unknown one asked from
     * @param known whether a token showed it
     * @param free whether nobody has to show anything
     * @param overRest where a token can be shown
     */
    public record Requester(String name, boolean known, Set<Role> roles, boolean free, boolean overRest) {

        /**
         * @param approved whether another person approves it before anything happens
         * @throws HoldfastException REQUEST_FORBIDDEN
         */
        void mayTouchLive(boolean approved) {
            if (!free && !has(RESTORERS) && (known || overRest || !approved)) {
                throw forbidden("restoring over live data takes the role restorer");
            }
        }

        /** @throws HoldfastException REQUEST_FORBIDDEN */
        public void mayRollBack() {
            if (!free && !has(RESTORERS)) {
                throw forbidden("rolling a restore back takes the role restorer, shown by a token over REST");
            }
        }

        /** @throws HoldfastException REQUEST_FORBIDDEN, or REQUEST_INVALID without a reason */
        void mayGoWithoutSafety(String why) {
            if (why.isBlank()) {
                throw HoldfastException.of(
                        FailureCode.REQUEST_INVALID, "say why there is to be no safety backup (withoutSafety)");
            }
            if (!free && !has(RESTORERS)) {
                throw forbidden("going without a safety backup takes the role restorer, shown by a token over REST");
            }
        }

        /** @throws HoldfastException REQUEST_FORBIDDEN */
        public void mayApprove(String requester) {
            if (!has(APPROVERS)) {
                throw forbidden("approving a restore takes a token with the role approver");
            }
            if (name.equals(requester)) {
                throw forbidden("the user who requested a restore cannot approve it; another user must approve it");
            }
        }

        private boolean has(Set<Role> enough) {
            return roles.stream().anyMatch(enough::contains);
        }

        private HoldfastException forbidden(String what) {
            return HoldfastException.about(name, FailureCode.REQUEST_FORBIDDEN, what + " (asked by " + name + ")");
        }
    }

    /** Somebody without a token. */
    public Requester unknown(String from, boolean overRest) {
        return new Requester(from, false, Set.of(), tokens().isEmpty(), overRest);
    }

    /** A producer, by its signature. The scopes of its roles were checked. */
    public Requester producer(Principal producer) {
        Set<Role> roles = producer.grants().stream()
                .flatMap(grant -> grant.roles().stream())
                .collect(Collectors.toSet());
        return new Requester(producer.name(), true, roles, false, false);
    }

    /** One of the configured principals, by its name. */
    public Requester named(String name) {
        AccessConfig.Principal principal = tokens().get(name);
        return principal == null
                ? unknown(name, true)
                : new Requester(name, true, Set.copyOf(principal.roles()), false, true);
    }

    /**
     * The principal of a request over REST; empty if it shows no token.
     *
     * @throws HoldfastException REQUEST_FORBIDDEN if the token is nobody's, or missing where there are tokens and one is needed
     */
    public Optional<String> of(@Nullable String authorization) {
        if (authorization == null) {
            return Optional.empty();
        }
        byte[] shown = authorization.startsWith(BEARER)
                ? authorization.substring(BEARER.length()).strip().getBytes(StandardCharsets.UTF_8)
                : new byte[0];
        String found = null;
        for (Map.Entry<String, AccessConfig.Principal> entry : tokens().entrySet()) {
            // all are compared, so that the time says nothing
            if (isToken(entry.getKey(), entry.getValue(), shown)) {
                found = entry.getKey();
            }
        }
        if (found == null) {
            throw HoldfastException.of(
                    FailureCode.REQUEST_FORBIDDEN, "the token is unknown; see access.tokens in holdfast.yaml");
        }
        return Optional.of(found);
    }

    private static boolean isToken(String name, AccessConfig.Principal principal, byte[] shown) {
        try {
            byte[] token = principal.token().resolve().reveal().getBytes(StandardCharsets.UTF_8);
            return token.length > 0 && MessageDigest.isEqual(token, shown);
        } catch (SecretUnavailableException e) {
            LOG.warnf("access.tokens.%s: %s", name, e.getMessage());
            return false;
        }
    }

    /** Where nobody could approve, a restore that needs it would wait in vain. */
    void refuseWithoutApprovers(String source) {
        boolean any = tokens().values().stream()
                .flatMap(principal -> principal.roles().stream())
                .anyMatch(APPROVERS::contains);
        if (!any) {
            throw HoldfastException.about(
                    source,
                    FailureCode.CONFIG_INVALID,
                    "restores over live data of source \"" + source
                            + "\" need the approval of a second user, and no user can"
                            + " give it: add a token with the role approver below access.tokens in holdfast.yaml, or set"
                            + " approval: none for this source");
        }
    }
}
