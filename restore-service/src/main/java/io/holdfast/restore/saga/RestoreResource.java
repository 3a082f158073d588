package io.holdfast.restore.saga;

import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.RestoreId;
import io.holdfast.contracts.RestoreRequest;
import io.holdfast.contracts.Topic;
import io.holdfast.eventing.Progress;
import io.holdfast.eventing.Received;
import io.holdfast.eventing.rest.Cursor;
import io.holdfast.eventing.rest.IdempotencyKey;
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

/** Restores over REST. A POST goes the same way as a request over Kafka. */
@Path("/api/restores")
@Tag(name = "Restores")
class RestoreResource {
    private static final int MOST = 200;

    private final RestoreRequests requests;
    private final Restores restores;
    private final Progress progress;
    private final Mutiny.SessionFactory sessions;

    RestoreResource(RestoreRequests requests, Restores restores, Progress progress, Mutiny.SessionFactory sessions) {
        this.requests = requests;
        this.restores = restores;
        this.progress = progress;
        this.sessions = sessions;
    }

    @POST
    @Operation(summary = "Restore a backup")
    public Uni<Response> request(
            RestoreRequest.@Nullable Requested request,
            @HeaderParam("Idempotency-Key") @Nullable String idempotencyKey) {
        if (request == null) {
            throw Failure.of(FailureCode.REQUEST_INVALID, "the body is missing; see /q/openapi");
        }
        String id = IdempotencyKey.orRandom(idempotencyKey);
        return requests.accept(Received.overRest(Topic.RESTORE_REQUESTS, "/api/restores", id, request))
                .map(this::accepted);
    }

    @GET
    @Operation(summary = "Restores, newest first")
    public Uni<Cursor.Page<RestoreView>> list(
            @QueryParam("source") @Nullable String source,
            @QueryParam("state") @Nullable RestoreState state,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("limit") @DefaultValue("50") int limit) {
        int most = Math.clamp(limit, 1, MOST);
        return sessions.withSession(session -> restores.list(session, source, state, Cursor.parse(cursor), most))
                .map(found -> Cursor.Page.of(
                        found.stream().map(this::view).toList(),
                        most,
                        view -> view.id().toString()));
    }

    @GET
    @Path("{id}")
    @Operation(summary = "One restore")
    public Uni<RestoreView> show(RestoreId id) {
        return sessions.withSession(session -> restores.get(session, id)).map(this::view);
    }

    @POST
    @Path("{id}/cancellation")
    @Operation(summary = "Stop a restore that has not been handed over")
    public Uni<Response> cancel(RestoreId id) {
        var request = new RestoreRequest.CancellationRequested(id);
        String identity = UUID.randomUUID().toString();
        return requests.accept(
                        Received.overRest(Topic.RESTORE_REQUESTS, "/api/restores/cancellation", identity, request))
                .map(this::accepted);
    }

    private Response accepted(Restore restore) {
        return Response.accepted(view(restore))
                .location(URI.create("/api/restores/" + restore.id()))
                .build();
    }

    private RestoreView view(Restore restore) {
        return RestoreView.of(restore, progress.latest(restore.id().toString()).orElse(null));
    }
}
