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
 */
record DrillContext(
        Drill drill,
        DrillBackups.Chosen chosen,
        Optional<SourceConfig> config,
        Instant startedAt,
        List<Drill> earlier) {

    Optional<Duration> rto() {
        return config.flatMap(source -> source.objectives().rto());
    }

    Optional<Duration> rpo() {
        return config.flatMap(source -> source.objectives().rpo());
    }
}
