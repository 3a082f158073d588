package io.holdfast.backup.approval;

import io.holdfast.access.Permission;
import io.holdfast.access.Requires;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.eventing.caller.Caller;
import io.holdfast.eventing.rest.PageCursor;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Approvals of deletions and exports over REST. */
@Path("/api/approvals")
@Tag(name = "Backups")
class ApprovalResource {
    private final OperationApprovals approvals;
    private final Caller caller;

    ApprovalResource(OperationApprovals approvals, Caller caller) {
        this.approvals = approvals;
        this.caller = caller;
    }

    @GET
    @Blocking
    @Requires(Permission.VIEW)
    @Operation(
            summary = "Deletions and exports that wait for approval or have it",
            description = "The newest first, at most 200. What has expired is not listed.")
    public PageCursor.Page<OperationApproval> open(
            @Parameter(description = "Beginning of the id") @QueryParam("id") @Nullable String id) {
        List<OperationApproval> open = approvals.open(caller.access()).stream()
                .filter(request -> id == null || request.id().startsWith(id))
                .toList();
        return new PageCursor.Page<>(open, null);
    }

    @POST
    @Blocking
    @Path("{id}")
    @Requires(Permission.APPROVE)
    @Operation(
            summary = "Approve a deletion or an export",
            description = "As another user than the requester, who may then do that operation on that backup for an"
                    + " hour. Refused (409) if it is approved already.")
    public OperationApproval approve(String id) {
        return approvals.approve(parsed(id), caller.access());
    }

    private static UUID parsed(String id) {
        try {
            return UUID.fromString(id);
        } catch (IllegalArgumentException e) {
            throw HoldfastException.of(FailureCode.REQUEST_INVALID, "the id of an approval is a UUID", e);
        }
    }
}
