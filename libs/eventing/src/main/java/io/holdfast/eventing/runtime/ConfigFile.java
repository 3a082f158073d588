package io.holdfast.eventing.runtime;

import io.holdfast.config.ConfigException;
import io.holdfast.config.Environment;
import io.holdfast.config.HoldfastConfig;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** {@code holdfast.yaml} for code that also runs in services without one. A wrong file stops the start. */
@ApplicationScoped
public class ConfigFile {
    private final Optional<HoldfastConfig> config;

    ConfigFile(
            Instance<HoldfastConfig> configured,
            Environment environment,
            @ConfigProperty(name = "holdfast.config") Optional<String> file) {
        Optional<HoldfastConfig> found;
        try {
            found = Optional.of(configured.get());
        } catch (ConfigException e) {
            if (Files.exists(file.map(Path::of).orElseGet(() -> HoldfastConfig.locate(environment)))) {
                throw e;
            }
            found = Optional.empty();
        }
        this.config = found;
    }

    /** Empty if no file exists. */
    public Optional<HoldfastConfig> config() {
        return config;
    }
}
