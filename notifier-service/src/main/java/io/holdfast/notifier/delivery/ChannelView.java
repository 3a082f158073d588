package io.holdfast.notifier.delivery;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.holdfast.config.ChannelConfig;
import io.holdfast.config.NotifiedEvent;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A channel as it is shown: nothing of its configuration that could be a secret.
 *
 * @param events of which the channel hears, as holdfast.yaml writes them
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ChannelView(
        @Schema(examples = "ops-slack") String name,
        @Schema(examples = "slack") String type,
        List<String> events,
        @Nullable LastDelivery lastDelivery) {

    /**
     * @param at when it was delivered, or else made
     * @param error of the last attempt, or a remark on a delivery
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record LastDelivery(
            String id,
            DeliveryState state,
            Instant at,
            int attempts,
            @Nullable String error) {}

    static ChannelView of(String name, ChannelConfig config, @Nullable Delivery newest) {
        return new ChannelView(
                name,
                config.type(),
                config.events().stream().map(ChannelView::word).toList(),
                newest == null ? null : last(newest));
    }

    private static LastDelivery last(Delivery newest) {
        Instant delivered = newest.deliveredAt;
        return new LastDelivery(
                newest.id.toString(),
                newest.state,
                delivered == null ? newest.createdAt : delivered,
                newest.attempts,
                newest.lastError);
    }

    private static String word(NotifiedEvent event) {
        return event.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
