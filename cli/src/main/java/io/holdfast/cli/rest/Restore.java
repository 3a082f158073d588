package io.holdfast.cli.rest;

import io.holdfast.contracts.SourceRef;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A restore as restore-service shows it. */
public record Restore(
        String id,
        SourceRef source,
        @Nullable String backupId,
        @Nullable String database,
        String state,
        @Nullable Instant requestedAt,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable Instant snapshotAt,
        @Nullable Integer tables,
        @Nullable Long rows,
        @Nullable Long bytes,
        @Nullable Reason reason,
        @Nullable List<Step> steps,
        @Nullable List<TableResult> tableResults,
        @Nullable Progress progress) {

    /** One step of the saga. */
    public record Step(
            String name,
            @Nullable Instant startedAt,
            @Nullable Instant endedAt,
            @Nullable String detail) {}

    /** What comparing one restored table with the backup showed. */
    public record TableResult(
            String name, long rows, @Nullable String fingerprint, boolean equal) {}

    public boolean completed() {
        return state.equals("COMPLETED");
    }

    public boolean ended() {
        return completed() || state.equals("FAILED") || state.equals("CANCELLED") || state.equals("ROLLED_BACK");
    }

    public String why() {
        return Reason.of(reason);
    }
}
