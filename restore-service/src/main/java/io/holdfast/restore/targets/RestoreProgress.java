package io.holdfast.restore.targets;

import io.holdfast.contracts.JobProgressed;
import io.holdfast.eventing.progress.ProgressReporter;
import io.holdfast.restore.domain.Restore;
import io.holdfast.transfer.progress.TransferListener;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.Locale;

/** Tells how far a restore is, while it runs. */
@ApplicationScoped
public class RestoreProgress {
    private final ProgressReporter progressReporter;
    private final InstantSource clock;

    RestoreProgress(ProgressReporter progressReporter, InstantSource clock) {
        this.progressReporter = progressReporter;
        this.clock = clock;
    }

    public TransferListener of(Restore restore) {
        return (phase, bytes, total, rows) -> progressReporter.report(new JobProgressed(
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
