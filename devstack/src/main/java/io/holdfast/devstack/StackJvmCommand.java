package io.holdfast.devstack;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command that starts the stack's own JVM. */
final class StackJvmCommand {
    private StackJvmCommand() {}

    static List<String> command(StackOptions options) {
        List<String> command = new ArrayList<>(SystemPrograms.ownSession());
        command.add(SystemPrograms.java());
        command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        // libraries as their makers built them: verifying their classes is a seventh of the start
        command.addAll(List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:-BytecodeVerificationRemote"));
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("-Dlogback.configurationFile=io/holdfast/devstack/logback-devstack.xml");
        command.add("-cp");
        command.add(classpath());
        command.add("io.holdfast.devstack.DevStackMain");
        command.addAll(options.arguments());
        return command;
    }

    /** {@code mvn test} builds no jar, so the build writes the class path to a file. */
    private static String classpath() {
        Path file = BuildOutputLocator.file("devstack/target/devstack.classpath");
        try {
            return file.resolveSibling("classes")
                    + File.pathSeparator
                    + Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
