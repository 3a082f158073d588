package io.holdfast.eventing.access;

import io.holdfast.access.Permission;
import io.holdfast.access.Principal;
import io.holdfast.access.Requires;
import io.holdfast.eventing.caller.Caller;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The caller's own name and roles. */
@Path("/api/whoami")
@Tag(name = "Access")
class WhoamiResource {
    private final Caller caller;

    WhoamiResource(Caller caller) {
        this.caller = caller;
    }

    @GET
    @Requires(Permission.IDENTIFY)
    @Operation(summary = "The caller's name, roles and permissions")
    public WhoamiView show() {
        Principal principal = caller.access().principal();
        return new WhoamiView(
                principal.name(),
                principal.kind(),
                principal.grants().stream()
                        .map(grant -> new GrantView(
                                grant.roles().stream()
                                        .map(role -> role.name().toLowerCase(Locale.ROOT))
                                        .sorted()
                                        .toList(),
                                grant.scope().all(),
                                grant.scope().sources().stream().sorted().toList(),
                                grant.scope().environments().stream().sorted().toList()))
                        .toList(),
                Stream.of(Permission.values()).filter(principal::has).toList());
    }

    record WhoamiView(String name, Principal.Kind kind, List<GrantView> grants, List<Permission> permissions) {}

    /** @param allSources whether the roles count on every source */
    record GrantView(List<String> roles, boolean allSources, List<String> sources, List<String> environments) {}
}
