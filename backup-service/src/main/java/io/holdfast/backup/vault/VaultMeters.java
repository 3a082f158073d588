package io.holdfast.backup.vault;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.ToDoubleFunction;

/** What the last check of the vault found. One replica checks: in the others, and before the first check, values are -1. */
@ApplicationScoped
class VaultMeters {
    private static final double UNKNOWN = -1;
    private static final Duration VALID = Duration.ofMinutes(3);

    private final InstantSource clock;
    private volatile Check check = new Check(Instant.EPOCH, UNKNOWN, UNKNOWN);

    VaultMeters(MeterRegistry meters, InstantSource clock) {
        this.clock = clock;
        gauge(meters, "holdfast.vault.up", "Whether the vault could be opened", Check::up);
        gauge(meters, "holdfast.vault.key.escrowed", "Whether a copy of the vault's key is confirmed", Check::escrowed);
    }

    private record Check(Instant at, double up, double escrowed) {}

    void opened(boolean escrowed) {
        check = new Check(clock.instant(), 1, escrowed ? 1 : 0);
    }

    void failed() {
        check = new Check(clock.instant(), 0, UNKNOWN);
    }

    private void gauge(MeterRegistry meters, String name, String help, ToDoubleFunction<Check> value) {
        Gauge.builder(name, this, self -> self.current(value))
                .description(help + "; -1: not known to this process")
                .register(meters);
    }

    private double current(ToDoubleFunction<Check> value) {
        Check newest = check;
        return newest.at().plus(VALID).isBefore(clock.instant()) ? UNKNOWN : value.applyAsDouble(newest);
    }
}
