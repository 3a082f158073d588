package io.holdfast.devstack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The command that starts the stack's own JVM. */
final class ChildJvm {
    private static final String FILE = "devstack.classpath";

    private ChildJvm() {}

    static List<String> command(Options options) {
        Path file = classpathFile();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
        command.addAll(List.of("-XX:-UsePerfData", "--enable-native-access=ALL-UNNAMED"));
        command.add("-Dlogback.configurationFile=io/holdfast/devstack/logback-devstack.xml");
        command.add("-cp");
        command.add(classpath(file));
        command.add("io.holdfast.devstack.DevStackMain");
        command.addAll(options.arguments());
        return command;
    }

    private static String classpath(Path file) {
        Path classes = file.resolveSibling("classes");
        try {
            return classes + System.getProperty("path.separator") + Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /** Found next to this class (its module's target folder, or the command line's lib folder), else from here upwards. */
    private static Path classpathFile() {
        Path found = upwards(home());
        if (found == null) {
            found = upwards(Path.of("").toAbsolutePath());
        }
        if (found == null) {
            throw new IllegalStateException("devstack/target/" + FILE + " was not found above " + home() + " or "
                    + Path.of("").toAbsolutePath() + "; build the project first (./holdfast does)");
        }
        return found;
    }

    private static @Nullable Path home() {
        CodeSource source = ChildJvm.class.getProtectionDomain().getCodeSource();
        if (source == null || source.getLocation() == null) {
            return null;
        }
        try {
            return Path.of(source.getLocation().toURI()).toAbsolutePath();
        } catch (URISyntaxException | IllegalArgumentException | java.nio.file.FileSystemNotFoundException e) {
            return null; // a class loader's own notion of a location: the working directory leads there too
        }
    }

    private static @Nullable Path upwards(@Nullable Path from) {
        for (Path folder = from; folder != null; folder = folder.getParent()) {
            for (Path candidate : List.of(folder.resolve(FILE), folder.resolve("devstack/target").resolve(FILE))) {
                if (Files.isRegularFile(candidate)) {
                    return candidate;
                }
            }
        }
        return null;
    }
}
