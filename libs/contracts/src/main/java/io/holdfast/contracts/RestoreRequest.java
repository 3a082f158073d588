package io.holdfast.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is asked of restore-service, on {@code holdfast.restore.requests.v1}. */
public sealed interface RestoreRequest extends Event {

    /**
     * Restore something of a source. At most one of backup, at and label chooses the backup; the latest proven one
     * without any.
     *
     * @param source the source's name
     * @param tables qualified names; the whole database without any
     * @param rows rows by their column values
     * @param dryRun only say what would be done and what stands against it
     * @param withoutSafety why no safety backup is to be taken
     */
    @EventType("RestoreRequested")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Requested(
            String source,
            @Nullable BackupId backup,
            @Nullable Instant at,
            @Nullable String label,
            RestoreTarget target,
            @Nullable List<String> tables,
            @Nullable List<RowSelection> rows,
            @Nullable Boolean dryRun,
            @Nullable String withoutSafety)
            implements RestoreRequest {}

    /** Rows of one table whose columns have these values. Values are typed by the table, never SQL text. */
    record RowSelection(String table, Map<String, String> values) {}

    /** Bring back the state before a restore. */
    @EventType("RollbackRequested")
    record RollbackRequested(RestoreId restoreId) implements RestoreRequest {}

    @EventType("RestoreCancellationRequested")
    record CancellationRequested(RestoreId restoreId) implements RestoreRequest {}
}
