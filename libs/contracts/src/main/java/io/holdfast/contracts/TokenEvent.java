package io.holdfast.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Stored tokens, from backup-service to all services. The topic is compacted by the token's id, so that a service that starts
 * with an empty database receives every token.
 */
public sealed interface TokenEvent extends Event {
    /** A UUID; it identifies the token and authenticates nobody. */
    String tokenId();

    /**
     * A token counts from now on.
     *
     * @param hash SHA-256 of the token in hex. The token has 256 random bits, so that the hash does not lead back to it.
     * @param sources limits the roles; empty together with {@code environments}: all sources
     * @param expiresAt absent: never
     */
    @EventType("TokenCreated")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Created(
            String tokenId,
            String name,
            String hash,
            List<String> roles,
            List<String> sources,
            List<String> environments,
            @Nullable Instant expiresAt,
            String createdBy,
            Instant createdAt)
            implements TokenEvent {
        public Created {
            RequiredFields.fields("tokenId", tokenId, "name", name, "hash", hash);
            RequiredFields.fields("createdBy", createdBy, "createdAt", createdAt);
            roles = RequiredFields.list("roles", roles);
            sources = RequiredFields.list("sources", sources);
            environments = RequiredFields.list("environments", environments);
        }
    }

    /** A token counts no more. */
    @EventType("TokenRevoked")
    record Revoked(String tokenId, String name, String revokedBy, Instant revokedAt) implements TokenEvent {
        public Revoked {
            RequiredFields.fields("tokenId", tokenId, "name", name, "revokedBy", revokedBy, "revokedAt", revokedAt);
        }
    }
}
