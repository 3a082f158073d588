package io.holdfast.eventing.progress;

import io.holdfast.contracts.JobProgressed;
import java.util.Optional;

/** How far running jobs are. Best effort: reporting never blocks and never fails. */
public interface ProgressReporter {
    /** Told on Kafka at most once a second per subject; the last report of a phase always. */
    void report(JobProgressed progress);

    /** The latest report of a job that runs, or ran a moment ago, in this process. */
    Optional<JobProgressed> latest(String subject);
}
