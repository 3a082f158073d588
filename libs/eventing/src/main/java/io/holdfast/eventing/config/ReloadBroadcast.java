package io.holdfast.eventing.config;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;

/** Tells the beans of the service of a reload, and counts reloads. */
@Singleton
class ReloadBroadcast implements ReloadListener {
    private final Instance<ConfigParticipant> participants;
    private final Event<ConfigChange> changes;
    private final Counter applied;
    private final Counter refused;

    ReloadBroadcast(Instance<ConfigParticipant> participants, Event<ConfigChange> changes, MeterRegistry meters) {
        this.participants = participants;
        this.changes = changes;
        this.applied = counter(meters, "applied");
        this.refused = counter(meters, "refused");
    }

    private static Counter counter(MeterRegistry meters, String result) {
        return Counter.builder("holdfast.config.reloads")
                .description("Changed contents of holdfast.yaml, by what became of them")
                .tag("result", result)
                .register(meters);
    }

    @Override
    public void take(ConfigChange change) {
        participants.forEach(participant -> participant.take(change));
    }

    @Override
    public void applied(ConfigChange change) {
        applied.increment();
        changes.fire(change);
    }

    @Override
    public void refused() {
        refused.increment();
    }
}
