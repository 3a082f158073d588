package io.holdfast.backup.adminapi;

import io.holdfast.access.OwnCredential;
import io.holdfast.access.Permission;
import io.holdfast.access.Principal;
import io.holdfast.access.VisibleSources;
import io.holdfast.backup.adminapi.AdminApiAnswers.Cleanup;
import io.holdfast.backup.adminapi.AdminApiAnswers.CronAnswer;
import io.holdfast.backup.source.ProtectedSource;
import io.holdfast.contracts.BackupKind;
import io.holdfast.eventing.openapi.PlainErrors;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.extensions.Extension;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.NoCache;
import org.jspecify.annotations.Nullable;

/** A backup of kind SCHEDULED, requested by an external cron job. */
@Path("/api/cron/backup")
@Tag(name = "Admin")
class CronBackupResource {
    private static final String PATH = "/api/cron/backup";

    private final CronSecret secret;
    private final AdminApiSources sources;
    private final BackupTaker taker;
    private final RetentionCleanup cleanup;

    CronBackupResource(CronSecret secret, AdminApiSources sources, BackupTaker taker, RetentionCleanup cleanup) {
        this.secret = secret;
        this.sources = sources;
        this.taker = taker;
        this.cleanup = cleanup;
    }

    @GET
    @OwnCredential(value = "secret of access.cron-secret", principal = "cron", permission = Permission.BACK_UP)
    @Blocking // the secret may be in a file
    @NoCache
    @Operation(
            summary = "Take a scheduled backup, wait until it is stored, and apply the retention policy",
            description = "Authorization is Bearer and the secret of access.cron-secret.")
    @Extension(name = PlainErrors.EXTENSION, value = PlainErrors.VALUE)
    @APIResponse(
            responseCode = "200",
            description = "The backup is stored, and the policy is applied",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = CronAnswer.class)))
    @APIResponse(responseCode = "401", description = "The bearer token is missing or is not the cron secret.")
    @APIResponse(responseCode = "409", description = "The backup was cancelled.")
    @APIResponse(responseCode = "504", description = "The backup is not stored within holdfast.admin-api.wait.")
    public Uni<CronAnswer> run(
            @HeaderParam(HttpHeaders.AUTHORIZATION) @Nullable String authorization,
            @QueryParam("source") @Nullable String source) {
        secret.require(authorization);
        ProtectedSource chosen = sources.chosen(source, VisibleSources.ALL);
        return taker.take(chosen, BackupKind.SCHEDULED, PATH, UUID.randomUUID().toString(), Principal.service("cron"))
                .chain(taken -> cleanup.run(chosen.ref().id(), PATH)
                        .map(deleted -> new CronAnswer(true, taken, new Cleanup(deleted)))
                        .onFailure()
                        .transform(failure -> AdminApiFailures.afterBackup(taken.key(), failure)));
    }
}
