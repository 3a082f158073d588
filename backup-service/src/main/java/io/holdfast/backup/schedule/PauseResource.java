package io.holdfast.backup.schedule;

import io.holdfast.backup.source.ProtectedSource;
import io.holdfast.backup.source.SourceRegistry;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.eventing.runtime.TransactionRunner;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Pauses of a source's schedules over REST. Each may be asked for twice. */
@Path("/api/sources/{name}")
@Tag(name = "Schedules")
class PauseResource {
    private static final String BY = "/api/sources";

    private final SourceRegistry sourceRegistry;
    private final SourcePauses pauses;
    private final ScheduleViews views;
    private final TransactionRunner transactionRunner;

    PauseResource(
            SourceRegistry sourceRegistry,
            SourcePauses pauses,
            ScheduleViews views,
            TransactionRunner transactionRunner) {
        this.sourceRegistry = sourceRegistry;
        this.pauses = pauses;
        this.views = views;
        this.transactionRunner = transactionRunner;
    }

    /**
     * A pause that is asked for.
     *
     * @param until its end
     * @param reason for people
     */
    record PauseRequest(@Nullable Instant until, @Nullable String reason) {}

    @POST
    @Path("pause")
    @Operation(
            summary = "Pause the scheduled backups of a source",
            description = "Until an instant at most 90 days ahead, with a reason. Requested backups still run.")
    public Uni<ScheduleView> pause(@PathParam("name") String name, @Nullable PauseRequest request) {
        if (request == null) {
            throw HoldfastException.of(
                    FailureCode.REQUEST_INVALID,
                    "the body is missing; send {\"until\": \"2026-01-15T16:00:00Z\", \"reason\": \"…\"}");
        }
        ProtectedSource source = sourceRegistry.named(name);
        return transactionRunner
                .run(session -> pauses.pause(session, source.ref(), request.until(), request.reason(), BY))
                .chain(() -> view(source));
    }

    @POST
    @Path("resume")
    @Operation(summary = "End the pause of a source", description = "A source that is not paused stays as it is.")
    public Uni<ScheduleView> resume(@PathParam("name") String name) {
        ProtectedSource source = sourceRegistry.named(name);
        return transactionRunner
                .run(session -> pauses.resume(session, source.ref(), BY))
                .chain(() -> view(source));
    }

    private Uni<ScheduleView> view(ProtectedSource source) {
        return transactionRunner.run(session -> views.of(session, source));
    }
}
