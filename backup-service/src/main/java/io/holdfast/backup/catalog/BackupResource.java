package io.holdfast.backup.catalog;

import io.holdfast.backup.catalog.Backups.BackupQuery;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.BackupRequest;
import io.holdfast.contracts.Topic;
import io.holdfast.eventing.Progress;
import io.holdfast.eventing.Received;
import io.holdfast.eventing.rest.Cursor;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Backups over REST. A POST goes the same way as a request over Kafka. */
@Path("/api/backups")
@Tag(name = "Backups")
class BackupResource {
    private static final int MOST = 200;

    private final BackupRequests requests;
    private final Backups backups;
    private final Progress progress;
    private final Mutiny.SessionFactory sessions;

    BackupResource(BackupRequests requests, Backups backups, Progress progress, Mutiny.SessionFactory sessions) {
        this.requests = requests;
        this.backups = backups;
        this.progress = progress;
        this.sessions = sessions;
    }

    @POST
    @Operation(summary = "Take a backup now")
    Uni<Response> request(
            BackupRequest.Requested request, @HeaderParam("Idempotency-Key") @Nullable String idempotencyKey) {
        String id = idempotencyKey == null ? UUID.randomUUID().toString() : idempotencyKey;
        return requests.accept(Received.overRest(Topic.BACKUP_REQUESTS, "/api/backups", id, request))
                .map(this::accepted);
    }

    @GET
    @Operation(summary = "Backups, newest first")
    Uni<Cursor.Page<BackupView>> list(
            @QueryParam("source") @Nullable String source,
            @QueryParam("label") @Nullable String label,
            @QueryParam("state") @Nullable BackupState state,
            @QueryParam("correlation") @Nullable String correlation,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("limit") @DefaultValue("50") int limit) {
        int most = Math.clamp(limit, 1, MOST);
        BackupQuery query = BackupQuery.of(source, label, state, correlation, cursor, most);
        return sessions.withSession(session -> backups.list(session, query))
                .map(found -> Cursor.Page.of(
                        found.stream().map(this::view).toList(),
                        most,
                        view -> view.id().toString()));
    }

    @GET
    @Path("{id}")
    @Operation(summary = "One backup")
    Uni<BackupView> show(BackupId id) {
        return sessions.withSession(session -> backups.get(session, id)).map(this::view);
    }

    @POST
    @Path("{id}/cancellation")
    @Operation(summary = "Stop a backup that is waiting or running")
    Uni<Response> cancel(BackupId id) {
        var request = new BackupRequest.CancellationRequested(id);
        String identity = UUID.randomUUID().toString();
        return requests.accept(Received.overRest(Topic.BACKUP_REQUESTS, "/api/backups/cancellation", identity, request))
                .map(this::accepted);
    }

    private Response accepted(Backup backup) {
        return Response.accepted(view(backup))
                .location(URI.create("/api/backups/" + backup.id()))
                .build();
    }

    private BackupView view(Backup backup) {
        return BackupView.of(backup, progress.latest(backup.id().toString()).orElse(null));
    }
}
