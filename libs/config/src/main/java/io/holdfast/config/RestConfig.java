package io.holdfast.config;

import java.util.List;

/** The REST APIs of the services. */
public record RestConfig(
        @ConfigKey(
                value =
                        "Further hosts that clients may use to address a service, without a port. A request with another"
                                + " Host is refused, which protects browsers' users against DNS rebinding. Always allowed are"
                                + " loopback names and addresses, the hosts of services, and the machine's own name; the health"
                                + " endpoints allow every host.",
                example = "[holdfast.example]")
        List<String> hosts) {}
