package io.holdfast.eventing.inbox;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;

/** Counts what came in and had no effect. */
@ApplicationScoped
class InboxMeters {
    private final MeterRegistry meters;

    InboxMeters(MeterRegistry meters) {
        this.meters = meters;
    }

    void duplicate(String consumer) {
        meters.counter("holdfast.inbox.duplicates", "consumer", consumer).increment();
    }

    void ignored(String consumer, String why) {
        meters.counter("holdfast.inbox.ignored", "consumer", consumer, "why", why)
                .increment();
    }

    void rejected(String consumer, String code) {
        meters.counter("holdfast.requests.rejected", "consumer", consumer, "code", code)
                .increment();
    }
}
