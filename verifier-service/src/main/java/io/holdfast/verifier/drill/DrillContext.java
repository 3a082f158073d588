package io.holdfast.verifier.drill;

import io.holdfast.config.SourceConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What one attempt at a drill knows before it restores.
 *
 * @param config empty: the source is not configured any more
 * @param startedAt of this attempt
 * @param earlier drills of the source that restored a backup, newest first
 * @param staging what the drill replaces; empty: it is of another kind
 */
record DrillContext(
        Drill drill,
        DrillBackups.Chosen chosen,
        Optional<SourceConfig> config,
        Instant startedAt,
        List<Drill> earlier,
        Optional<StagingTarget> staging) {

    /** The source whose checks are asked: the one whose database the copy becomes. */
    Optional<SourceConfig> checked() {
        return staging.map(StagingTarget::config).or(() -> config);
    }

    Optional<Duration> rto() {
        return config.flatMap(source -> source.objectives().rto());
    }

    Optional<Duration> rpo() {
        return config.flatMap(source -> source.objectives().rpo());
    }
}
