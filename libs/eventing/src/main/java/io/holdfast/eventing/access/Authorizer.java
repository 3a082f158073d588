package io.holdfast.eventing.access;

import io.holdfast.access.Principal;
import io.holdfast.eventing.caller.Access;
import io.holdfast.eventing.config.LiveConfig;
import jakarta.enterprise.context.ApplicationScoped;

/** What a principal may do by the configuration in effect. */
@ApplicationScoped
public class Authorizer {
    private final LiveConfig live;

    Authorizer(LiveConfig live) {
        this.live = live;
    }

    public Access of(Principal principal) {
        return Access.of(principal, live.find());
    }
}
