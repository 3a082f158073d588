package io.holdfast.eventing.access;

import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/** The address of a client as the service sees it; {@code quarkus.http.proxy} decides whether a proxy is believed. */
final class ClientAddress {
    private ClientAddress() {}

    static String of(@Nullable RoutingContext context) {
        SocketAddress address = context == null ? null : context.request().remoteAddress();
        return address == null ? "unknown" : String.valueOf(address.hostAddress());
    }
}
