package io.holdfast.eventing.authorization;

import io.holdfast.access.Grant;
import io.holdfast.access.Principal;
import io.holdfast.access.Principal.Kind;
import io.holdfast.access.Scope;
import io.holdfast.access.signature.InvalidSignatureException;
import io.holdfast.access.signature.SignatureVerifier;
import io.holdfast.config.AccessConfig;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.eventing.cloudevents.SignatureClaim;
import java.security.PublicKey;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The producers of one configuration: whose key made a signature. Immutable. */
final class Producers {
    static final Producers NONE = new Producers(Map.of(), Map.of(), Duration.ZERO);

    private final SignatureVerifier verifier;
    private final Map<String, Principal> byKeyId;

    private Producers(Map<String, PublicKey> keys, Map<String, Principal> byKeyId, Duration maxAge) {
        this.verifier = new SignatureVerifier(keys, maxAge);
        this.byKeyId = Map.copyOf(byKeyId);
    }

    static Producers of(HoldfastConfig config) {
        Map<String, PublicKey> keys = new HashMap<>();
        Map<String, Principal> principals = new HashMap<>();
        config.access()
                .producers()
                .forEach((name, producer) -> producer.keys().forEach((id, file) -> {
                    keys.put(name + "/" + id, file.key());
                    principals.put(name + "/" + id, principal(name, producer));
                }));
        return new Producers(keys, principals, config.access().requestMaxAge());
    }

    private static Principal principal(String name, AccessConfig.Producer producer) {
        Scope scope = Scope.of(producer.sources(), producer.environments());
        return new Principal(name, Kind.PRODUCER, List.of(new Grant(Set.copyOf(producer.roles()), scope)));
    }

    Principal signer(SignatureClaim claim, InstantSource clock) throws InvalidSignatureException {
        return Objects.requireNonNull(byKeyId.get(verifier.verify(claim.headers(), claim.content(), clock)));
    }
}
