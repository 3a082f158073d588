package io.holdfast.eventing.outbound;

import io.holdfast.config.HoldfastConfig;
import io.holdfast.config.ServicesConfig;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The platform's own ports, as the settings of a service name them. */
final class PlatformEndpoints {
    private static final Pattern JDBC =
            Pattern.compile("jdbc:postgresql://(?<host>\\[[^]]+]|[^:/?,]+)(?::(?<port>\\d{1,5}))?/(?<name>[^?]*).*");

    private PlatformEndpoints() {}

    static List<PlatformEndpoint> of(Optional<HoldfastConfig> config, String brokers, int ownPort) {
        List<PlatformEndpoint> endpoints = new ArrayList<>();
        endpoints.add(new PlatformEndpoint("this service", "127.0.0.1", ownPort));
        for (String broker : brokers.split(",", -1)) {
            broker(broker.strip(), endpoints);
        }
        config.ifPresent(file -> {
            ServicesConfig services = file.services();
            url("backup-service", services.backup(), endpoints);
            url("restore-service", services.restore(), endpoints);
            url("verifier-service", services.verifier(), endpoints);
            url("notifier-service", services.notifier(), endpoints);
            url("audit-service", services.audit(), endpoints);
            file.vault().endpoint().ifPresent(vault -> url("the vault", vault, endpoints));
        });
        return endpoints;
    }

    private static void broker(String broker, List<PlatformEndpoint> endpoints) {
        String address = broker.substring(broker.indexOf("//") < 0 ? 0 : broker.indexOf("//") + 2);
        int colon = address.lastIndexOf(':');
        if (colon > 0 && address.substring(colon + 1).matches("\\d{1,5}")) {
            endpoints.add(new PlatformEndpoint(
                    "the Kafka broker",
                    bare(address.substring(0, colon)),
                    Integer.parseInt(address.substring(colon + 1))));
        }
    }

    private static void url(String name, URI url, List<PlatformEndpoint> endpoints) {
        endpoints.add(new PlatformEndpoint(name, bare(url.getHost()), port(url)));
    }

    /** The port of a URL, or that of its scheme. */
    static int port(URI url) {
        return url.getPort() >= 0 ? url.getPort() : "https".equalsIgnoreCase(url.getScheme()) ? 443 : 80;
    }

    static Optional<OutboundPolicy.PlatformDatabase> database(Optional<String> jdbcUrl) {
        return jdbcUrl.map(JDBC::matcher)
                .filter(Matcher::matches)
                .map(url -> new OutboundPolicy.PlatformDatabase(
                        new PlatformEndpoint(
                                "the platform's database",
                                bare(url.group("host")),
                                url.group("port") == null ? 5432 : Integer.parseInt(url.group("port"))),
                        url.group("name")));
    }

    private static String bare(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }
}
