package io.holdfast.eventing.runtime;

import io.holdfast.config.Environment;
import io.holdfast.config.HoldfastConfig;
import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * {@code holdfast.yaml}, read once by the services that inject it; from the file that HOLDFAST_CONFIG names, which is
 * {@code holdfast.config} as a property. A file that is wrong stops the start.
 */
@ApplicationScoped
class HoldfastConfigProducer {
    private static final Logger LOG = Logger.getLogger(HoldfastConfigProducer.class);

    @Produces
    @Singleton
    @DefaultBean
    Environment environment() {
        return Environment.system();
    }

    @Produces
    @Singleton
    @DefaultBean
    HoldfastConfig config(Environment environment, @ConfigProperty(name = "holdfast.config") Optional<String> file) {
        Path path = file.map(Path::of).orElseGet(() -> HoldfastConfig.locate(environment));
        HoldfastConfig config = HoldfastConfig.load(path, environment);
        List<String> ignored = config.ignoredKeys();
        if (!ignored.isEmpty()) {
            LOG.warnf(
                    "%s: these keys have no effect in this version: %s; remove them, and run backups and deletions from cron",
                    path, String.join(", ", ignored));
        }
        return config;
    }
}
