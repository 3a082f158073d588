package io.holdfast.verifier;

import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What this process's scratch clusters leave on the machine. */
@Singleton
class Scratched {
    private final Path directory;

    Scratched(@ConfigProperty(name = "holdfast.scratch.directory") Path directory) {
        this.directory = directory;
    }

    boolean everUsed() {
        return Files.isDirectory(directory);
    }

    /** Directories of clusters that this process has made. */
    List<Path> clusters() {
        String own = "holdfast-scratch-" + ProcessHandle.current().pid() + "-";
        try (Stream<Path> all = Files.list(directory)) {
            return all.filter(path -> String.valueOf(path.getFileName()).startsWith(own))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
