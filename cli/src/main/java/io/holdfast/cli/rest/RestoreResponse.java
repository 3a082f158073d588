package io.holdfast.cli.rest;

import io.holdfast.contracts.SourceRef;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A restore as restore-service shows it. */
public record RestoreResponse(
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
        @Nullable FailureResponse reason,
        @Nullable String live,
        @Nullable List<Step> steps,
        @Nullable List<CheckResponse> checks,
        @Nullable Integer comparedTables,
        @Nullable Integer differentTables,
        @Nullable List<TableResult> tableResults,
        @Nullable ProgressResponse progress) {

    /** One step of the saga. */
    public record Step(
            String name,
            @Nullable Instant startedAt,
            @Nullable Instant endedAt,
            @Nullable String detail) {}

    /** What comparing one restored table with the backup showed. */
    public record TableResult(
            String name,
            long rows,
            @Nullable String fingerprint,
            @Nullable Long copyRows,
            @Nullable String copyFingerprint,
            boolean equal) {}

    /** Whoever asked for it has it; it may be watched for a while yet. */
    public boolean completed() {
        return state.equals("COMPLETED") || state.equals("WATCHING");
    }

    public boolean planned() {
        return state.equals("PLANNED");
    }

    public boolean awaitsApproval() {
        return state.equals("AWAITING_APPROVAL");
    }

    /** Whether there is nothing to wait for, from here. */
    public boolean ended() {
        return completed()
                || planned()
                || awaitsApproval()
                || rolledBack()
                || state.equals("CANCELLED")
                || state.equals("EXPIRED");
    }

    public boolean rolledBack() {
        return state.equals("ROLLED_BACK") || state.equals("FAILED");
    }

    /** It ended because what was asked for cannot be, rather than because the work went wrong. */
    public boolean refused() {
        return FailureResponse.refuses(reason);
    }

    public String why() {
        return FailureResponse.of(reason);
    }

    /** The state of the live database after a restore that did not complete; empty if the service does not report it. */
    public String afterwards() {
        return switch (live == null ? "" : live) {
            case "UNTOUCHED" -> "; nothing live was touched";
            case "PUT_BACK" -> "; the live database was put back as it was";
            case "CHANGED" ->
                "; the live database was changed and not put back: stop its application, compare it with the backup"
                        + " (./holdfast show " + id
                        + "), and restore again; databases named holdfast_… on its server are kept";
            default -> "";
        };
    }
}
