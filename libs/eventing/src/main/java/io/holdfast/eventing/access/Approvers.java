package io.holdfast.eventing.access;

import io.holdfast.access.Grant;
import io.holdfast.access.Permission;
import io.holdfast.access.Principal;
import io.holdfast.access.Scope;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.eventing.config.LiveConfig;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Whether anybody but the requester could approve. What nobody can approve would wait in vain. */
@ApplicationScoped
public class Approvers {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final LiveConfig live;
    private final ConfiguredTokens configured;
    private final StoredTokens stored;

    Approvers(LiveConfig live, ConfiguredTokens configured, StoredTokens stored) {
        this.live = live;
        this.configured = configured;
        this.stored = stored;
    }

    /**
     * Fails with REQUEST_FORBIDDEN if the approver's token is newer than the request: whoever requested could have made it.
     */
    public Uni<Void> refuseNewer(Instant requested, Principal approver) {
        if (approver.kind() != Principal.Kind.PROGRAM) {
            return Uni.createFrom().voidItem();
        }
        return stored.isNewerThan(approver.name(), requested)
                .invoke(newer -> {
                    if (newer) {
                        throw HoldfastException.about(
                                approver.name(),
                                FailureCode.REQUEST_FORBIDDEN,
                                "the token of the approver was created after the request; approve with one that existed"
                                        + " before");
                    }
                })
                .replaceWithVoid();
    }

    /**
     * Fails with CONFIG_INVALID if nobody but the requester can approve. Blocks.
     *
     * @param operations what waits for approval, in the plural, for the message
     */
    public void refuseWithout(String source, String requester, String operations) {
        HoldfastConfig config = live.current();
        Stream<Principal> persons = config.access().roles().entrySet().stream()
                .map(role -> new Principal(
                        "persons with " + role.getKey(),
                        Principal.Kind.PERSON,
                        List.of(new Grant(
                                Set.copyOf(role.getValue().roles()),
                                Scope.of(
                                        role.getValue().sources(),
                                        role.getValue().environments())))));
        Stream<Principal> programs =
                Stream.concat(configured.principals().stream(), stored.all().await().atMost(PATIENCE).stream());
        boolean any = Stream.concat(persons, programs)
                .filter(principal -> !principal.name().equals(requester))
                .anyMatch(principal ->
                        principal.sources(Permission.APPROVE, config).contains(source));
        if (!any) {
            throw HoldfastException.about(
                    source,
                    FailureCode.CONFIG_INVALID,
                    operations + " of source \"" + source
                            + "\" need the approval of a second user, and no user can"
                            + " give it: create a token with the role approver (./holdfast token create), or set"
                            + " approval to none for this source");
        }
    }
}
