package io.holdfast.backup.adminapi;

import static java.util.Objects.requireNonNull;

import io.holdfast.access.Permission;
import io.holdfast.access.Requires;
import io.holdfast.backup.adminapi.AdminApiAnswers.DeletedAnswer;
import io.holdfast.backup.adminapi.AdminApiAnswers.ListAnswer;
import io.holdfast.backup.adminapi.AdminApiAnswers.ListedBackup;
import io.holdfast.backup.adminapi.AdminApiAnswers.TakenAnswer;
import io.holdfast.backup.api.SqlDownload;
import io.holdfast.backup.approval.ApprovedOperation;
import io.holdfast.backup.approval.OperationApprovals;
import io.holdfast.backup.catalog.Backup;
import io.holdfast.backup.source.ProtectedSource;
import io.holdfast.contracts.BackupKind;
import io.holdfast.contracts.SourceId;
import io.holdfast.eventing.caller.Access;
import io.holdfast.eventing.caller.Caller;
import io.holdfast.eventing.openapi.PlainErrors;
import io.holdfast.eventing.rest.IdempotencyKey;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.extensions.Extension;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Backups of one source for scripts: each operation answers when its work is done. */
@Path("/api/admin")
@Tag(name = "Admin")
class AdminBackupResource {
    private static final String PATH = "/api/admin/backup";
    private static final String SQL = "application/sql";

    /** For the catalog's answer. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final AdminApiSources sources;
    private final BackupTaker taker;
    private final AvailableBackups backups;
    private final SqlDownload downloads;
    private final RetentionCleanup cleanup;
    private final Caller caller;
    private final OperationApprovals approvals;

    AdminBackupResource(
            AdminApiSources sources,
            BackupTaker taker,
            AvailableBackups backups,
            SqlDownload downloads,
            RetentionCleanup cleanup,
            Caller caller,
            OperationApprovals approvals) {
        this.sources = sources;
        this.taker = taker;
        this.backups = backups;
        this.downloads = downloads;
        this.cleanup = cleanup;
        this.caller = caller;
        this.approvals = approvals;
    }

    @POST
    @Requires(Permission.BACK_UP)
    @Path("backup")
    @Operation(
            summary = "Take a backup, and wait until it is stored",
            description =
                    "Without source: the source of api.source, or the only one. 504 names the backup, which continues.")
    @Extension(name = PlainErrors.EXTENSION, value = PlainErrors.VALUE)
    @APIResponse(
            responseCode = "200",
            description = "The backup is stored",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = TakenAnswer.class)))
    @APIResponse(responseCode = "504", description = "The backup is not stored within holdfast.admin-api.wait.")
    public Uni<TakenAnswer> take(
            @QueryParam("source") @Nullable String source,
            @HeaderParam(IdempotencyKey.HEADER) @Nullable String idempotencyKey) {
        Access access = caller.access();
        ProtectedSource chosen = chosen(source, Permission.BACK_UP);
        return taker.take(chosen, BackupKind.MANUAL, PATH, IdempotencyKey.orRandom(idempotencyKey), access.principal())
                .map(taken -> new TakenAnswer(true, taken));
    }

    @GET
    @Requires(Permission.EXPORT)
    @Path("backup")
    @Produces({MediaType.APPLICATION_JSON, SQL})
    @Blocking
    @Operation(
            summary = "The backups that can be downloaded, newest first",
            description = "With key: the backup of this key as plain SQL, as GET /api/admin/backups/{name}.")
    @Extension(name = PlainErrors.EXTENSION, value = PlainErrors.VALUE)
    @APIResponse(
            responseCode = "200",
            description = "The list, or the script",
            content = {
                @Content(mediaType = "application/json", schema = @Schema(implementation = ListAnswer.class)),
                @Content(mediaType = SQL)
            })
    public Response list(@QueryParam("source") @Nullable String source, @QueryParam("key") @Nullable String key) {
        SourceId id = chosen(source, Permission.EXPORT).ref().id();
        return key == null
                ? Response.ok(listed(id), MediaType.APPLICATION_JSON_TYPE).build()
                : script(id, key);
    }

    @GET
    @Requires(Permission.EXPORT)
    @Path("backups/{name}")
    @Produces(SQL)
    @Blocking
    @Operation(
            summary = "A backup as plain SQL, by its key",
            description =
                    "The path is /api/admin/ and the key, backups/database-YYYY-MM-DD-HH-MM-SS.sql. If two backups have"
                            + " the key, the newer one is sent.")
    @Extension(name = PlainErrors.EXTENSION, value = PlainErrors.VALUE)
    @APIResponse(responseCode = "200", description = "The script", content = @Content(mediaType = SQL))
    public Response download(String name, @QueryParam("source") @Nullable String source) {
        return script(chosen(source, Permission.EXPORT).ref().id(), name);
    }

    @DELETE
    @Requires(Permission.OPERATE)
    @Path("backup")
    @Operation(
            summary = "Delete the backups that the source's retention policy does not keep",
            description = "Deletes nothing, with deleted_count 0, while the newest backups fail or none is proven.")
    @Extension(name = PlainErrors.EXTENSION, value = PlainErrors.VALUE)
    public Uni<DeletedAnswer> clean(@QueryParam("source") @Nullable String source) {
        SourceId id = chosen(source, Permission.OPERATE).ref().id();
        return cleanup.run(id, caller.access().name()).map(deleted -> new DeletedAnswer(true, deleted));
    }

    private ProtectedSource chosen(@Nullable String source, Permission permission) {
        Access access = caller.access();
        if (source != null && !source.isEmpty()) {
            access.require(permission, source);
        }
        ProtectedSource chosen = sources.chosen(source, access.visible());
        access.require(permission, chosen.ref().name());
        return chosen;
    }

    private ListAnswer listed(SourceId source) {
        List<ListedBackup> listed = backups.of(source).await().atMost(PATIENCE).stream()
                .map(AdminBackupResource::listed)
                .toList();
        return new ListAnswer(listed, listed.size());
    }

    private static ListedBackup listed(Backup backup) {
        return AdminApiFormat.listed(
                requireNonNull(backup.snapshotAt()), requireNonNull(backup.completedAt()), backup.totals());
    }

    private Response script(SourceId source, String key) {
        Backup backup = backups.withKey(source, key).await().atMost(PATIENCE);
        approvals.require(ApprovedOperation.EXPORT, backup, caller.access());
        return downloads.script(backup);
    }
}
