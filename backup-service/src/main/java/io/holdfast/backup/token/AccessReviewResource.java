package io.holdfast.backup.token;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.holdfast.access.Permission;
import io.holdfast.access.Requires;
import io.holdfast.config.AccessConfig;
import io.holdfast.config.AccessConfig.Role;
import io.holdfast.eventing.caller.Caller;
import io.holdfast.eventing.config.LiveConfig;
import io.holdfast.eventing.rest.PageCursor;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Every principal with its roles, scope and last use, for the periodic review of access. */
@Path("/api/access/review")
@Tag(name = "Access")
class AccessReviewResource {
    private final TokenList tokens;
    private final Caller caller;
    private final LiveConfig live;
    private final Clock clock;

    AccessReviewResource(TokenList tokens, Caller caller, LiveConfig live, Clock clock) {
        this.tokens = tokens;
        this.caller = caller;
        this.live = live;
        this.clock = clock;
    }

    @GET
    @Blocking
    @Requires(Permission.MANAGE_ACCESS)
    @Operation(summary = "Every principal that is known by configuration or by a token, its roles, scope and last use")
    public PageCursor.Page<Reviewed> review() {
        caller.access().requireAll(Permission.MANAGE_ACCESS);
        Map<String, Instant> uses = tokens.lastUses();
        AccessConfig access = live.current().access();
        List<Reviewed> all = new ArrayList<>();
        if (!access.anonymous().isEmpty()) {
            all.add(new Reviewed(
                    "anonymous", "access.anonymous", roles(access.anonymous()), List.of(), List.of(), null, null));
        }
        access.tokens()
                .forEach((name, principal) -> all.add(new Reviewed(
                        name,
                        "access.tokens",
                        roles(principal.roles()),
                        principal.sources(),
                        principal.environments(),
                        null,
                        uses.get("config:" + name))));
        access.roles()
                .forEach((value, grant) -> all.add(new Reviewed(
                        value,
                        "access.roles",
                        roles(grant.roles()),
                        grant.sources(),
                        grant.environments(),
                        null,
                        null)));
        all.add(new Reviewed(
                "admin", "admin token file", List.of("admin"), List.of(), List.of(), null, uses.get("config:admin")));
        Instant now = clock.instant();
        tokens.all().stream()
                .filter(token -> token.revokedAt() == null
                        && (token.expiresAt() == null || token.expiresAt().isAfter(now)))
                .forEach(token -> all.add(new Reviewed(
                        token.name(),
                        "token",
                        token.roles(),
                        token.sources(),
                        token.environments(),
                        token.expiresAt(),
                        token.lastUsedAt())));
        return new PageCursor.Page<>(all, null);
    }

    private static List<String> roles(List<Role> roles) {
        return roles.stream().map(role -> role.name().toLowerCase(Locale.ROOT)).toList();
    }

    /**
     * A principal under review.
     *
     * @param principal its name; of {@code access.roles} the value that persons have in their tokens
     * @param origin where the principal is defined
     * @param sources empty together with {@code environments}: all sources
     * @param lastUsedAt within ten minutes; absent: no use is recorded
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Reviewed(
            String principal,
            String origin,
            List<String> roles,
            List<String> sources,
            List<String> environments,
            @Nullable Instant expiresAt,
            @Nullable Instant lastUsedAt) {}
}
