package io.holdfast.backup.schedule;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Locale;

/** Counts of decided slots, by source and state. */
@ApplicationScoped
class SlotMeters {
    private final MeterRegistry meters;

    SlotMeters(MeterRegistry meters) {
        this.meters = meters;
    }

    void decided(String source, SlotState state) {
        counter(source, state).increment();
    }

    /** Makes the counters of a source visible before its first slot. */
    void known(String source) {
        for (SlotState state : SlotState.values()) {
            counter(source, state);
        }
    }

    private Counter counter(String source, SlotState state) {
        return Counter.builder("holdfast.schedule.slots")
                .description("Slots of schedules that this process decided on")
                .tag("source", source)
                .tag("state", state.name().toLowerCase(Locale.ROOT))
                .register(meters);
    }
}
