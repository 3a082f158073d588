package io.holdfast.verifier.drill;

import io.holdfast.access.Permission;
import io.holdfast.access.Principal;
import io.holdfast.access.Requires;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.Topic;
import io.holdfast.contracts.VerificationId;
import io.holdfast.contracts.VerificationRequest;
import io.holdfast.drill.ExternalVerdict;
import io.holdfast.drill.SignOff;
import io.holdfast.eventing.caller.Access;
import io.holdfast.eventing.caller.Caller;
import io.holdfast.eventing.cloudevents.ReceivedMessage;
import io.holdfast.eventing.progress.ProgressReporter;
import io.holdfast.eventing.rest.IdRange;
import io.holdfast.eventing.rest.IdempotencyKey;
import io.holdfast.eventing.rest.PageCursor;
import io.holdfast.eventing.rest.SourceFilter;
import io.holdfast.eventing.runtime.TransactionRunner;
import io.holdfast.verifier.verification.VerificationRequestConsumer;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Drills over REST. A POST of one goes the same way as a request over Kafka. */
@Path("/api/drills")
@Tag(name = "Drills")
class DrillResource {
    private static final int LONGEST_NOTE = 2000;

    private final VerificationRequestConsumer requests;
    private final Drills drills;
    private final ProgressReporter progressReporter;
    private final SourceFilter sourceFilter;
    private final TransactionRunner transactionRunner;
    private final Caller caller;
    private final InstantSource clock;

    DrillResource(
            VerificationRequestConsumer requests,
            Drills drills,
            ProgressReporter progressReporter,
            SourceFilter sourceFilter,
            TransactionRunner transactionRunner,
            Caller caller,
            InstantSource clock) {
        this.requests = requests;
        this.drills = drills;
        this.progressReporter = progressReporter;
        this.sourceFilter = sourceFilter;
        this.transactionRunner = transactionRunner;
        this.caller = caller;
        this.clock = clock;
    }

