package io.holdfast.cli.local;

import io.holdfast.cli.rest.ServiceEndpoints;
import io.holdfast.devstack.AdminToken;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The admin token of a platform on this machine, as {@code ./holdfast up} and {@code deploy/secrets.sh} store it. */
public final class LocalToken {
    private LocalToken() {}

    /**
     * Finds the token for services on this machine; a token of this machine is never sent to another one.
     *
     * @param data folder of the platform, if the command names one
     */
    public static Optional<String> find(
            ServiceEndpoints endpoints, @Nullable Path data, Map<String, String> environment) {
        if (!endpoints.uris().values().stream().allMatch(LocalToken::isHere)) {
            return Optional.empty();
        }
        Path folder = data == null ? LocalFolders.data(environment) : data;
        boolean runs = PidFile.running(folder)
                .flatMap(PidFile.Owner::endpoints)
                .filter(endpoints::equals)
                .isPresent();
        Stream<Path> files = runs ? Stream.of(AdminToken.in(folder)) : compose();
        return files.flatMap(file -> read(file).stream()).findFirst();
    }

    private static Stream<Path> compose() {
        String home = System.getProperty("holdfast.home");
        return home == null ? Stream.empty() : Stream.of(Path.of(home, "deploy", "secrets", "admin-token"));
    }

    private static boolean isHere(URI uri) {
        String host = uri.getHost();
        return host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
    }

    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file).strip()).filter(token -> !token.isEmpty());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
