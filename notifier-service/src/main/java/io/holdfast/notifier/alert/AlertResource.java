package io.holdfast.notifier.alert;

import io.holdfast.access.Permission;
import io.holdfast.access.Requires;
import io.holdfast.access.VisibleSources;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.eventing.caller.Access;
import io.holdfast.eventing.caller.Caller;
import io.holdfast.eventing.rest.IdRange;
import io.holdfast.eventing.rest.PageCursor;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.sql.SQLException;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** Alerts over REST. */
@Path("/api/alerts")
@Tag(name = "Alerts")
class AlertResource {
    private final AlertQueries queries;
    private final Acknowledgements acknowledgements;
    private final Caller caller;

    AlertResource(AlertQueries queries, Acknowledgements acknowledgements, Caller caller) {
        this.queries = queries;
        this.acknowledgements = acknowledgements;
        this.caller = caller;
    }

    /**
     * An acknowledgement that is asked for.
     *
     * @param note for people
     * @param until its end, at most 30 days ahead; absent: 24 hours from now
     */
    record AcknowledgementRequest(
            @Nullable String note, @Nullable Instant until) {}

    @GET
    @Requires(Permission.VIEW)
    @RunOnVirtualThread
    @Operation(summary = "Alerts, the newest first; without a state those that have not ended")
    public PageCursor.Page<AlertView> list(
            @Parameter(schema = @Schema(implementation = AlertState.class)) @RestQuery @Nullable String state,
            @RestQuery @Nullable String source,
            @RestQuery @Nullable String id,
            @RestQuery @Nullable String cursor,
            @RestQuery @DefaultValue("50") int limit)
            throws SQLException {
        VisibleSources visible = caller.access().visible();
        AlertQueries.Filter filter = new AlertQueries.Filter(
                state == null ? null : AlertState.parse(state), source, IdRange.parse(id), visible);
        return queries.page(filter, PageCursor.parse(cursor), limit);
    }

    @POST
    @Requires(Permission.OPERATE)
    @Path("{id}/acknowledgement")
    @RunOnVirtualThread
    @Operation(
            summary = "Acknowledge an alert",
            description =
                    "Stops its messages and its escalation until the acknowledgement expires. 409 if it has ended.")
    public AlertView acknowledge(@RestPath String id, @Nullable AcknowledgementRequest request) throws SQLException {
        if (request == null) {
            throw HoldfastException.of(
                    FailureCode.REQUEST_INVALID,
                    "the body is missing; send {\"note\": \"…\", \"until\": \"2026-01-15T16:00:00Z\"}");
        }
        Access access = caller.access();
        return acknowledgements.acknowledge(id, access, request.note(), request.until());
    }
}
