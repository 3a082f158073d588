package io.holdfast.eventing.config;

import io.holdfast.config.Environment;
import io.holdfast.config.HoldfastConfig;
import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.Typed;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * {@code holdfast.yaml} for all services: the file that HOLDFAST_CONFIG names, which is {@code holdfast.config} as a
 * property. A file with errors stops the start; a missing one stops the start of a service that asks for it then.
 */
@ApplicationScoped
class LiveConfigProducer {
    @Produces
    @Singleton
    @DefaultBean
    Environment environment() {
        return Environment.system();
    }

    @Produces
    @Singleton
    @Typed(ConfigReloader.class)
    ConfigReloader reloader(
            Environment environment,
            @ConfigProperty(name = "holdfast.config") Optional<String> file,
            ReloadSettings settings,
            Clock clock,
            ReloadBroadcast broadcast) {
        Path path = file.map(Path::of).orElseGet(() -> HoldfastConfig.locate(environment));
        return new ConfigReloader(path, environment, settings.missingAfter(), clock, broadcast);
    }

    @Produces
    @Singleton
    @DefaultBean
    LiveConfig live(ConfigReloader reloader) {
        return reloader;
    }
}
