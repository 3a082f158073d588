package io.holdfast.e2e.commands;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.cli.local.LocalFolders;
import io.holdfast.e2e.Rig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * {@code ./holdfast} of this checkout as a user has it: typed in a working folder, with a home and a temporary folder
 * that are this object's own. So what it leaves behind, files and processes, is found there.
 */
final class Entry implements AutoCloseable {
    private static final Path CHECKOUT = Path.of("..").toAbsolutePath().normalize();
    private static final Duration LONGEST = Duration.ofMinutes(10);

    /** A shell that starts something in the background has it ignore Ctrl-C, and with it all that it starts. */
    private static final List<String> HEARS_CTRL_C = List.of("env", "--default-signal=INT");

    private final Path folder;
    private int number;

    /** @param out without what a JVM says about its own options, as is {@code err} */
    record Said(int exit, String out, String err) {
        Said done() {
            assertThat(exit).as(out + "\n" + err).isZero();
            return this;
        }
    }

    /** A command that goes on. */
    record Running(Process process, Path out, Path err) {
        String said() {
            return text(out);
        }

        /** Waits until it says this on standard output. */
        void awaitSaying(String words) {
            Rig.patiently().atMost(LONGEST).until(() -> said().contains(words) || !process.isAlive());
            assertThat(said()).as("%s\n%s", said(), text(err)).contains(words);
        }

        Said ended() throws InterruptedException {
            assertThat(process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)).isTrue();
            return new Said(process.exitValue(), text(out), text(err));
        }
    }

    Entry() throws IOException {
        // short, as the path of a socket has to be; others may pass through, as PostgreSQL may run as another user
        String name = "hf" + UUID.randomUUID().toString().substring(0, 8);
        Path parent = Path.of(System.getProperty("java.io.tmpdir")).toRealPath();
        folder = LocalFolders.passable(Files.createDirectory(parent.resolve(name)));
        Files.createDirectories(home());
        LocalFolders.passable(temporary());
        Files.createSymbolicLink(
                LocalFolders.passable(folder.resolve("work")).resolve("holdfast"), CHECKOUT.resolve("holdfast"));
        Files.createDirectories(folder.resolve("said"));
    }

    static Path checkout() {
        return CHECKOUT;
    }

    /** Where the platform's data is unless told otherwise. */
    Path data() {
        return home().resolve(".local/share/holdfast");
    }

    Said run(String... arguments) throws IOException, InterruptedException {
        return start(Map.of(), arguments).ended();
    }

    /** A line as it is typed into a shell. */
    Said shell(String line) throws IOException, InterruptedException {
        return launch(Map.of(), List.of("bash", "-euo", "pipefail", "-c", line)).ended();
    }

    Running start(Map<String, String> environment, String... arguments) throws IOException {
        return launch(
                environment,
                Stream.concat(Stream.of("./holdfast"), Stream.of(arguments)).toList());
    }

    /** In a process group of its own, as a shell starts what is typed. */
    private Running launch(Map<String, String> environment, List<String> command) throws IOException {
        Path out = folder.resolve("said/" + ++number + ".out");
        Path err = folder.resolve("said/" + number + ".err");
        List<String> grouped = new ArrayList<>();
        if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
            grouped.add("setsid");
            grouped.addAll(HEARS_CTRL_C);
        }
        grouped.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(grouped)
                .directory(folder.resolve("work").toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("HOLDFAST_") || name.startsWith("XDG_"));
        builder.environment().put("HOME", home().toString());
        builder.environment().put("TMPDIR", temporary().toString());
        // services that live for a minute are over before the full compiler pays
        builder.environment()
                .put(
                        "JAVA_TOOL_OPTIONS",
                        "-XX:TieredStopAtLevel=1 -Djava.io.tmpdir=" + temporary() + " -Duser.home=" + home());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("HOLDFAST_BUILD", "never"); // this very build has just made everything
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        return new Running(process, out, err);
    }

    /** Ctrl-C: the terminal tells the whole group. */
    static void interrupt(Running running) throws IOException, InterruptedException {
        String group = "-" + running.process().pid();
        assertThat(new ProcessBuilder("kill", "-INT", "--", group).start().waitFor())
                .isZero();
    }

    /** Every process that was started in here and still lives: its working folder gives it away, whoever its parent is. */
    private Stream<ProcessHandle> living() {
        return ProcessHandle.allProcesses()
                .filter(process -> workingFolder(process).startsWith(folder));
    }

    List<String> processes() {
        return living().map(process ->
                        process.pid() + " " + process.info().commandLine().orElse(""))
                .toList();
    }

    void awaitNoProcess() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(100))
                .untilAsserted(() -> assertThat(processes()).isEmpty());
    }

    /** Files in home, without the cache, and in the temporary folder. */
    List<Path> files() throws IOException {
        try (Stream<Path> homes = Files.walk(home());
                Stream<Path> temporaries = Files.walk(temporary())) {
            return Stream.concat(homes, temporaries)
                    .filter(Files::isRegularFile)
                    .filter(path -> !path.startsWith(home().resolve(".cache")))
                    .toList();
        }
    }

    private Path home() {
        return folder.resolve("home");
    }

    private Path temporary() {
        return folder.resolve("t");
    }

    private static Path workingFolder(ProcessHandle process) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/" + process.pid() + "/cwd"));
        } catch (IOException e) {
            return Path.of(""); // it is gone, or not ours to look at
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file)
                    .replaceAll("Picked up JAVA_TOOL_OPTIONS: \\S+ \\S+ \\S+?(\\n|\\\\n)", "")
                    .strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        living().forEach(ProcessHandle::destroyForcibly); // after a test that failed
        awaitNoProcess();
        LocalFolders.delete(folder);
    }
}
