package io.holdfast.backup.schedule;

import io.holdfast.access.Permission;
import io.holdfast.access.Requires;
import io.holdfast.access.VisibleSources;
import io.holdfast.backup.source.ProtectedSource;
import io.holdfast.backup.source.SourceRegistry;
import io.holdfast.eventing.caller.Caller;
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
    private final Caller caller;

    ScheduleResource(
            SourceRegistry sourceRegistry,
            SlotQueries slots,
            ScheduleViews views,
            SourceFilter sourceFilter,
            Mutiny.SessionFactory sessions,
            Caller caller) {
        this.sourceRegistry = sourceRegistry;
        this.slots = slots;
        this.views = views;
        this.sourceFilter = sourceFilter;
        this.sessions = sessions;
        this.caller = caller;
    }

    @GET
    @Requires(Permission.VIEW)
    @Path("schedule")
    @Operation(summary = "The last and the next slots of every source")
    public Uni<PageCursor.Page<ScheduleView>> schedule(@QueryParam("source") @Nullable String source) {
        VisibleSources visible = visible(source);
        Collection<ProtectedSource> wanted =
                source == null || source.isEmpty() ? sourceRegistry.all() : List.of(sourceRegistry.named(source));
        return sessions.withSession(session -> Multi.createFrom()
                        .iterable(wanted)
                        .filter(each -> visible.contains(each.ref().name()))
                        .onItem()
                        .transformToUniAndConcatenate(each -> views.of(session, each))
                        .collect()
                        .asList())
                .map(all -> new PageCursor.Page<>(all, null));
    }

    @GET
    @Requires(Permission.VIEW)
    @Path("slots")
    @Operation(
            summary = "The ledger of slots, newest first",
            description = "One entry for each fire time of each schedule, whatever the number of replicas.")
    public Uni<PageCursor.Page<SlotView>> list(
            @QueryParam("source") @Nullable String source,
            @Parameter(schema = @Schema(implementation = SlotState.class)) @QueryParam("state") @Nullable String state,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("limit") @DefaultValue("50") int limit) {
        VisibleSources visible = visible(source);
        return sessions.withSession(session -> sourceFilter
                        .require(session, source, Slot.class, "sourceName")
                        .chain(() -> slots.list(session, source, visible, state, cursor, limit)))
                .map(found -> PageCursor.Page.of(
                        found.stream().map(SlotView::of).toList(),
                        limit,
                        slot -> slot.id().toString()));
    }

    private VisibleSources visible(@Nullable String source) {
        if (source != null && !source.isEmpty()) {
            caller.access().requireVisible(source);
        }
        return caller.access().visible();
    }
}
