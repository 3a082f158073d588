package io.holdfast.restore.api;

import io.holdfast.access.Permission;
import io.holdfast.access.Requires;
import io.holdfast.access.VisibleSources;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.RestoreId;
import io.holdfast.contracts.RestoreRequest;
import io.holdfast.contracts.Topic;
import io.holdfast.eventing.access.Approvers;
import io.holdfast.eventing.caller.Access;
import io.holdfast.eventing.caller.Caller;
import io.holdfast.eventing.cloudevents.ReceivedMessage;
import io.holdfast.eventing.progress.ProgressReporter;
import io.holdfast.eventing.rest.IdRange;
import io.holdfast.eventing.rest.IdempotencyKey;
import io.holdfast.eventing.rest.PageCursor;
import io.holdfast.eventing.rest.SourceFilter;
import io.holdfast.eventing.runtime.TransactionRunner;
import io.holdfast.restore.approval.RestoreApprovals;
import io.holdfast.restore.domain.Restore;
import io.holdfast.restore.domain.RestoreRepository;
import io.holdfast.restore.domain.RestoreState;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Restores over REST. What is asked for goes the same way as a request over Kafka. */
@Path("/api/restores")
@Tag(name = "Restores")
class RestoreResource {
    private static final String PATH = "/api/restores";

    private final RestoreRequestConsumer requests;
    private final RestoreRepository restoreRepository;
    private final RestoreApprovals approvals;
    private final Caller caller;
    private final ProgressReporter progressReporter;
    private final TransactionRunner transactionRunner;
    private final SourceFilter sourceFilter;
    private final Approvers approvers;

    RestoreResource(
            RestoreRequestConsumer requests,
            RestoreRepository restoreRepository,
            RestoreApprovals approvals,
            Caller caller,
            ProgressReporter progressReporter,
            TransactionRunner transactionRunner,
            SourceFilter sourceFilter,
            Approvers approvers) {
        this.requests = requests;
        this.restoreRepository = restoreRepository;
        this.approvals = approvals;
        this.caller = caller;
        this.progressReporter = progressReporter;
        this.transactionRunner = transactionRunner;
        this.sourceFilter = sourceFilter;
        this.approvers = approvers;
    }

    @POST
    @Requires(Permission.RESTORE)
    @Operation(summary = "Restore a backup")
    @APIResponse(
            responseCode = "202",
            description = "Accepted",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = RestoreView.class)))
    public Uni<Response> request(
            RestoreRequest.@Nullable Requested request,
            @HeaderParam("Idempotency-Key") @Nullable String idempotencyKey) {
        if (request == null) {
            throw HoldfastException.of(FailureCode.REQUEST_INVALID, "the body is missing; see /q/openapi");
        }
        caller.access().require(Permission.RESTORE, request.source());
        return asked(PATH, request, idempotencyKey);
    }

    @GET
    @Requires(Permission.VIEW)
    @Operation(summary = "Restores, newest first")
    public Uni<PageCursor.Page<RestoreView>> list(
            @QueryParam("source") @Nullable String source,
            @QueryParam("state") @Nullable RestoreState state,
            @Parameter(description = "The id, or at least its first 8 digits.") @QueryParam("id") @Nullable String id,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("limit") @DefaultValue("50") int limit) {
        IdRange ids = IdRange.parse(id);
        PageCursor after = PageCursor.parse(cursor);
        VisibleSources visible = caller.access().visible();
        if (source != null && !source.isEmpty()) {
            caller.access().requireVisible(source);
        }
        return transactionRunner
                .run(session -> sourceFilter
                        .require(session, source, Restore.class, "sourceName")
                        .chain(() -> RestoreListQuery.of(session, source, visible, state, ids, after, limit)))
                .map(found -> PageCursor.Page.of(
                        found.stream().map(this::listed).toList(),
                        limit,
                        view -> view.id().toString()));
    }

    @GET
    @Requires(Permission.VIEW)
    @Path("{id}")
    @Operation(summary = "One restore")
    public Uni<RestoreView> show(RestoreId id) {
        Access access = caller.access();
        return transactionRunner
                .run(session -> restoreRepository.get(session, id))
                .invoke(restore -> access.requireVisible(restore.source().name(), () -> RestoreRepository.unknown(id)))
                .map(this::view);
    }

    @POST
    @Requires(Permission.RESTORE)
    @Path("{id}/cancellation")
    @Operation(summary = "Stop a restore that has not touched live data")
    @APIResponse(
            responseCode = "202",
            description = "Accepted",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = RestoreView.class)))
    public Uni<Response> cancel(RestoreId id, @HeaderParam("Idempotency-Key") @Nullable String idempotencyKey) {
        return asked(PATH + "/cancellation", new RestoreRequest.CancellationRequested(id), idempotencyKey);
    }

    @POST
    @Requires(Permission.RESTORE)
    @Path("{id}/rollback")
    @Operation(summary = "Bring the state before a restore back")
    @APIResponse(
            responseCode = "202",
            description = "Accepted",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = RestoreView.class)))
    public Uni<Response> rollBack(RestoreId id, @HeaderParam("Idempotency-Key") @Nullable String idempotencyKey) {
        return asked(PATH + "/rollback", new RestoreRequest.RollbackRequested(id), idempotencyKey);
    }

    @POST
    @Requires(Permission.APPROVE)
    @Path("{id}/approval")
    @Operation(summary = "Approve the restore of another user, as it is planned now")
    @APIResponse(
            responseCode = "202",
            description = "Accepted",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = RestoreView.class)))
    public Uni<Response> approve(RestoreId id) {
        Access by = caller.access();
        return transactionRunner
                .run(session -> restoreRepository.get(session, id))
                .chain(restore -> approvers.refuseNewer(restore.requestedAt(), by.principal()))
                .chain(() -> transactionRunner.run(session -> approvals.give(session, id, by)))
                .map(this::accepted);
    }

    private Uni<Response> asked(String path, RestoreRequest request, @Nullable String idempotencyKey) {
        String id = IdempotencyKey.orRandom(idempotencyKey);
        return requests.accept(ReceivedMessage.overRest(
                        Topic.RESTORE_REQUESTS, path, id, caller.access().principal(), request))
                .map(this::accepted);
    }

    private Response accepted(Restore restore) {
        return Response.accepted(view(restore))
                .location(URI.create(PATH + "/" + restore.id()))
                .build();
    }

    private RestoreView listed(Restore restore) {
        return RestoreView.listed(
                restore, progressReporter.latest(restore.id().toString()).orElse(null));
    }

    private RestoreView view(Restore restore) {
        return RestoreView.of(
                restore, progressReporter.latest(restore.id().toString()).orElse(null));
    }
}
