package io.holdfast.eventing.tracing;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.EnvConfigSource;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Turns {@code HOLDFAST_TRACING}, the URL of an OTLP/HTTP receiver, into settings of Quarkus. Without a value the SDK stays
 * disabled: no exporter, no thread, no header. A value that is no such URL prevents the start.
 */
public final class TracingConfigSourceFactory implements ConfigSourceFactory {
    private static final int BELOW_ENVIRONMENT = 290;

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        ConfigValue endpoint = context.getValue("holdfast.tracing");
        if (endpoint == null
                || endpoint.getValue() == null
                || endpoint.getValue().isBlank()) {
            return List.of();
        }
        // as if set in the environment: a build does not record such settings
        return List.of(new EnvConfigSource(
                Map.of(
                        "QUARKUS_OTEL_SDK_DISABLED",
                        "false",
                        "QUARKUS_OTEL_EXPORTER_OTLP_ENDPOINT",
                        valid(endpoint.getValue().strip()).replace("$", "\\$")),
                BELOW_ENVIRONMENT));
    }

    private static String valid(String endpoint) {
        URI uri;
        try {
            uri = new URI(endpoint);
        } catch (URISyntaxException e) {
            throw refused("it is not a URL");
        }
        if (!("http".equals(uri.getScheme()) || "https".equals(uri.getScheme())) || uri.getHost() == null) {
            throw refused("it is not a URL with http or https and a host");
        }
        if (uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw refused("a user, a query or a fragment is not accepted; put credentials into"
                    + " QUARKUS_OTEL_EXPORTER_OTLP_HEADERS");
        }
        return endpoint;
    }

    /** Without the value, which may hold a password. */
    private static IllegalArgumentException refused(String why) {
        return new IllegalArgumentException(
                "HOLDFAST_TRACING: " + why + "; set the URL of an OTLP/HTTP receiver, such as http://collector:4318");
    }
}
