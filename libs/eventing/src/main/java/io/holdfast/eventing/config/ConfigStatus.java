package io.holdfast.eventing.config;

import io.holdfast.config.ConfigKeys;
import io.holdfast.config.ConfigProblem;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is in effect, and why a newer file is not. Fired as a CDI event after each poll, on a thread that may block; an
 * observer that fails gets the same status again.
 *
 * @param effective null if the service runs without a file
 * @param refused digest of the refused file; null if none is refused, or if it could not be read
 * @param problems of the refused file; empty if none is refused
 */
public record ConfigStatus(
        @Nullable Effective effective, @Nullable String refused, List<ConfigProblem> problems) {

    /**
     * The file in effect.
     *
     * @param digest SHA-256, in hex
     */
    public record Effective(String digest, ConfigKeys keys, Instant loadedAt) {}

    public boolean isRefused() {
        return !problems.isEmpty();
    }
}
