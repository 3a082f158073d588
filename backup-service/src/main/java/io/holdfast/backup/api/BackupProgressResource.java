package io.holdfast.backup.api;

import io.holdfast.access.Permission;
import io.holdfast.access.Requires;
import io.holdfast.backup.catalog.BackupRepository;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.JobProgressed;
import io.holdfast.eventing.caller.Caller;
import io.holdfast.eventing.runtime.TransactionRunner;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Duration;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestStreamElementType;
import org.jspecify.annotations.Nullable;

/** A backup's progress as server-sent events: JobProgressed after JobProgressed, at last {@code done} with the backup. */
@Path("/api/backups")
@Tag(name = "Backups")
class BackupProgressResource {
    private static final Duration EVERY = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final BackupRepository backupRepository;
    private final BackupViewFactory views;
    private final BackupGuard guard;
    private final Caller caller;
    private final TransactionRunner transactionRunner;

    BackupProgressResource(
            BackupRepository backupRepository,
            BackupViewFactory views,
            BackupGuard guard,
            Caller caller,
            TransactionRunner transactionRunner) {
        this.backupRepository = backupRepository;
        this.views = views;
        this.guard = guard;
        this.caller = caller;
        this.transactionRunner = transactionRunner;
    }

    @GET
    @Requires(Permission.VIEW)
    @Path("{id}/progress")
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @RestStreamElementType(MediaType.APPLICATION_JSON)
    @Blocking
    @Operation(summary = "How far a backup is, until it is stored, has failed or is cancelled")
    @APIResponse(
            responseCode = "200",
            description = "A JobProgressed in each event; the last event is named done and has the backup",
            content =
                    @Content(
                            mediaType = MediaType.SERVER_SENT_EVENTS,
                            schema = @Schema(implementation = JobProgressed.class)))
    public Multi<OutboundSseEvent> progress(BackupId id, @Context Sse sse) {
        guard.require(caller.access(), Permission.VIEW, id)
                .await()
                .atMost(PATIENCE); // that it is unknown can only be told before the stream begins
        Listening listening = new Listening(sse);
        return Multi.createBy()
                .repeating()
                .uni(() -> look(id))
                .withDelay(EVERY)
                .whilst(backup -> !backup.state().isFinished())
                .onItem()
                .transformToIterable(backup -> listening.news(backup).toList());
    }

    private Uni<BackupView> look(BackupId id) {
        return transactionRunner
                .run(session -> backupRepository.get(session, id))
                .map(views::of);
    }

    /** One listener, and what it has heard last. */
    private static final class Listening {
        private final Sse sse;
        private @Nullable JobProgressed last;

        Listening(Sse sse) {
            this.sse = sse;
        }

        Stream<OutboundSseEvent> news(BackupView backup) {
            if (backup.state().isFinished()) {
                return Stream.of(sse.newEventBuilder()
                        .name("done")
                        .data(BackupView.class, backup)
                        .mediaType(MediaType.APPLICATION_JSON_TYPE)
                        .build());
            }
            JobProgressed now = backup.progress();
            if (now == null || now.equals(last)) {
                return Stream.empty();
            }
            last = now;
            return Stream.of(sse.newEventBuilder()
                    .data(JobProgressed.class, now)
                    .mediaType(MediaType.APPLICATION_JSON_TYPE)
                    .build());
        }
    }
}
