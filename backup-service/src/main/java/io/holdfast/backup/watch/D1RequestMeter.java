package io.holdfast.backup.watch;

import io.holdfast.engine.d1.D1Engine;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import jakarta.inject.Singleton;

/** The requests to Cloudflare that this process could make at once; of several accounts the fewest. */
@Singleton
public class D1RequestMeter implements MeterBinder {

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("holdfast.d1.requests.remaining", D1RequestMeter::remaining)
                .description("Requests that the API tokens of D1 sources have left at the moment")
                .register(registry);
    }

    /** NaN before the first request. */
    private static double remaining() {
        return D1Engine.remainingRequests().values().stream().mapToInt(Integer::intValue).min().stream()
                .asDoubleStream()
                .findFirst()
                .orElse(Double.NaN);
    }
}
