package io.holdfast.devstack.rds;

import io.holdfast.devstack.history.DatabaseHistory;
import java.net.URI;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The databases of an instant, created at the first connection. */
final class RdsState {
    private final DatabaseHistory history;
    private final Instant at;
    private final String name = "rds-copy-" + UUID.randomUUID();
    private @Nullable URI opened;

    RdsState(DatabaseHistory history, Instant at) {
        this.history = history;
        this.at = at;
    }

    synchronized URI open() {
        if (opened == null) {
            opened = history.open(name, at);
        }
        return opened;
    }

    synchronized void drop() {
        if (opened != null) {
            history.drop(name);
        }
    }
}
