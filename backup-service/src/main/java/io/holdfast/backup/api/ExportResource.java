package io.holdfast.backup.api;

import io.holdfast.access.Permission;
import io.holdfast.access.Requires;
import io.holdfast.backup.approval.ApprovedOperation;
import io.holdfast.backup.approval.OperationApprovals;
import io.holdfast.backup.catalog.Backup;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.eventing.caller.Caller;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** A backup as plain SQL. */
@Path("/api/backups")
@Tag(name = "Backups")
class ExportResource {
    /** For the catalog's answer. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final BackupGuard guard;
    private final SqlDownload downloads;
    private final Caller caller;
    private final OperationApprovals approvals;

    ExportResource(BackupGuard guard, SqlDownload downloads, Caller caller, OperationApprovals approvals) {
        this.guard = guard;
        this.downloads = downloads;
        this.caller = caller;
        this.approvals = approvals;
    }

    @GET
    @Requires(Permission.EXPORT)
    @Path("{id}/export")
    @Produces({"application/sql", "application/zip"})
    @Blocking
    @Operation(
            summary = "A backup as plain SQL: format sql is one script, directory a zip archive of scripts",
            description =
                    "Refused (409) until a second user has approved it, if the source wants that (approval.export).")
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content = {@Content(mediaType = "application/sql"), @Content(mediaType = "application/zip")})
    public Response export(
            BackupId id,
            @Parameter(
                            schema =
                                    @Schema(
                                            enumeration = {"sql", "directory"},
                                            defaultValue = "sql"))
                    @QueryParam("format")
                    @DefaultValue("sql")
                    String format) {
        return switch (format) {
            case "sql" -> downloads.script(stored(id));
            case "directory" -> downloads.archive(stored(id));
            default ->
                throw HoldfastException.of(
                        FailureCode.REQUEST_INVALID,
                        "\"" + format + "\" is no format of an export; write ?format=sql or ?format=directory");
        };
    }

    private Backup stored(BackupId id) {
        Backup backup =
                guard.require(caller.access(), Permission.EXPORT, id).await().atMost(PATIENCE);
        approvals.require(ApprovedOperation.EXPORT, backup, caller.access());
        return backup;
    }
}
