package io.holdfast.verifier.verification;

import static java.util.Objects.requireNonNull;

import io.holdfast.access.Permission;
import io.holdfast.access.Requires;
import io.holdfast.access.VisibleSources;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.Topic;
import io.holdfast.contracts.VerificationId;
import io.holdfast.contracts.VerificationRequest;
import io.holdfast.eventing.caller.Access;
import io.holdfast.eventing.caller.Caller;
import io.holdfast.eventing.cloudevents.ReceivedMessage;
import io.holdfast.eventing.progress.ProgressReporter;
import io.holdfast.eventing.rest.IdRange;
import io.holdfast.eventing.rest.IdempotencyKey;
import io.holdfast.eventing.rest.PageCursor;
import io.smallrye.mutiny.Uni;
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
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Verifications over REST. A POST goes the same way as a request over Kafka. */
@Path("/api/verifications")
@Tag(name = "Verifications")
class VerificationResource {
    private final VerificationRequestConsumer requests;
    private final VerificationRepository verificationRepository;
    private final ProgressReporter progressReporter;
    private final Mutiny.SessionFactory sessions;
    private final Caller caller;

    VerificationResource(
            VerificationRequestConsumer requests,
            VerificationRepository verificationRepository,
            ProgressReporter progressReporter,
            Mutiny.SessionFactory sessions,
            Caller caller) {
        this.requests = requests;
        this.verificationRepository = verificationRepository;
        this.progressReporter = progressReporter;
        this.sessions = sessions;
        this.caller = caller;
    }

    @POST
    @Requires(Permission.VERIFY)
    @Operation(summary = "Verify a backup")
    @APIResponse(
            responseCode = "202",
            description = "Accepted",
            content =
                    @Content(mediaType = "application/json", schema = @Schema(implementation = VerificationView.class)))
    public Uni<Response> request(
            VerificationRequest.@Nullable Requested request,
            @HeaderParam("Idempotency-Key") @Nullable String idempotencyKey) {
        if (request == null) {
            throw HoldfastException.of(FailureCode.REQUEST_INVALID, "the body is missing; send {\"backupId\": \"…\"}");
        }
        String id = IdempotencyKey.orRandom(idempotencyKey);
        Access access = caller.access();
        return requests.accept(ReceivedMessage.overRest(
                        Topic.VERIFICATION_REQUESTS, "/api/verifications", id, access.principal(), request))
                .map(Verification.class::cast)
                .map(it -> Response.accepted(view(it))
                        .location(URI.create("/api/verifications/" + it.id()))
                        .build());
    }

    @GET
    @Requires(Permission.VIEW)
    @Operation(
            summary = "The verifications of a backup, newest first",
            description = "Or those whose id begins with id, which has at least 8 digits.")
    public Uni<PageCursor.Page<VerificationView>> list(
            @QueryParam("backup") @Nullable BackupId backup, @QueryParam("id") @Nullable String id) {
        IdRange ids = IdRange.parse(id);
        if ((backup == null) == (ids == null)) {
            throw HoldfastException.of(
                    FailureCode.REQUEST_INVALID, "say whose verifications: ?backup=ID, or ?id=BEGINNING");
        }
        VisibleSources visible = caller.access().visible();
        return sessions.withSession(session -> ids == null
                        ? verificationRepository.of(session, requireNonNull(backup))
                        : verificationRepository.within(session, ids))
                .map(found -> new PageCursor.Page<>(
                        found.stream()
                                .filter(it -> visible.contains(it.source().name()))
                                .map(this::view)
                                .toList(),
                        null));
    }

    @GET
    @Requires(Permission.VIEW)
    @Path("{id}")
    @Operation(summary = "One verification")
    public Uni<VerificationView> show(VerificationId id) {
        Access access = caller.access();
        return sessions.withSession(session -> verificationRepository.get(session, id))
                .invoke(it -> access.requireVisible(it.source().name(), () -> VerificationRepository.unknown(id)))
                .map(this::view);
    }

    private VerificationView view(Verification it) {
        return VerificationView.of(
                it, progressReporter.latest(it.id().toString()).orElse(null));
    }
}
