package io.holdfast.eventing.config;

import io.holdfast.config.HoldfastConfig;
import org.jspecify.annotations.Nullable;

/**
 * A changed configuration. Fired as a CDI event, on a thread that may block, after the configuration is in effect.
 *
 * @param before null if the service ran without a file
 * @param digest SHA-256, in hex, of the file that {@code after} stems from
 */
public record ConfigChange(@Nullable HoldfastConfig before, HoldfastConfig after, String digest) {}
