package io.holdfast.eventing.access;

import io.holdfast.access.Grant;
import io.holdfast.access.Principal;
import io.holdfast.access.Scope;
import io.holdfast.config.AccessConfig;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.config.SecretRef;
import io.holdfast.config.SecretUnavailableException;
import io.holdfast.eventing.config.LiveConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jboss.logging.Logger;

/**
 * The tokens of {@code access.tokens}, and that of the principal {@code admin} in the file that the environment variable
 * {@value #ADMIN_FILE} names. Read at each request, so that a rotated one counts at once.
 */
@ApplicationScoped
public class ConfiguredTokens {
    private static final Logger LOG = Logger.getLogger(ConfiguredTokens.class);

    /** Before the SHA-256 of a token, in hex, where a service does not need the token itself. */
    private static final String HASHED = "sha256:";

    static final String ADMIN = "admin";
    static final String ADMIN_FILE = "HOLDFAST_ADMIN_TOKEN_PATH";

    private final LiveConfig live;
    private final Optional<AccessConfig.Principal> admin;

    ConfiguredTokens(LiveConfig live) {
        this.live = live;
        this.admin = Optional.ofNullable(System.getenv(ADMIN_FILE))
                .filter(file -> !file.isBlank())
                .map(file -> new AccessConfig.Principal(
                        SecretRef.file(Path.of(file)), List.of(AccessConfig.Role.ADMIN), List.of(), List.of()));
    }

    Optional<Principal> find(String token) {
        byte[] shown = token.getBytes(StandardCharsets.UTF_8);
        Optional<Principal> found = Optional.empty();
        Map<String, AccessConfig.Principal> tokens = live.find()
                .map(HoldfastConfig::access)
                .map(AccessConfig::tokens)
                .orElse(Map.of());
        for (Map.Entry<String, AccessConfig.Principal> entry : tokens.entrySet()) {
            // all are compared, so that the time of an answer does not depend on the token
            if (matches(entry.getKey(), entry.getValue(), shown)) {
                found = Optional.of(principal(entry.getKey(), entry.getValue()));
            }
        }
        if (admin.isPresent() && matches(ADMIN, admin.get(), shown)) {
            found = Optional.of(principal(ADMIN, admin.get()));
        }
        return found;
    }

    /** The principals of all configured tokens, the admin token's among them. */
    public List<Principal> principals() {
        Map<String, AccessConfig.Principal> tokens = new TreeMap<>(live.find()
                .map(HoldfastConfig::access)
                .map(AccessConfig::tokens)
                .orElse(Map.of()));
        admin.ifPresent(configured -> tokens.put(ADMIN, configured));
        return tokens.entrySet().stream()
                .map(token -> principal(token.getKey(), token.getValue()))
                .toList();
    }

    private static Principal principal(String name, AccessConfig.Principal configured) {
        Scope scope = Scope.of(configured.sources(), configured.environments());
        return new Principal(name, Principal.Kind.PROGRAM, List.of(new Grant(Set.copyOf(configured.roles()), scope)));
    }

    private static boolean matches(String name, AccessConfig.Principal configured, byte[] shown) {
        try {
            String token = configured.token().resolve().reveal();
            boolean hashed = token.startsWith(HASHED);
            byte[] known = (hashed ? token.substring(HASHED.length()) : token).getBytes(StandardCharsets.UTF_8);
            byte[] compared = hashed ? TokenHash.of(shown).getBytes(StandardCharsets.UTF_8) : shown;
            return known.length > 0 && MessageDigest.isEqual(known, compared);
        } catch (SecretUnavailableException e) {
            LOG.warnf("access.tokens.%s: %s", name, e.getMessage());
            return false;
        }
    }
}
