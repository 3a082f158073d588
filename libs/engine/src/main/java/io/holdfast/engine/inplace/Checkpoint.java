package io.holdfast.engine.inplace;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A state of a database that its provider can bring back.
 *
 * @param bookmark the provider's name of the state
 * @param at when the bookmark was noted
 * @param content of that state; null if the database has something that cannot be read
 */
public record Checkpoint(
        String bookmark, Instant at, @Nullable DatabaseContent content) {}
