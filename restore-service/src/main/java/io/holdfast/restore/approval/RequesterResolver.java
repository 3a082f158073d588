package io.holdfast.restore.approval;

import io.holdfast.eventing.cloudevents.ReceivedMessage;
import io.holdfast.restore.plan.AccessTokenRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import org.jspecify.annotations.Nullable;

/** Who asked for something: over REST a token says so, over Kafka a signature. */
@ApplicationScoped
public class RequesterResolver {
    private static final String BY = "/by/";

    private final AccessTokenRegistry accessTokenRegistry;

    RequesterResolver(AccessTokenRegistry accessTokenRegistry) {
        this.accessTokenRegistry = accessTokenRegistry;
    }

    /** The source of a request over REST, which is part of its identity: two principals' keys are two. */
    public String source(String path, @Nullable String authorization) {
        return accessTokenRegistry
                .of(authorization)
                .map(name -> path + BY + name)
                .orElse(path);
    }

    public AccessTokenRegistry.Requester of(ReceivedMessage<?> receivedMessage) {
        String source = receivedMessage.source();
        int by = source.lastIndexOf(BY);
        boolean overRest = receivedMessage.isOverRest();
        if (!overRest && receivedMessage.principal().isKnown()) {
            return accessTokenRegistry.producer(receivedMessage.principal());
        }
        return overRest && by >= 0
                ? accessTokenRegistry.named(source.substring(by + BY.length()))
                : accessTokenRegistry.unknown(source, overRest);
    }

    /** Of a request that has no identity of its own. */
    public AccessTokenRegistry.Requester shown(String path, @Nullable String authorization) {
        return accessTokenRegistry
                .of(authorization)
                .map(accessTokenRegistry::named)
                .orElseGet(() -> accessTokenRegistry.unknown(path, true));
    }
}
