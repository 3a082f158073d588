package io.holdfast.transfer;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** psql and sqlite3, as users run them on an export. */
public final class Program {
    private Program() {}

    public static boolean installed(String name) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, name)));
    }

    /** Fails if the program does. */
    public static void run(Path input, Map<String, String> environment, List<String> command) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().putAll(environment);
            Path output = Files.createTempFile("program", ".out");
            builder.redirectOutput(output.toFile()).redirectInput(input.toFile());
            int exit = builder.start().waitFor();
            String said = Files.readString(output, StandardCharsets.UTF_8);
            Files.delete(output);
            if (exit != 0) {
                throw new AssertionError(command.getFirst() + " ended with " + exit + ": "
                        + said.substring(0, Math.min(2000, said.length())));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
