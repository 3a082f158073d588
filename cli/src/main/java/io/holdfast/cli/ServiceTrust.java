package io.holdfast.cli;

import io.holdfast.cli.rest.CommandException;
import io.holdfast.cli.rest.ServiceEndpoints;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.config.TrustedAuthority;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Certificates that the command line trusts: those of the file HOLDFAST_CA, or else of tls.ca in holdfast.yaml. */
final class ServiceTrust {
    private static final String VARIABLE = "HOLDFAST_CA";

    private ServiceTrust() {}

    /** Null: those that the JVM trusts, or none is needed. */
    static @Nullable SSLContext of(ServiceEndpoints endpoints, CliContext context) {
        boolean https = endpoints.uris().values().stream().anyMatch(uri -> "https".equals(uri.getScheme()));
        Optional<Path> file = https ? file(context) : Optional.empty();
        try {
            return file.isPresent() ? TrustedAuthority.context(file.get()) : null;
        } catch (IOException e) {
            throw CommandException.failed(
                    "the certificates to trust cannot be read from " + file.orElseThrow() + " ("
                            + e.getClass().getSimpleName() + "); correct " + VARIABLE + " or tls.ca of holdfast.yaml",
                    e);
        }
    }

    private static Optional<Path> file(CliContext context) {
        String named = context.variable(VARIABLE);
        if (!named.isEmpty()) {
            return Optional.of(Path.of(named));
        }
        String config = context.variable(HoldfastConfig.LOCATION);
        return config.isEmpty()
                ? Optional.empty()
                : ConfigFile.load(Path.of(config), context).tls().ca();
    }
}
