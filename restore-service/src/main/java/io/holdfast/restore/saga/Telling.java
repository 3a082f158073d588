package io.holdfast.restore.saga;

import io.holdfast.contracts.JobProgressed;
import io.holdfast.eventing.Progress;
import io.holdfast.transfer.Listener;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.Locale;

/** Tells how far a restore is, while it runs. */
@ApplicationScoped
class Telling {
    private final Progress progress;
    private final InstantSource clock;

    Telling(Progress progress, InstantSource clock) {
        this.progress = progress;
        this.clock = clock;
    }

    Listener of(Restore restore) {
        return (phase, bytes, total, rows) -> progress.report(new JobProgressed(
                JobProgressed.Kind.RESTORE,
                restore.id().toString(),
                restore.source(),
                phase.name().toLowerCase(Locale.ROOT),
                bytes,
                total > 0 ? total : null,
                rows,
                clock.instant()));
    }
}
