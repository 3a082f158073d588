package io.holdfast.engine.pointintime;

import java.time.Instant;

/** Instants that a provider keeps, both included. */
public record PointInTimeWindow(Instant from, Instant to) {

    public boolean covers(Instant at) {
        return !at.isBefore(from) && !at.isAfter(to);
    }
}
