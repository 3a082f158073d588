package io.holdfast.eventing.config;

import io.holdfast.config.ConfigException;
import io.holdfast.config.HoldfastConfig;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * {@code holdfast.yaml} as it is in effect. Ask at each use and keep no part of it: a changed file takes effect in the
 * running process. Safe for many threads.
 */
@FunctionalInterface
public interface LiveConfig {
    /**
     * The configuration in effect. On the thread of a job it is the one that was in effect when the attempt began.
     *
     * @throws ConfigException if the service runs without a file
     */
    HoldfastConfig current();

    /** Empty if the service runs without a file. */
    default Optional<HoldfastConfig> find() {
        return Optional.of(current());
    }

    /**
     * SHA-256, in hex, of the file in effect in this process, also on the thread of a job that began with another one. Empty
     * if there is no file.
     */
    default Optional<String> digest() {
        return Optional.empty();
    }

    /** A value that is computed once for each configuration, when it is first asked for. */
    default <T> Supplier<T> derived(Function<HoldfastConfig, T> function) {
        return new DerivedValue<>(this, function);
    }

    /** Runs work to which {@link #current} stays the same, on this thread. */
    default void pinned(Runnable work) {
        work.run();
    }
}
