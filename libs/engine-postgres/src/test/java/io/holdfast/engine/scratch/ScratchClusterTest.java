package io.holdfast.engine.scratch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ScratchClusterTest {
    private Path directory = Path.of("");

    @BeforeEach
    void make() throws IOException {
        // short enough for a socket, and open to the server's user
        directory = Files.createTempDirectory("hfs");
        assertThat(directory.toFile().setExecutable(true, false)).isTrue();
    }

    @AfterEach
    void remove() throws IOException {
        Files.deleteIfExists(directory);
    }

    @Test
    void aClusterIsGoneWithItsFilesWhenClosed() throws IOException {
        ScratchCluster cluster =
                ScratchCluster.start(ScratchOptions.in(directory, 15).withRoles(List.of("A b")));

        assertThat(cluster.target().missingRoles(List.of("A b", "c"))).containsExactly("c");
        assertThat(cluster.target().serverMajor()).isGreaterThanOrEqualTo(15);
        cluster.close();

        assertThat(processes(directory)).isEmpty();
        assertThat(directory).isEmptyDirectory();
    }

    /** A server that was just killed, or another process that removes the same, is faster or slower than who sweeps. */
    @Test
    void whatAnotherLeftAndStillWritesHindersNobody() throws Exception {
        Path dying = directory.resolve("holdfast-scratch-999999999-1-abc/data");
        AtomicBoolean over = new AtomicBoolean();
        Thread writing = Thread.ofPlatform().start(() -> {
            for (int i = 0; !over.get(); i++) {
                try {
                    Files.writeString(Files.createDirectories(dying).resolve("file" + i % 1000), "rows");
                } catch (IOException e) {
                    // removed in this very moment
                }
            }
        });
        Awaitility.await().until(() -> Files.exists(dying.resolve("file999")));

        try (ScratchFileDirectory files = ScratchFileDirectory.in(directory)) {
            assertThat(files.path()).isDirectory();
        } finally {
            over.set(true);
            writing.join();
            ScratchClusterDirectory.sweep(directory);
        }
        assertThat(dying).doesNotExist();
    }

    @Test
    void aKilledParentLeavesNothingBehind() throws IOException, InterruptedException {
        Process parent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Xmx128m",
                        "--enable-native-access=ALL-UNNAMED",
                        ScratchParent.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        BufferedReader out = new BufferedReader(new InputStreamReader(parent.getInputStream(), StandardCharsets.UTF_8));
        assertThat(out.readLine()).isEqualTo("ready");
        assertThat(processes(directory)).isNotEmpty();

        parent.destroyForcibly().waitFor();

        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> processes(directory).isEmpty());
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> files(directory).isEmpty());
        // the server's user may not remove its own directory from ours
        ScratchClusterDirectory.sweep(directory);
        assertThat(directory).isEmptyDirectory();
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile).toList();
        } catch (UncheckedIOException e) {
            // it is being removed
            return List.of(directory);
        }
    }

    @Test
    void whatADeadParentLeftIsSweptAtTheNextStartAndTheLivingIsNot() throws IOException {
        Path dead = Files.createDirectories(directory.resolve("holdfast-scratch-999999999-1-abc/data"));
        Files.writeString(
                dead.resolve("postmaster.pid"), ProcessHandle.current().pid() + "\n");
        try (ScratchCluster living = ScratchCluster.start(ScratchOptions.in(directory, 15))) {
            ScratchCluster.start(ScratchOptions.in(directory, 15)).close();

            assertThat(dead.getParent()).doesNotExist();
            assertThat(living.target().exists("postgres")).isTrue();
        }
    }

    @Test
    void aServerThatIsNotInstalledIsUnavailable() {
        assertThatThrownBy(() -> ScratchCluster.start(ScratchOptions.in(directory, 99)))
                .isInstanceOfSatisfying(
                        HoldfastException.class,
                        failure -> assertThat(failure.code()).isEqualTo(FailureCode.SCRATCH_UNAVAILABLE))
                .hasMessageContaining("postgresql-99");
    }

    private static List<Long> processes(Path directory) throws IOException {
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            return all.filter(process -> cmdline(process).contains("holdfast-scratch-")
                            && cmdline(process).contains(directory.toString()))
                    .map(ProcessHandle::pid)
                    .toList();
        }
    }

    private static String cmdline(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"));
        } catch (IOException e) {
            return "";
        }
    }
}
