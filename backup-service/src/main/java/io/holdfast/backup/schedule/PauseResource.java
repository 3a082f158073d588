package io.holdfast.backup.schedule;

import io.holdfast.access.Permission;
import io.holdfast.access.Requires;
import io.holdfast.backup.source.ProtectedSource;
import io.holdfast.backup.source.SourceRegistry;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.eventing.caller.Access;
import io.holdfast.eventing.caller.Caller;
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
    private final SourceRegistry sourceRegistry;
    private final SourcePauses pauses;
    private final ScheduleViews views;
    private final TransactionRunner transactionRunner;
    private final Caller caller;

    PauseResource(
            SourceRegistry sourceRegistry,
            SourcePauses pauses,
            ScheduleViews views,
            TransactionRunner transactionRunner,
            Caller caller) {
        this.sourceRegistry = sourceRegistry;
        this.pauses = pauses;
        this.views = views;
        this.transactionRunner = transactionRunner;
        this.caller = caller;
    }

    /**
     * A pause that is asked for.
     *
     * @param until its end
     * @param reason for people
     */
    record PauseRequest(@Nullable Instant until, @Nullable String reason) {}

    @POST
    @Requires(Permission.OPERATE)
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
        Access access = caller.access();
        access.require(Permission.OPERATE, name);
        ProtectedSource source = sourceRegistry.named(name);
        return transactionRunner
                .run(session -> pauses.pause(session, source.ref(), request.until(), request.reason(), access.name()))
                .chain(() -> view(source));
    }

    @POST
    @Requires(Permission.OPERATE)
    @Path("resume")
    @Operation(summary = "End the pause of a source", description = "A source that is not paused stays as it is.")
    public Uni<ScheduleView> resume(@PathParam("name") String name) {
        Access access = caller.access();
        access.require(Permission.OPERATE, name);
        ProtectedSource source = sourceRegistry.named(name);
        return transactionRunner
                .run(session -> pauses.resume(session, source.ref(), access.name()))
                .chain(() -> view(source));
    }

    private Uni<ScheduleView> view(ProtectedSource source) {
        return transactionRunner.run(session -> views.of(session, source));
    }
}
