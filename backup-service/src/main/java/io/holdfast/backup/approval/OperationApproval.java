package io.holdfast.backup.approval;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.holdfast.contracts.SourceRef;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A request for approval, or the approval itself.
 *
 * @param id UUID
 * @param operation {@code delete} or {@code export}
 * @param approver the second person; absent while the request waits
 * @param expiresAt when the request, or once it is approved the approval, ends
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record OperationApproval(
        String id,
        String operation,
        String backupId,
        SourceRef source,
        String requester,
        Instant requestedAt,
        @Nullable String approver,
        @Nullable Instant approvedAt,
        Instant expiresAt) {
    boolean isApproved() {
        return approver != null;
    }
}
