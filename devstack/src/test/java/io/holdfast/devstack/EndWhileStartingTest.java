package io.holdfast.devstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A stack that ends before all of its servers run leaves no file and no process, and says only why it ended. */
@Tag("slow")
class EndWhileStartingTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"kafka", "kafka/meta.properties", "postgres/cluster/PG_VERSION"})
    void itsParentEnds(String begun) throws Exception {
        Process stack = launch(Map.of());
        await().atMost(SOON).pollInterval(Duration.ofMillis(1)).until(() -> has(begun));

        stack.getOutputStream().close();

        assertThat(errors(stack)).isEmpty();
        assertThat(leftIn(temporary())).isEmpty();
    }

    @Test
    void oneOfItsServersCannotStart() throws Exception {
        Process stack = launch(Map.of("HOLDFAST_PG_BIN", "/nowhere"));

        assertThat(stack.inputReader().readLine()).isNull();
        assertThat(errors(stack)).isEqualTo("HOLDFAST_PG_BIN is /nowhere, which has no initdb and postgres");
        assertThat(leftIn(temporary())).isEmpty();
    }

    private Process launch(Map<String, String> environment) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        Files.createDirectory(temporary());
        ProcessBuilder builder = new ProcessBuilder(StackJvmCommand.command(StackOptions.temporary()))
                .redirectError(folder.resolve("errors").toFile());
        builder.environment().put("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + temporary());
        builder.environment().putAll(environment);
        return builder.start();
    }

    private Path temporary() {
        return folder.resolve("temporary");
    }

    private boolean has(String path) throws IOException {
        return leftIn(temporary()).anyMatch(stack -> Files.exists(stack.resolve(path)));
    }

    /** What it wrote, once it has ended. */
    private String errors(Process stack) throws IOException, InterruptedException {
        assertThat(stack.waitFor(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        try (Stream<String> lines = Files.lines(folder.resolve("errors"))) {
            return String.join(
                    "\n", lines.filter(line -> !line.startsWith("Picked up ")).toList());
        }
    }

    private static Stream<Path> leftIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList().stream();
        }
    }
}
