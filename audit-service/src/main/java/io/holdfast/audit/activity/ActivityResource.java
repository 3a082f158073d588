package io.holdfast.audit.activity;

import io.holdfast.access.Permission;
import io.holdfast.access.Requires;
import io.holdfast.access.VisibleSources;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.eventing.caller.Caller;
import io.holdfast.eventing.rest.PageCursor;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** The activity log over HTTP. */
@Path("/api/activity")
class ActivityResource {
    private final ActivityQuery activities;
    private final LogCoverage coverage;
    private final Caller caller;

    ActivityResource(ActivityQuery activities, LogCoverage coverage, Caller caller) {
        this.activities = activities;
        this.coverage = coverage;
        this.caller = caller;
    }

    @GET
    @Requires(Permission.VIEW_ACTIVITY)
    @Operation(summary = "What happened, the latest recorded first; repeated events only if asked for")
    public Uni<PageCursor.Page<Activity>> list(
            @RestQuery @Nullable String source,
            @RestQuery @Nullable String action,
            @RestQuery @Nullable String operator,
            @RestQuery @Nullable String status,
            @RestQuery("entity") @Nullable String entityId,
            @RestQuery @Nullable String from,
            @RestQuery @Nullable String to,
            @RestQuery @DefaultValue("false") boolean repeated,
            @RestQuery @Nullable String cursor,
            @RestQuery @DefaultValue("50") int limit) {
        VisibleSources visible = caller.access().sources(Permission.VIEW_ACTIVITY);
        if (source != null && !source.isEmpty() && !visible.contains(source)) {
            throw HoldfastException.about(source, FailureCode.SOURCE_UNKNOWN, "source \"" + source + "\" is unknown");
        }
        ActivityFilter filter = new ActivityFilter()
                .equal("source", source)
                .equal("action", action)
                .equal("operator", operator)
                .equal("status", status)
                .equal("entityId", entityId)
                .from(from)
                .to(to)
                .repeated(repeated)
                .visible(visible)
                .after(position(cursor));
        return activities
                .find(filter, source, limit + 1)
                .map(rows -> PageCursor.Page.of(rows, limit, activity -> Long.toString(activity.position)));
    }

    @GET
    @Requires(Permission.VIEW_ACTIVITY)
    @Path("coverage")
    @Operation(summary = "For each partition, which records were recorded and which are missing in between")
    public Uni<PageCursor.Page<LogCoverage.Partition>> coverage() {
        caller.access().requireAll(Permission.VIEW_ACTIVITY);
        return coverage.measure().map(partitions -> new PageCursor.Page<>(List.copyOf(partitions), null));
    }

    private static @Nullable Long position(@Nullable String cursor) {
        PageCursor after = PageCursor.parse(cursor);
        try {
            return after == null ? null : Long.valueOf(after.after());
        } catch (NumberFormatException e) {
            throw HoldfastException.of(
                    FailureCode.REQUEST_INVALID,
                    "the cursor is not one of this list; leave it out to start from the first page",
                    e);
        }
    }
}
