package io.holdfast.notifier.watch;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.LiveData;
import io.holdfast.contracts.RequestRejected;
import io.holdfast.contracts.RestoreEvent;
import io.holdfast.contracts.RestoreId;
import io.holdfast.contracts.SourceRef;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is recorded of the events of restores. */
final class RestoreRecords {
    private static final String BEGUN = """
            insert into watched_restore (id, source, started_at, awaiting_since, expires_at, recorded_at)
            values (id(:id), :source, ts(:started), ts(:awaiting), ts(:expires), ts(:now))
            on conflict (id) do update set started_at = coalesce(excluded.started_at, watched_restore.started_at),
                awaiting_since = excluded.awaiting_since, expires_at = excluded.expires_at""";
    private static final String ENDED = """
            insert into watched_restore (id, source, ended_at, outcome, failure, failure_message, live, place, recorded_at)
            values (id(:id), :source, ts(:at), :outcome, txt(:failure), txt(:message), txt(:live), txt(:place), ts(:now))
            on conflict (id) do update set ended_at = excluded.ended_at, outcome = excluded.outcome,
                failure = excluded.failure, failure_message = excluded.failure_message, live = excluded.live,
                place = excluded.place""";

    private RestoreRecords() {}

    static Optional<Facts> of(RestoreEvent event, Instant now) {
        return switch (event) {
            case RestoreEvent.AwaitingApproval e ->
                Optional.of(begun(e.restoreId(), e.source(), null, now, now).with("expires", e.expiresAt()));
            case RestoreEvent.Approved e -> Optional.of(begun(e.restoreId(), e.source(), null, null, now));
            case RestoreEvent.Started e -> Optional.of(begun(e.restoreId(), e.source(), e.startedAt(), null, now));
            case RestoreEvent.Completed e ->
                Optional.of(ended(e.restoreId(), e.source(), "COMPLETED", null, e.completedAt(), now));
            case RestoreEvent.Failed e ->
                Optional.of(
                        Boolean.TRUE.equals(e.refused()) // the requester got the reason
                                ? ended(e.restoreId(), e.source(), "CANCELLED", null, e.failedAt(), now)
                                : failed(e, now));
            case RestoreEvent.RolledBack e ->
                Optional.of(ended(e.restoreId(), e.source(), outcome(e), e.reason(), e.rolledBackAt(), now)
                        .with("live", LiveData.PUT_BACK.name()));
            case RestoreEvent.Cancelled e ->
                Optional.of(ended(e.restoreId(), e.source(), "CANCELLED", null, e.cancelledAt(), now));
            case RestoreEvent.Expired e ->
                Optional.of(ended(e.restoreId(), e.source(), "CANCELLED", null, e.expiredAt(), now));
            case RestoreEvent.Switched ignored -> Optional.empty();
            case RestoreEvent.MaintenanceStarted ignored -> Optional.empty();
            case RestoreEvent.MaintenanceEnded ignored -> Optional.empty();
            case RestoreEvent.Planned ignored -> Optional.empty();
            case RestoreEvent.WatchEnded ignored -> Optional.empty();
            case RestoreEvent.KeptDatabaseDropped ignored -> Optional.empty();
            case RequestRejected ignored -> Optional.empty();
        };
    }

    private static Facts begun(
            RestoreId id, SourceRef source, @Nullable Instant started, @Nullable Instant awaiting, Instant now) {
        return Facts.of(BEGUN)
                .with("id", id.toString())
                .with("source", source.name())
                .with("started", started)
                .with("awaiting", awaiting)
                .with("expires", (Instant) null)
                .with("now", now);
    }

    private static Facts ended(
            RestoreId id, SourceRef source, String outcome, @Nullable FailureReason reason, Instant at, Instant now) {
        return Facts.of(ENDED)
                .with("id", id.toString())
                .with("source", source.name())
                .with("outcome", outcome)
                .with("failure", reason == null ? null : reason.code().name())
                .with("message", reason == null ? null : reason.message())
                .with("live", (String) null)
                .with("place", (String) null)
                .with("at", at)
                .with("now", now);
    }

    /** A rollback on request is no failure. */
    private static String outcome(RestoreEvent.RolledBack e) {
        return e.reason().code() == FailureCode.CANCELLED ? "CANCELLED" : "ROLLED_BACK";
    }

    private static Facts failed(RestoreEvent.Failed e, Instant now) {
        Facts facts = ended(e.restoreId(), e.source(), "FAILED", e.reason(), e.failedAt(), now);
        String place = e.database() == null
                ? null
                : "database " + e.database() + (e.server() == null ? "" : " on " + e.server());
        return facts.with("live", e.live() == null ? null : e.live().name()).with("place", place);
    }
}
