package io.holdfast.eventing.config;

import io.holdfast.config.HoldfastConfig;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The value of the latest configuration that was asked for. */
final class DerivedValue<T> implements Supplier<T> {
    private record Computed<T>(HoldfastConfig of, T value) {}

    private final LiveConfig live;
    private final Function<HoldfastConfig, T> function;
    private volatile @Nullable Computed<T> latest;

    DerivedValue(LiveConfig live, Function<HoldfastConfig, T> function) {
        this.live = live;
        this.function = function;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // an equal configuration is only computed once more
    public T get() {
        HoldfastConfig config = live.current();
        Computed<T> known = latest;
        if (known == null || known.of() != config) {
            known = new Computed<>(config, function.apply(config));
            latest = known;
        }
        return known.value();
    }
}
