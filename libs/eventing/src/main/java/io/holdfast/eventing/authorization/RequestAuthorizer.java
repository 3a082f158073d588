package io.holdfast.eventing.authorization;

import io.holdfast.access.Permission;
import io.holdfast.access.Principal;
import io.holdfast.access.VisibleSources;
import io.holdfast.access.signature.InvalidSignatureException;
import io.holdfast.access.signature.RequestSignature;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.config.SourceConfig;
import io.holdfast.config.UnsignedRequests;
import io.holdfast.contracts.Event;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.eventing.cloudevents.CloudEventEnvelope;
import io.holdfast.eventing.cloudevents.ReceivedMessage;
import io.holdfast.eventing.cloudevents.SignatureClaim;
import io.holdfast.eventing.config.LiveConfig;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Says who sent a request over Kafka, and refuses those that may not. Requests over REST are the HTTP filter's. */
@ApplicationScoped
public class RequestAuthorizer {
    private static final String GUIDE = "; see \"Requests over Kafka\" in docs/guide/access.md";

    private final LiveConfig live;
    private final Supplier<Producers> producers;
    private final Clock clock;

    RequestAuthorizer(LiveConfig live, Clock clock) {
        this.live = live;
        this.producers = live.derived(Producers::of);
        this.clock = clock;
    }

    /**
     * The producer that signed the request, or the anonymous principal without roles if the request has no signature.
     *
     * @throws HoldfastException REQUEST_FORBIDDEN if the signature is not valid; says which check failed
     */
    public Principal authenticate(CloudEventEnvelope request) {
        SignatureClaim claim = request.signature();
        if (claim == null) {
            return Principal.anonymous(Set.of());
        }
        try {
            Producers known = live.find().isPresent() ? producers.get() : Producers.NONE;
            return known.signer(claim, clock);
        } catch (InvalidSignatureException e) {
            throw HoldfastException.of(
                    FailureCode.REQUEST_FORBIDDEN,
                    "the header " + RequestSignature.HEADER + " is not valid (" + e.check() + "): " + e.getMessage()
                            + GUIDE,
                    e);
        }
    }

    /** Fails with REQUEST_FORBIDDEN if the principal of the request may not send it. */
    public <E extends Event> Uni<Void> authorize(ReceivedMessage<E> request, RequestedSources<E> sources) {
        Principal principal = request.principal();
        Permission permission = RequestPermissions.of(request.event());
        boolean unsigned = !principal.isKnown();
        if (unsigned && !RequestPermissions.mayBeUnsigned(request.event())) {
            return refused(
                    "a request of this type over Kafka needs a signature in the header " + RequestSignature.HEADER);
        }
        if (!unsigned && !principal.has(permission)) {
            return refused(who(principal) + " has no role that may " + permission.label());
        }
        VisibleSources visible = unsigned ? VisibleSources.NONE : visible(principal, permission);
        if (visible.all()) {
            return Uni.createFrom().voidItem();
        }
        return sources.of(request.event())
                .chain(names -> unsigned ? unsigned(names) : signed(principal, permission, visible, names));
    }

    private VisibleSources visible(Principal principal, Permission permission) {
        return live.find().map(config -> principal.sources(permission, config)).orElse(VisibleSources.NONE);
    }

    private static Uni<Void> signed(
            Principal principal, Permission permission, VisibleSources visible, Set<String> names) {
        return !names.isEmpty() && names.stream().allMatch(visible::contains)
                ? Uni.createFrom().voidItem()
                : refused(who(principal) + " may not " + permission.label() + " on this source");
    }

    private Uni<Void> unsigned(Set<String> names) {
        Optional<String> strict = names.stream().filter(this::needsSignature).findFirst();
        return strict.isEmpty()
                ? Uni.createFrom().voidItem()
                : refused("source \"" + strict.get() + "\" needs a signature of each request over Kafka, in the header "
                        + RequestSignature.HEADER + " (unsigned-requests: reject)");
    }

    /** A source that is not configured needs none: the service says that there is no such source. */
    private boolean needsSignature(String source) {
        return live.find()
                .map(HoldfastConfig::sources)
                .map(configured -> configured.get(source))
                .map(SourceConfig::unsignedRequests)
                .filter(UnsignedRequests.REJECT::equals)
                .isPresent();
    }

    private static String who(Principal principal) {
        return "producer \"" + principal.name() + "\"";
    }

    private static Uni<Void> refused(String why) {
        return Uni.createFrom().failure(HoldfastException.of(FailureCode.REQUEST_FORBIDDEN, why + GUIDE));
    }
}
