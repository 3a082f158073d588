package io.holdfast.restore.plan;

import io.holdfast.access.Grant;
import io.holdfast.access.Permission;
import io.holdfast.access.Principal;
import io.holdfast.access.Scope;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.eventing.access.StoredTokens;
import io.holdfast.eventing.config.LiveConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Whether anybody but the requester could approve a restore. One that nobody can approve would wait in vain. */
@ApplicationScoped
class Approvers {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final LiveConfig live;
    private final StoredTokens tokens;

    Approvers(LiveConfig live, StoredTokens tokens) {
        this.live = live;
        this.tokens = tokens;
    }

    /** Blocks. */
    void refuseWithout(String source, String requester) {
        HoldfastConfig config = live.current();
        Stream<Principal> configured = config.access().tokens().entrySet().stream()
                .map(token -> new Principal(
                        token.getKey(),
                        Principal.Kind.PROGRAM,
                        List.of(new Grant(
                                Set.copyOf(token.getValue().roles()),
                                Scope.of(
                                        token.getValue().sources(),
                                        token.getValue().environments())))));
        Stream<Principal> stored = tokens.all().await().atMost(PATIENCE).stream();
        boolean any = Stream.concat(configured, stored)
                .filter(principal -> !principal.name().equals(requester))
                .anyMatch(principal ->
                        principal.sources(Permission.APPROVE, config).contains(source));
        if (!any) {
            throw HoldfastException.about(
                    source,
                    FailureCode.CONFIG_INVALID,
                    "restores over live data of source \"" + source
                            + "\" need the approval of a second user, and no user can"
                            + " give it: create a token with the role approver (./holdfast token create), or set"
                            + " approval: none for this source");
        }
    }
}
