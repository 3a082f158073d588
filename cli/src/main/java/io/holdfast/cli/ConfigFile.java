package io.holdfast.cli;

import io.holdfast.config.Environment;
import io.holdfast.config.HoldfastConfig;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The holdfast.yaml that a command means. */
final class ConfigFile {
    private ConfigFile() {}

    static Path locate(@Nullable Path named, CliContext context) {
        return named != null ? named : HoldfastConfig.locate(environment(context));
    }

    static HoldfastConfig load(Path file, CliContext context) {
        return HoldfastConfig.load(file, environment(context));
    }

    private static Environment environment(CliContext context) {
        return Environment.of(context.environment());
    }
}
