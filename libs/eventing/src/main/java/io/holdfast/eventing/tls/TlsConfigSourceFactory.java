package io.holdfast.eventing.tls;

import io.holdfast.config.ConfigException;
import io.holdfast.config.Environment;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.config.TlsConfig;
import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.EnvConfigSource;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Reads {@code tls} of {@code holdfast.yaml} before the HTTP server starts. With a certificate the service answers over HTTPS
 * on its port, and not over HTTP. A setting in the environment has priority. A file with errors gives no settings here,
 * because it stops the start later.
 */
public final class TlsConfigSourceFactory implements ConfigSourceFactory {
    private static final int BELOW_ENVIRONMENT = 290;
    private static final String RELOAD_PERIOD = "5m";

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        ConfigValue named = context.getValue("holdfast.config");
        Environment environment = Environment.system();
        Path file = named == null || named.getValue() == null
                ? HoldfastConfig.locate(environment)
                : Path.of(named.getValue());
        return read(file, environment)
                .filter(TlsConfig::on)
                .<Iterable<ConfigSource>>map(tls -> List.of(source(tls)))
                .orElseGet(List::of);
    }

    private static Optional<TlsConfig> read(Path file, Environment environment) {
        try {
            return Optional.of(HoldfastConfig.load(file, environment).tls());
        } catch (ConfigException e) {
            return Optional.empty();
        }
    }

    /** As if set in the environment: a build does not record such settings. */
    private static ConfigSource source(TlsConfig tls) {
        return new EnvConfigSource(
                Map.of(
                        "QUARKUS_HTTP_SSL_CERTIFICATE_FILES",
                        listItem(tls.cert().orElseThrow()),
                        "QUARKUS_HTTP_SSL_CERTIFICATE_KEY_FILES",
                        listItem(tls.key().orElseThrow()),
                        "QUARKUS_HTTP_SSL_CERTIFICATE_RELOAD_PERIOD",
                        RELOAD_PERIOD,
                        "QUARKUS_HTTP_SSL_PORT",
                        "${quarkus.http.port}",
                        "QUARKUS_HTTP_INSECURE_REQUESTS",
                        "disabled"),
                BELOW_ENVIRONMENT);
    }

    /** The text of a list with one element. */
    private static String listItem(Path path) {
        return path.toAbsolutePath()
                .toString()
                .replace("\\", "\\\\")
                .replace(",", "\\,")
                .replace("$", "\\$");
    }
}
