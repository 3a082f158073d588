package io.holdfast.backup.retention;

import io.holdfast.backup.adminapi.RetentionTrigger;
import io.holdfast.backup.source.ProtectedSource;
import io.holdfast.backup.source.SourceRegistry;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.eventing.runtime.TransactionRunner;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;

/** Retention for the endpoints for scripts, which wait for its end. */
@ApplicationScoped
class RequestedRetention implements RetentionTrigger {
    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final RetentionRunner runner;
    private final SourceRegistry sources;
    private final TransactionRunner transactionRunner;
    private final InstantSource clock;

    RequestedRetention(
            RetentionRunner runner, SourceRegistry sources, TransactionRunner transactionRunner, InstantSource clock) {
        this.runner = runner;
        this.sources = sources;
        this.transactionRunner = transactionRunner;
        this.clock = clock;
    }

    @Override
    public int run(SourceId source, String requestedBy) {
        ProtectedSource configured = sources.all().stream()
                .filter(each -> each.ref().id().equals(source))
                .findFirst()
                .orElseThrow(() -> HoldfastException.about(
                        source.toString(), FailureCode.SOURCE_UNKNOWN, "source " + source + " is not configured"));
        var order = new RetentionRunner.Order(requestedBy, true, clock.instant().plus(LONGEST));
        return runner.run(configured, order, this::commit)
                .map(report -> report.deleted().size())
                .orElseThrow(() -> HoldfastException.about(
                        configured.ref().name(),
                        FailureCode.REQUEST_CONFLICT,
                        "source \"" + configured.ref().name() + "\": another retention run is in progress"));
    }

    private <T> T commit(Function<Mutiny.Session, Uni<T>> work) {
        return transactionRunner.run(work).await().atMost(PATIENCE);
    }
}
