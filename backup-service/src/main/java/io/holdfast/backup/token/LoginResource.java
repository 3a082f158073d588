package io.holdfast.backup.token;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.holdfast.access.OwnCredential;
import io.holdfast.config.AccessConfig;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.eventing.config.LiveConfig;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The identity provider for logins. Needs no token, because a person has none before the login. */
@Path("/api/access/login")
@Tag(name = "Access")
class LoginResource {
    private final LiveConfig live;

    LoginResource(LiveConfig live) {
        this.live = live;
    }

    @GET
    @OwnCredential("none: discloses issuer and client id")
    @Operation(summary = "The identity provider with which persons log in, and the command line's client id there")
    public Login show() {
        return live.find()
                .map(HoldfastConfig::access)
                .flatMap(AccessConfig::oidc)
                .map(oidc -> new Login(oidc.issuer().toString(), oidc.clientId()))
                .orElseGet(() -> new Login(null, null));
    }

    /**
     * The identity provider.
     *
     * @param issuer absent: persons cannot log in
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Login(@Nullable String issuer, @Nullable String clientId) {}
}
