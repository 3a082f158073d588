package io.holdfast.notifier.watch;

import io.holdfast.contracts.BackupEvent;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.ConfigurationEvent;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.RequestRejected;
import io.holdfast.contracts.SourceEvent;
import io.holdfast.contracts.SourceRef;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is recorded of the events of backups and sources. */
final class BackupFacts {
    private static final String ENDED = """
            insert into watched_backup (id, source, kind, ended_at, outcome, failure, failure_message, recorded_at)
            values (id(:id), :source, txt(:kind), ts(:at), :outcome, txt(:failure), txt(:message), ts(:now))
            on conflict (id) do update set ended_at = excluded.ended_at, outcome = excluded.outcome,
                kind = coalesce(excluded.kind, watched_backup.kind),
                failure = excluded.failure, failure_message = excluded.failure_message""";

    private BackupFacts() {}

    static Optional<Facts> of(BackupEvent event, Instant now) {
        return switch (event) {
            case BackupEvent.Started e ->
                Optional.of(Facts.of("""
                                insert into watched_backup (id, source, kind, started_at, recorded_at)
                                values (id(:id), :source, :kind, ts(:at), ts(:now))
                                on conflict (id) do update set started_at = excluded.started_at, kind = excluded.kind""")
                        .with("id", e.backupId().toString())
                        .with("source", e.source().name())
                        .with("kind", e.kind().name())
                        .with("at", e.startedAt())
                        .with("now", now));
            case BackupEvent.Completed e -> Optional.of(completed(e, now));
            case BackupEvent.Failed e ->
                Optional.of(ended(e.backupId(), e.source(), e.kind().name(), "FAILED", e.reason(), e.failedAt(), now));
            case BackupEvent.Cancelled e ->
                Optional.of(ended(e.backupId(), e.source(), null, "CANCELLED", null, e.cancelledAt(), now));
            case BackupEvent.Proven e ->
                Optional.of(ProofFacts.verdict(e.backupId(), e.source(), "PROVEN", null, e.provenAt(), now));
            case BackupEvent.Unproven e ->
                Optional.of(ProofFacts.verdict(e.backupId(), e.source(), "FAILED", e.reason(), e.unprovenAt(), now));
            case BackupEvent.Deleted e ->
                Optional.of(Facts.of("update watched_backup set outcome = 'DELETED' where id = id(:id)")
                        .with("id", e.backupId().toString()));
            case BackupEvent.SourceChanged e -> renamed(e);
            case SourceEvent e -> SourceRecords.of(e);
            case BackupEvent.Held ignored -> Optional.empty();
            case BackupEvent.Released ignored -> Optional.empty();
            case ConfigurationEvent ignored -> Optional.empty(); // a refused file is reported as an alert
            case RequestRejected ignored -> Optional.empty();
        };
    }

    private static Facts completed(BackupEvent.Completed e, Instant now) {
        return Facts.of("""
                        insert into watched_backup (id, source, kind, snapshot_at, ended_at, outcome, duration_millis,
                            bytes, stored_bytes, recorded_at)
                        values (id(:id), :source, :kind, ts(:snapshot), ts(:at), 'STORED', :millis, :bytes, :stored, ts(:now))
                        on conflict (id) do update set kind = excluded.kind, snapshot_at = excluded.snapshot_at,
                            ended_at = excluded.ended_at, outcome = 'STORED', duration_millis = excluded.duration_millis,
                            bytes = excluded.bytes, stored_bytes = excluded.stored_bytes,
                            failure = null, failure_message = null""")
                .with("id", e.backupId().toString())
                .with("source", e.source().name())
                .with("kind", e.kind().name())
                .with("snapshot", e.snapshotAt())
                .with("at", e.completedAt())
                .with("millis", e.durationMillis())
                .with("bytes", e.totals().bytes())
                .with("stored", e.totals().storedBytes())
                .with("now", now);
    }

    private static Facts ended(
            BackupId id,
            SourceRef source,
            @Nullable String kind,
            String outcome,
            @Nullable FailureReason reason,
            Instant at,
            Instant now) {
        return Facts.of(ENDED)
                .with("id", id.toString())
                .with("source", source.name())
                .with("kind", kind)
                .with("outcome", outcome)
                .with("failure", reason == null ? null : reason.code().name())
                .with("message", reason == null ? null : reason.message())
                .with("at", at)
                .with("now", now);
    }

    private static Optional<Facts> renamed(BackupEvent.SourceChanged e) {
        return e.formerName() == null
                ? Optional.empty()
                : Optional.of(Facts.of("update watched_backup set source = :name where source = :former")
                        .with("name", e.source().name())
                        .with("former", e.formerName()));
    }
}
