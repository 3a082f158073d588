package io.holdfast.notifier.delivery;

import io.holdfast.eventing.config.ConfigChange;
import io.holdfast.eventing.config.LiveConfig;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Locale;

/** Counts messages by channel and outcome; configured channels are there with 0 from the start. */
@ApplicationScoped
class DeliveryMeters {
    private final MeterRegistry meters;
    private final LiveConfig live;

    DeliveryMeters(MeterRegistry meters, LiveConfig live) {
        this.meters = meters;
        this.live = live;
    }

    enum Outcome {
        DELIVERED,
        FAILED
    }

    void start(@Observes StartupEvent ignored) {
        known();
    }

    void changed(@Observes ConfigChange ignored) {
        known();
    }

    private void known() {
        live.find()
                .ifPresent(config -> config.channels().keySet().forEach(channel -> {
                    for (Outcome outcome : Outcome.values()) {
                        var unused = counter(channel, outcome);
                    }
                }));
    }

    void count(String channel, Outcome outcome) {
        counter(channel, outcome).increment();
    }

    private Counter counter(String channel, Outcome outcome) {
        return Counter.builder("holdfast.deliveries")
                .description("Messages to people that ended, by channel")
                .tag("channel", channel)
                .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                .register(meters);
    }
}
