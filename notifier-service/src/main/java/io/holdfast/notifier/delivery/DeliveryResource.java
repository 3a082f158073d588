package io.holdfast.notifier.delivery;

import io.holdfast.access.Permission;
import io.holdfast.access.Requires;
import io.holdfast.access.VisibleSources;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.eventing.caller.Caller;
import io.holdfast.eventing.rest.PageCursor;
import io.holdfast.eventing.runtime.TransactionRunner;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** What was told to whom. */
@Path("/api/deliveries")
class DeliveryResource {
    private final DeliveryRepository deliveryRepository;
    private final TransactionRunner transactionRunner;
    private final Caller caller;

    DeliveryResource(DeliveryRepository deliveryRepository, TransactionRunner transactionRunner, Caller caller) {
        this.deliveryRepository = deliveryRepository;
        this.transactionRunner = transactionRunner;
        this.caller = caller;
    }

    @GET
    @Requires(Permission.VIEW)
    @Operation(summary = "Messages and what became of them, the newest first")
    public Uni<PageCursor.Page<Delivery>> list(
            @RestQuery @Nullable String about,
            @RestQuery @Nullable String channel,
            @Parameter(schema = @Schema(implementation = DeliveryState.class)) @RestQuery @Nullable String state,
            @RestQuery @Nullable String cursor,
            @RestQuery @DefaultValue("50") int limit) {
        Map<String, Object> values = new LinkedHashMap<>();
        String conditions = equal("aboutId", about, values)
                + equal("channel", channel, values)
                + equal("state", state == null ? null : DeliveryState.parse(state), values)
                + visible(caller.access().visible(), values)
                + before(position(cursor), values);
        return transactionRunner
                .run(session -> deliveryRepository.list(conditions, values, limit + 1, session))
                .map(rows -> PageCursor.Page.of(rows, limit, delivery -> Long.toString(delivery.position)));
    }

    private static String equal(String field, @Nullable Object value, Map<String, Object> values) {
        if (value == null) {
            return "";
        }
        values.put(field, value);
        return " and d." + field + " = :" + field;
    }

    private static String visible(VisibleSources sources, Map<String, Object> values) {
        if (sources.all()) {
            return "";
        }
        values.put("visible", List.copyOf(sources.names()));
        return " and d.source in (:visible)";
    }

    private static String before(@Nullable Long position, Map<String, Object> values) {
        if (position == null) {
            return "";
        }
        values.put("position", position);
        return " and d.position < :position";
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
