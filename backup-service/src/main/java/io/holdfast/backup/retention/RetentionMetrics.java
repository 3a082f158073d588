package io.holdfast.backup.retention;

import io.holdfast.backup.source.ProtectedSource;
import io.holdfast.backup.source.SourceRegistry;
import io.holdfast.contracts.SourceRef;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** {@code holdfast_retention_deletions_total}, with 0 from the start of the service for every source. */
@ApplicationScoped
class RetentionMetrics {
    private final MeterRegistry meters;
    private final SourceRegistry sourceRegistry;

    RetentionMetrics(MeterRegistry meters, SourceRegistry sourceRegistry) {
        this.meters = meters;
        this.sourceRegistry = sourceRegistry;
    }

    void start(@Observes StartupEvent ignored) {
        sourceRegistry.all().stream().map(ProtectedSource::ref).forEach(source -> deleted(source, 0));
    }

    void deleted(SourceRef source, int backups) {
        Counter.builder("holdfast.retention.deletions")
                .description("Backups that retention deleted")
                .tag("source", source.name())
                .register(meters)
                .increment(backups);
    }
}
