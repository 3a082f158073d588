package io.holdfast.backup.vault;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.ToDoubleFunction;

/** Gauges of the last vault check. One replica checks: in the others, and before the first check, values are -1. */
@ApplicationScoped
class VaultMeters {
    private static final double UNKNOWN = -1;

    private final InstantSource clock;
    private volatile Check check = new Check(Instant.EPOCH, UNKNOWN, UNKNOWN);

    VaultMeters(MeterRegistry meters, InstantSource clock) {
        this.clock = clock;
        gauge(meters, "holdfast.vault.up", "Whether the vault could be opened", Check::up);
        gauge(meters, "holdfast.vault.key.escrowed", "Whether a copy of the vault's key is confirmed", Check::escrowed);
    }

    private record Check(Instant until, double up, double escrowed) {}

    /** @param every how often the vault is checked: after the second check that did not come, nothing is known */
    void opened(boolean escrowed, Duration every) {
        check = new Check(until(every), 1, escrowed ? 1 : 0);
    }

    void failed(Duration every) {
        check = new Check(until(every), 0, UNKNOWN);
    }

    private Instant until(Duration every) {
        return clock.instant().plus(every.multipliedBy(2)).plus(Duration.ofMinutes(1));
    }

    private void gauge(MeterRegistry meters, String name, String help, ToDoubleFunction<Check> value) {
        Gauge.builder(name, this, self -> self.current(value))
                .description(help + "; -1: not known to this process")
                .register(meters);
    }

    private double current(ToDoubleFunction<Check> value) {
        Check newest = check;
        return newest.until().isBefore(clock.instant()) ? UNKNOWN : value.applyAsDouble(newest);
    }
}
