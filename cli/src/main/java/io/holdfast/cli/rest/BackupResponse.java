package io.holdfast.cli.rest;

import io.holdfast.contracts.BackupTotals;
import io.holdfast.contracts.SourceRef;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A backup as backup-service shows it. States are text, so that newer services may have more of them. */
public record BackupResponse(
        String id,
        SourceRef source,
        @Nullable String kind,
        @Nullable List<String> labels,
        String state,
        @Nullable Instant requestedAt,
        @Nullable Instant startedAt,
        @Nullable Instant snapshotAt,
        @Nullable Instant completedAt,
        @Nullable Instant provenAt,
        @Nullable String environment,
        @Nullable String engine,
        @Nullable String serverVersion,
        @Nullable BackupTotals totals,
        boolean partial,
        @Nullable List<String> findings,
        @Nullable FailureResponse reason,
        @Nullable String verificationId,
        @Nullable Held held,
        @Nullable String deletedBy,
        @Nullable Instant deletedAt,
        @Nullable ProgressResponse progress) {

    /** That it must not be deleted. */
    public record Held(String by, Instant at, @Nullable String reason) {}

    /** In the vault, whatever came after. */
    public boolean stored() {
        return state.equals("STORED") || state.equals("PROVEN") || state.equals("UNPROVEN");
    }

    public boolean proven() {
        return state.equals("PROVEN");
    }

    /** Definitely not good, and it will not become so. */
    public boolean lost() {
        return state.equals("FAILED") || state.equals("CANCELLED") || state.equals("UNPROVEN");
    }

    public String why() {
        return FailureResponse.of(reason);
    }
}
