package io.holdfast.config;

import java.util.List;

/** The REST APIs of the services. */
public record RestConfig(
        @ConfigKey(
                value =
                        "Additional names in the Host header that the services accept, without a port. Requests with another Host are refused, which protects users of browsers against DNS rebinding. IP addresses, localhost, the hosts of services and the machine's own name are always accepted; the health endpoints accept every name.",
                example = "[holdfast.example]")
        List<String> hosts) {}
