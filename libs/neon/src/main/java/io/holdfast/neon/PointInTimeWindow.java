package io.holdfast.neon;

import java.time.Instant;

/** Instants that a provider keeps, both included. */
public record PointInTimeWindow(Instant from, Instant to) {

    boolean covers(Instant at) {
        return !at.isBefore(from) && !at.isAfter(to);
    }
}
