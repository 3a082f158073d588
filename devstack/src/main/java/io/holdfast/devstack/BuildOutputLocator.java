package io.holdfast.devstack;

import java.net.URISyntaxException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import org.jspecify.annotations.Nullable;

/** Where built files of this project lie, whether this class was loaded from its module or from a copy of its jar. */
final class BuildOutputLocator {
    private BuildOutputLocator() {}

    /**
     * A built file by its path from the project's root: above this class, else above the working directory.
     *
     * @throws IllegalStateException if it is in neither place
     */
    static Path file(String path) {
        Path working = Path.of("").toAbsolutePath();
        Path found = upwards(home(), path);
        found = found == null ? upwards(working, path) : found;
        if (found == null) {
            throw new IllegalStateException(path + " was not found above " + home() + " or " + working
                    + "; build the project first (./holdfast does)");
        }
        return found;
    }

    private static @Nullable Path home() {
        CodeSource source = BuildOutputLocator.class.getProtectionDomain().getCodeSource();
        if (source == null || source.getLocation() == null) {
            return null;
        }
        try {
            return Path.of(source.getLocation().toURI()).toAbsolutePath();
        } catch (URISyntaxException | IllegalArgumentException | FileSystemNotFoundException e) {
            return null; // a class loader's own notion of a location: the working directory leads there too
        }
    }

    private static @Nullable Path upwards(@Nullable Path from, String path) {
        for (Path folder = from; folder != null; folder = folder.getParent()) {
            if (Files.isRegularFile(folder.resolve(path))) {
                return folder.resolve(path);
            }
        }
        return null;
    }
}
