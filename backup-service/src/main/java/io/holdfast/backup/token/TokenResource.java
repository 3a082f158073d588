package io.holdfast.backup.token;

import io.holdfast.access.Permission;
import io.holdfast.access.Requires;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.eventing.caller.Access;
import io.holdfast.eventing.caller.Caller;
import io.holdfast.eventing.config.LiveConfig;
import io.holdfast.eventing.rest.PageCursor;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.time.Clock;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Tokens for programs over REST. */
@Path("/api/tokens")
@Tag(name = "Access")
class TokenResource {
    private final TokenBook book;
    private final TokenList list;
    private final Caller caller;
    private final LiveConfig live;
    private final Clock clock;

    TokenResource(TokenBook book, TokenList list, Caller caller, LiveConfig live, Clock clock) {
        this.book = book;
        this.list = list;
        this.caller = caller;
        this.live = live;
        this.clock = clock;
    }

    @POST
    @Requires(Permission.MANAGE_ACCESS)
    @Operation(
            summary = "Make a token for a program",
            description = "The answer has the token. It is stored nowhere and cannot be shown again.")
    public Uni<MadeView> create(@Nullable TokenRequest request) {
        if (request == null) {
            throw HoldfastException.of(
                    FailureCode.REQUEST_INVALID,
                    "the body is missing; send {\"name\": \"ci\", \"roles\": [\"backup\"]}");
        }
        Access access = admin();
        TokenRequest.Checked checked = request.checked(live.current(), clock.instant());
        return book.create(checked, access.name()).map(made -> new MadeView(made.id(), checked.name(), made.token()));
    }

    @GET
    @Blocking
    @Requires(Permission.MANAGE_ACCESS)
    @Operation(
            summary = "All tokens, the newest first, with their last use",
            description = "Without the tokens themselves.")
    public PageCursor.Page<TokenView> all() {
        admin();
        List<TokenView> tokens = list.all();
        return new PageCursor.Page<>(tokens, null);
    }

    @DELETE
    @Path("{name}")
    @Requires(Permission.MANAGE_ACCESS)
    @Operation(
            summary = "Revoke a token by its name or id",
            description = "It is refused from now on, in the other services within a second.")
    public Uni<RevokedView> revoke(String name) {
        return book.revoke(name, admin().name()).replaceWith(new RevokedView(name));
    }

    /** A principal of some sources could make a token for the others. */
    private Access admin() {
        Access access = caller.access();
        access.requireAll(Permission.MANAGE_ACCESS);
        return access;
    }

    /** @param revoked name or id of the token */
    record RevokedView(String revoked) {}

    /** @param token shown this once */
    record MadeView(String id, String name, String token) {
        @Override
        public String toString() {
            return "token " + name;
        }
    }
}
