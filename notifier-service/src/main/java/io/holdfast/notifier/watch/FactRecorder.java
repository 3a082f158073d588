package io.holdfast.notifier.watch;

import io.holdfast.contracts.AlertEvent;
import io.holdfast.contracts.BackupEvent;
import io.holdfast.contracts.RestoreEvent;
import io.holdfast.contracts.VerificationEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Records what was heard, in the transaction that makes an event known. Total: a new event does not compile until decided. */
@ApplicationScoped
public class FactRecorder {
    private final InstantSource clock;

    FactRecorder(InstantSource clock) {
        this.clock = clock;
    }

    public Uni<Void> record(BackupEvent event, Mutiny.Session session) {
        return BackupFacts.of(event, clock.instant())
                .map(facts -> facts.record(session))
                .orElse(Uni.createFrom().voidItem());
    }

    public Uni<Void> record(VerificationEvent event, Mutiny.Session session) {
        return ProofFacts.of(event, clock.instant())
                .map(facts -> facts.record(session))
                .orElse(Uni.createFrom().voidItem());
    }

    public Uni<Void> record(RestoreEvent event, Mutiny.Session session) {
        return RestoreRecords.of(event, clock.instant())
                .map(facts -> facts.record(session))
                .orElse(Uni.createFrom().voidItem());
    }

    /** An alert that ended before it began is late: the same topic and key keep their order, so this is a repetition. */
    public Uni<Void> record(AlertEvent event, Mutiny.Session session) {
        return switch (event) {
            case AlertEvent.Raised e ->
                Facts.of("""
                                insert into reported_alert (id, name, severity, source, summary, cause, raised_at)
                                values (:id, :name, :severity, txt(:source), :summary, txt(:cause), ts(:at))
                                on conflict (id) do update set name = excluded.name, severity = excluded.severity,
                                    source = excluded.source, summary = excluded.summary, cause = excluded.cause,
                                    raised_at = excluded.raised_at, resolved_at = null""")
                        .with("id", e.alertId())
                        .with("name", e.name())
                        .with("severity", e.severity().name())
                        .with("source", source(e))
                        .with("summary", e.summary())
                        .with("cause", e.cause())
                        .with("at", e.raisedAt())
                        .record(session);
            case AlertEvent.Resolved e ->
                Facts.of("update reported_alert set resolved_at = ts(:at) where id = :id and resolved_at is null")
                        .with("id", e.alertId())
                        .with("at", e.resolvedAt())
                        .record(session);
        };
    }

    /** Some services name the source only in the id, as in {@code not-restorable/portal}. */
    private static @Nullable String source(AlertEvent.Raised e) {
        if (e.source() != null) {
            return e.source().name();
        }
        String start = e.name() + "/";
        boolean named = e.alertId().startsWith(start) && e.name().equals("not-restorable");
        return named ? e.alertId().substring(start.length()) : null;
    }
}
