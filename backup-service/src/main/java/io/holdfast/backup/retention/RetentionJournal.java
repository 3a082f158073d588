package io.holdfast.backup.retention;

import io.holdfast.contracts.SourceRef;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import org.jboss.logging.Logger;

/** Records what a run did: the list of runs with its event and alert, metrics, log. Calls block. */
@ApplicationScoped
class RetentionJournal {
    private static final Logger LOG = Logger.getLogger(RetentionJournal.class);

    private final RetentionRuns runs;
    private final RetentionMetrics metrics;
    private final InstantSource clock;

    RetentionJournal(RetentionRuns runs, RetentionMetrics metrics, InstantSource clock) {
        this.runs = runs;
        this.metrics = metrics;
        this.clock = clock;
    }

    void completed(RetentionReport report, RetentionRunner.Order order, Instant startedAt) {
        RetentionRun run = RetentionRun.of(report, order.requestedBy(), startedAt, clock.instant());
        runs.completed(run, order.byHand());
        SourceRef source = report.source();
        metrics.deleted(source, run.deleted());
        if (run.deleted() > 0 || run.failed() > 0) {
            LOG.infof(
                    "retention of source %s: %d backups deleted, %d kept, %d failed",
                    source.name(), run.deleted(), run.kept(), run.failed());
        }
    }
}
