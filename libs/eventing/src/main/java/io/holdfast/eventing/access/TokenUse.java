package io.holdfast.eventing.access;

import io.holdfast.contracts.AccessEvent;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Tells when tokens are used, at most once in ten minutes for each. */
@ApplicationScoped
class TokenUse {
    private static final Duration EVERY = Duration.ofMinutes(10);

    private final Map<String, Instant> told = new ConcurrentHashMap<>();
    private final AccessLog log;
    private final Clock clock;
    private final String service;

    TokenUse(AccessLog log, Clock clock, @ConfigProperty(name = "quarkus.application.name") String service) {
        this.log = log;
        this.clock = clock;
        this.service = service;
    }

    void ofConfigured(String name) {
        used("config:" + name);
    }

    void ofStored(String tokenId) {
        used(tokenId);
    }

    private void used(String credential) {
        Instant now = clock.instant();
        Instant before = told.get(credential);
        if (before != null && now.isBefore(before.plus(EVERY)) && !now.isBefore(before)) {
            return;
        }
        if (before == null ? told.putIfAbsent(credential, now) == null : told.replace(credential, before, now)) {
            log.later(new AccessEvent.TokenUsed(credential, service, now));
        }
    }
}