    @POST
    @Requires(Permission.VERIFY)
    @Operation(
            summary = "Hold a drill",
            description = "Restores a backup of the source into a throw-away database, checks the copy, damages further"
                    + " copies to test the checks, and writes a report. Without backup, the newest one or, with"
                    + " drill.look-back, a random proven one. Kind staging replaces the database of drill.staging by a masked"
                    + " copy, and needs the right to restore that source too.")
    @APIResponse(
            responseCode = "202",
            description = "Accepted",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = DrillView.class)))
    public Uni<Response> request(
            VerificationRequest.@Nullable DrillRequested request,
            @HeaderParam("Idempotency-Key") @Nullable String idempotencyKey) {
        if (request == null) {
            throw HoldfastException.of(FailureCode.REQUEST_INVALID, "the body is missing; send {\"source\": \"…\"}");
        }
        String id = IdempotencyKey.orRandom(idempotencyKey);
        return requests.accept(ReceivedMessage.overRest(
                        Topic.VERIFICATION_REQUESTS,
                        "/api/drills",
                        id,
                        caller.access().principal(),
                        request))
                .map(Drill.class::cast)
                .map(it -> Response.accepted(view(it))
                        .location(URI.create("/api/drills/" + it.id()))
                        .build());
    }

    @GET
    @Requires(Permission.VIEW)
    @Operation(
            summary = "Drills, newest first",
            description = "Or those whose id begins with id, which has at least 8 digits.")
    public Uni<PageCursor.Page<DrillView>> list(
            @QueryParam("source") @Nullable String source,
            @Parameter(schema = @Schema(implementation = DrillState.class)) @QueryParam("state") @Nullable String state,
            @QueryParam("id") @Nullable String id,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("limit") @DefaultValue("50") int limit) {
        Access access = caller.access();
        String wanted = source == null || source.isEmpty() ? null : source;
        if (wanted != null) {
            access.requireVisible(wanted);
        }
        DrillFilter filter = DrillFilter.of(wanted, access.visible(), state, IdRange.parse(id), cursor, limit);
        return transactionRunner
                .run(session -> sourceFilter
                        .require(session, wanted, Drill.class, "sourceName")
                        .chain(() -> drills.list(session, filter)))
                .map(found -> PageCursor.Page.of(
                        found.stream().map(this::view).toList(),
                        limit,
                        view -> view.id().toString()));
    }

    @GET
    @Requires(Permission.VIEW)
    @Path("{id}")
    @Operation(summary = "One drill")
    public Uni<DrillView> show(VerificationId id) {
        Access access = caller.access();
        return transactionRunner
                .run(session -> drills.get(session, id))
                .invoke(it -> access.requireVisible(it.sourceName(), () -> Drills.unknown(id)))
                .map(this::view);
    }

    /**
     * The result of a test outside Holdfast.
     *
     * @param passed required
     */
    public record Result(@Nullable Boolean passed, @Nullable String note) {}

    @POST
    @Requires(Permission.VERIFY)
    @Path("{id}/result")
    @Operation(
            summary = "Add the result of a person or a program to a drill's report",
            description =
                    "Such as of a smoke test of the application. A result that failed fails the drill's report. Not"
                            + " after the signature.")
    public Uni<DrillView> result(VerificationId id, @Nullable Result result) {
        if (result == null || result.passed() == null) {
            throw HoldfastException.about(
                    "passed", FailureCode.REQUEST_INVALID, "say whether the test passed, such as {\"passed\": true}");
        }
        Access by = caller.access();
        boolean passed = result.passed();
        String note = note(result.note());
        return transactionRunner
                .run(session -> drills.judged(session, id, drill -> {
                    require(by, drill);
                    drill.judged(new ExternalVerdict(by.name(), passed, note, clock.instant()));
                }))
                .map(this::view);
    }

    /** A person's signature. */
    public record Signature(@Nullable String note) {}

    @POST
    @Requires(Permission.VERIFY)
    @Path("{id}/signature")
    @Operation(
            summary = "Sign a drill's report",
            description =
                    "The caller states that the report was read and accepted. A signed report does not change. 403"
                            + " unless the caller is a person, with a token of the identity provider.")
    public Uni<DrillView> sign(VerificationId id, @Nullable Signature signature) {
        Access by = caller.access();
        requirePerson(by.principal());
        String note = note(signature == null ? null : signature.note());
        return change(id, by, drill -> drill.signed(new SignOff(by.name(), clock.instant(), note)));
    }

    /** A token of a program may be in many hands: it does not say who has read the report. */
    private static void requirePerson(Principal by) {
        if (by.kind() != Principal.Kind.PERSON) {
            throw HoldfastException.of(
                    FailureCode.REQUEST_FORBIDDEN,
                    by.name()
                            + " is not a person and cannot sign; log in at the identity provider (access.oidc) and sign"
                            + " with the token that it gives you");
        }
    }

    private static @Nullable String note(@Nullable String note) {
        if (note == null || note.isBlank()) {
            return null;
        }
        if (note.length() > LONGEST_NOTE) {
            throw HoldfastException.about(
                    "note", FailureCode.REQUEST_INVALID, "the note is longer than " + LONGEST_NOTE + " characters");
        }
        return note;
    }

    private Uni<DrillView> change(VerificationId id, Access by, Consumer<Drill> verb) {
        return transactionRunner
                .run(session -> drills.change(session, id, drill -> {
                    require(by, drill);
                    verb.accept(drill);
                }))
                .map(this::view);
    }

    private static void require(Access by, Drill drill) {
        by.require(Permission.VERIFY, drill.sourceName(), () -> Drills.unknown(drill.id()));
    }

    private DrillView view(Drill it) {
        return DrillView.of(it, progressReporter.latest(it.id().toString()).orElse(null));
    }
}
