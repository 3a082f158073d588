package io.holdfast.cli.rest;

import io.holdfast.contracts.SourceRef;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A verification as verifier-service shows it. */
public record VerificationResponse(
        String id,
        String backupId,
        @Nullable SourceRef source,
        String level,
        String state,
        @Nullable Instant requestedAt,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable Integer tables,
        @Nullable Long rows,
        @Nullable Long bytes,
        @Nullable Long durationMillis,
        @Nullable Long restoreMillis,
        @Nullable FailureResponse reason,
        @Nullable List<CheckResponse> checks,
        @Nullable ProgressResponse progress) {

    public boolean ended() {
        return passed() || inconclusive() || state.equals("FAILED");
    }

    public boolean passed() {
        return state.equals("PASSED");
    }

    public boolean inconclusive() {
        return state.equals("INCONCLUSIVE");
    }

    public String why() {
        return FailureResponse.of(reason);
    }
}
