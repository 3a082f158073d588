package io.holdfast.config;

import java.util.List;

/** Destinations of requests that Holdfast sends because of a configuration or a request. */
public record OutboundConfig(
        @ConfigKey(
                value =
                        "Destinations that are permitted although they are link-local, a cloud's metadata service, or a port of the platform itself: a host, host:port or CIDR. It applies to channels with a URL, health probes, maintenance webhooks and restore targets.",
                example = "[\"169.254.10.0/24\", \"status.internal:8081\"]")
        List<AllowedDestination> allow) {}
