package io.holdfast.backup.api;

import io.holdfast.access.Permission;
import io.holdfast.access.Requires;
import io.holdfast.backup.catalog.Backup;
import io.holdfast.backup.catalog.BackupQuery;
import io.holdfast.backup.catalog.BackupRepository;
import io.holdfast.backup.catalog.BackupState;
import io.holdfast.backup.source.SourceRegistry;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.BackupKind;
import io.holdfast.contracts.BackupRequest;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.Topic;
import io.holdfast.eventing.caller.Access;
import io.holdfast.eventing.caller.Caller;
import io.holdfast.eventing.cloudevents.ReceivedMessage;
import io.holdfast.eventing.rest.IdempotencyKey;
import io.holdfast.eventing.rest.InstantParameter;
import io.holdfast.eventing.rest.PageCursor;
import io.holdfast.eventing.rest.SourceFilter;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Backups over REST. A POST goes the same way as a request over Kafka. */
@Path("/api/backups")
@Tag(name = "Backups")
class BackupResource {
    private static final String FROM =
            "Only with data of this instant or later: the time of the snapshot, or of the request where no snapshot is.";
    private static final String TO = "Only with data before this instant.";

    private final BackupRequestConsumer requests;
    private final BackupRepository backupRepository;
    private final BackupViewFactory views;
    private final SourceRegistry sourceRegistry;
    private final SourceFilter sourceFilter;
    private final Mutiny.SessionFactory sessions;
    private final Caller caller;

    BackupResource(
            BackupRequestConsumer requests,
            BackupRepository backupRepository,
            BackupViewFactory views,
            SourceRegistry sourceRegistry,
            SourceFilter sourceFilter,
            Mutiny.SessionFactory sessions,
            Caller caller) {
        this.requests = requests;
        this.backupRepository = backupRepository;
        this.views = views;
        this.sourceRegistry = sourceRegistry;
        this.sourceFilter = sourceFilter;
        this.sessions = sessions;
        this.caller = caller;
    }

    @POST
    @Requires(Permission.BACK_UP)
    @Operation(
            summary = "Take a backup now",
            description = "Labels are for finding it again: at most " + BackupRequest.Requested.MOST_LABELS
                    + ", of at most " + BackupRequest.Requested.LONGEST_LABEL + " characters each.")
    @APIResponse(
            responseCode = "202",
            description = "Accepted",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = BackupView.class)))
    public Uni<Response> request(
            BackupRequest.@Nullable Requested request,
            @HeaderParam(IdempotencyKey.HEADER) @Nullable String idempotencyKey) {
        if (request == null) {
            throw HoldfastException.of(
                    FailureCode.REQUEST_INVALID, "the body is missing; send {\"source\": \"<name>\"}");
        }
        String id = IdempotencyKey.orRandom(idempotencyKey);
        Access access = caller.access();
        access.require(Permission.BACK_UP, request.source());
        refuseInternal(request);
        return requests.accept(ReceivedMessage.overRest(
                        Topic.BACKUP_REQUESTS, "/api/backups", id, access.principal(), request))
                .map(this::accepted);
    }

    /** Refuses other kinds than MANUAL: a restore identifies its safety backup by kind and label. */
    private static void refuseInternal(BackupRequest.Requested request) {
        BackupKind kind = request.kind();
        if (kind != null && kind != BackupKind.MANUAL) {
            throw HoldfastException.about(
                    "kind",
                    FailureCode.REQUEST_INVALID,
                    "a backup that is requested over REST is of kind MANUAL; leave out kind, database and tables");
        }
    }

    @GET
    @Requires(Permission.VIEW)
    @Operation(
            summary = "Backups, newest first",
            description =
                    "Filters narrow each other: with each label, in one of the states, of the kind, and with data of"
                            + " from or later and before to. Without a state, deleted backups are left out.")
    public Uni<PageCursor.Page<BackupView>> list(
            @QueryParam("source") @Nullable String source,
            @QueryParam("label") List<String> labels,
            @Parameter(schema = @Schema(type = SchemaType.ARRAY, implementation = BackupState.class))
                    @QueryParam("state")
                    List<String> states,
            @Parameter(schema = @Schema(implementation = BackupKind.class)) @QueryParam("kind") @Nullable String kind,
            @Parameter(description = FROM, schema = @Schema(type = SchemaType.STRING, format = "date-time"))
                    @QueryParam("from")
                    @Nullable
                    String from,
            @Parameter(description = TO, schema = @Schema(type = SchemaType.STRING, format = "date-time"))
                    @QueryParam("to")
                    @Nullable
                    String to,
            @Parameter(description = "The id, or at least its first 8 digits.") @QueryParam("id") @Nullable String id,
            @QueryParam("correlation") @Nullable String correlation,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("limit") @DefaultValue("50") int limit) {
        BackupQuery query = of(source, BackupQuery.atMost(limit))
                .labelled(labels)
                .withId(id)
                .inStates(states)
                .ofKind(kind)
                .between(InstantParameter.parse("from", from), InstantParameter.parse("to", to))
                .correlated(correlation)
                .after(cursor)
                .visibleTo(caller.access().visible());
        Access access = caller.access();
        return sessions.withSession(
                        session -> known(session, source, access).chain(() -> backupRepository.list(session, query)))
                .map(found -> PageCursor.Page.of(
                        found.stream().map(views::of).toList(),
                        limit,
                        view -> view.id().toString()));
    }

    private BackupQuery of(@Nullable String source, BackupQuery query) {
        if (source == null) {
            return query;
        }
        return sourceRegistry.idOf(source).map(query::ofSource).orElseGet(() -> query.ofSource(source));
    }

    /** A retired source is known too, whether it has backups or not. */
    private Uni<Void> known(Mutiny.Session session, @Nullable String source, Access access) {
        if (source != null && !source.isEmpty()) {
            access.requireVisible(source);
        }
        return source != null && sourceRegistry.idOf(source).isPresent()
                ? Uni.createFrom().voidItem()
                : sourceFilter.require(session, source, Backup.class, "sourceName");
    }

    @GET
    @Requires(Permission.VIEW)
    @Path("{id}")
    @Operation(summary = "One backup")
    public Uni<BackupView> show(BackupId id) {
        Access access = caller.access();
        return sessions.withSession(session -> backupRepository.get(session, id))
                .invoke(backup -> access.requireVisible(backup.source().name(), () -> BackupRepository.unknown(id)))
                .map(views::of);
    }

    @POST
    @Requires(Permission.BACK_UP)
    @Path("{id}/cancellation")
    @Operation(summary = "Stop a backup that is waiting or running")
    @APIResponse(
            responseCode = "202",
            description = "Accepted",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = BackupView.class)))
    public Uni<Response> cancel(BackupId id, @HeaderParam(IdempotencyKey.HEADER) @Nullable String idempotencyKey) {
        var request = new BackupRequest.CancellationRequested(id);
        String identity = IdempotencyKey.orRandom(idempotencyKey);
        Access access = caller.access();
        return sessions.withSession(session -> backupRepository.get(session, id))
                .invoke(backup ->
                        access.require(Permission.BACK_UP, backup.source().name(), () -> BackupRepository.unknown(id)))
                .chain(() -> requests.accept(ReceivedMessage.overRest(
                        Topic.BACKUP_REQUESTS, "/api/backups/cancellation", identity, access.principal(), request)))
                .map(this::accepted);
    }

    private Response accepted(Backup backup) {
        return Response.accepted(views.of(backup))
                .location(URI.create("/api/backups/" + backup.id()))
                .build();
    }
}
