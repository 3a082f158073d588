package io.holdfast.audit.activity;

import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.eventing.rest.Cursor;
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
    private static final int MAX_LIMIT = 200;

    private final Activities activities;
    private final Coverage coverage;

    ActivityResource(Activities activities, Coverage coverage) {
        this.activities = activities;
        this.coverage = coverage;
    }

    @GET
    @Operation(summary = "What happened, the latest recorded first; repeated events only if asked for")
    public Uni<Cursor.Page<Activity>> list(
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
        if (limit < 1 || limit > MAX_LIMIT) {
            throw Failure.of(FailureCode.REQUEST_INVALID, "limit must be from 1 to " + MAX_LIMIT);
        }
        Filter filter = new Filter()
                .equal("source", source)
                .equal("action", action)
                .equal("operator", operator)
                .equal("status", status)
                .equal("entityId", entityId)
                .from(from)
                .to(to)
                .repeated(repeated)
                .after(position(cursor));
        return activities
                .find(filter, limit + 1)
                .map(rows -> Cursor.Page.of(rows, limit, activity -> Long.toString(activity.position)));
    }

    @GET
    @Path("coverage")
    @Operation(summary = "For each partition, which records were recorded and which are missing in between")
    public Uni<Cursor.Page<Coverage.Partition>> coverage() {
        return coverage.measure().map(partitions -> new Cursor.Page<>(List.copyOf(partitions), null));
    }

    private static @Nullable Long position(@Nullable String cursor) {
        Cursor after = Cursor.parse(cursor);
        try {
            return after == null ? null : Long.valueOf(after.after());
        } catch (NumberFormatException e) {
            throw Failure.of(
                    FailureCode.REQUEST_INVALID,
                    "the cursor is not one of this list; leave it out to start from the first page",
                    e);
        }
    }
}
