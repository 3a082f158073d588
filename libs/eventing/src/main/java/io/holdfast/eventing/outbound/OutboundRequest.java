package io.holdfast.eventing.outbound;

import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request to a destination that a configuration names.
 *
 * @param url http or https; may hold a secret, so no message repeats it
 * @param body null: a GET without a body; else a POST
 */
public record OutboundRequest(
        URI url, Map<String, String> headers, @Nullable String body) {
    public OutboundRequest {
        headers = Map.copyOf(headers);
    }
}
