package io.holdfast.eventing.authorization;

import io.holdfast.access.signature.RequestSignature;
import io.holdfast.access.signature.SignedContent;
import io.holdfast.access.signature.SigningKey;
import io.holdfast.config.AccessConfig.ServiceKey;
import io.holdfast.config.SecretUnavailableException;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.eventing.config.LiveConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** Signs the requests that this service sends over Kafka, with {@code access.service-key}. */
@ApplicationScoped
public class RequestSigner {
    private final LiveConfig live;

    RequestSigner(LiveConfig live) {
        this.live = live;
    }

    /**
     * The value of the header; empty if the services have no key.
     *
     * @throws HoldfastException CONFIG_INVALID if the key cannot be read
     */
    public Optional<String> sign(SignedContent content) {
        return live.find().flatMap(config -> config.access().serviceKey()).map(key -> sign(content, key));
    }

    private static String sign(SignedContent content, ServiceKey key) {
        try {
            return RequestSignature.sign(
                    content, SigningKey.parse(key.key().resolve().reveal()), key.id());
        } catch (SecretUnavailableException | IllegalArgumentException e) {
            throw HoldfastException.of(
                    FailureCode.CONFIG_INVALID, "access.service-key: cannot sign a request: " + e.getMessage(), e);
        }
    }
}
