package io.holdfast.backup.schedule;

import io.holdfast.backup.source.ProtectedSource;
import io.holdfast.backup.source.SourceRegistry;
import io.holdfast.eventing.rest.PageCursor;
import io.holdfast.eventing.rest.SourceFilter;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.util.Collection;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Schedules and their slots over REST. */
@Path("/api")
@Tag(name = "Schedules")
class ScheduleResource {
    private final SourceRegistry sourceRegistry;
    private final SlotQueries slots;
    private final ScheduleViews views;
    private final SourceFilter sourceFilter;
    private final Mutiny.SessionFactory sessions;

    ScheduleResource(
            SourceRegistry sourceRegistry,
            SlotQueries slots,
            ScheduleViews views,
            SourceFilter sourceFilter,
            Mutiny.SessionFactory sessions) {
        this.sourceRegistry = sourceRegistry;
        this.slots = slots;
        this.views = views;
        this.sourceFilter = sourceFilter;
        this.sessions = sessions;
    }

    @GET
    @Path("schedule")
    @Operation(summary = "The last and the next slots of every source")
    public Uni<PageCursor.Page<ScheduleView>> schedule(@QueryParam("source") @Nullable String source) {
        Collection<ProtectedSource> wanted =
                source == null || source.isEmpty() ? sourceRegistry.all() : List.of(sourceRegistry.named(source));
        return sessions.withSession(session -> Multi.createFrom()
                        .iterable(wanted)
                        .onItem()
                        .transformToUniAndConcatenate(each -> views.of(session, each))
                        .collect()
                        .asList())
                .map(all -> new PageCursor.Page<>(all, null));
    }

    @GET
    @Path("slots")
    @Operation(
            summary = "The ledger of slots, newest first",
            description = "One entry for each fire time of each schedule, whatever the number of replicas.")
    public Uni<PageCursor.Page<SlotView>> list(
            @QueryParam("source") @Nullable String source,
            @Parameter(schema = @Schema(implementation = SlotState.class)) @QueryParam("state") @Nullable String state,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("limit") @DefaultValue("50") int limit) {
        return sessions.withSession(session -> sourceFilter
                        .require(session, source, Slot.class, "sourceName")
                        .chain(() -> slots.list(session, source, state, cursor, limit)))
                .map(found -> PageCursor.Page.of(
                        found.stream().map(SlotView::of).toList(),
                        limit,
                        slot -> slot.id().toString()));
    }
}
