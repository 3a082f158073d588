package io.holdfast.cli.bench;

import io.holdfast.cli.rest.CommandException;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Child processes, started from arrays of arguments with closed standard input, so that none of them waits for an answer. A
 * failure holds the standard error of its processes.
 */
final class ProcessRunner {
    private final Map<String, String> environment;
    private final Path folder;

    ProcessRunner(Map<String, String> environment, Path folder) {
        this.environment = environment;
        this.folder = folder;
    }

    static boolean installed(String name) {
        return List.of(System.getenv().getOrDefault("PATH", "").split(java.io.File.pathSeparator)).stream()
                .anyMatch(each -> Files.isExecutable(Path.of(each, name)));
    }

    void run(List<String> command) throws IOException, InterruptedException {
        all(List.of(List.of(command)), Redirect.DISCARD);
    }

    /** Side by side, their output thrown away. */
    void together(List<List<String>> commands) throws IOException, InterruptedException {
        all(commands.stream().map(List::of).toList(), Redirect.DISCARD);
    }

    /** One into the other, the last into a file. */
    void pipe(List<List<String>> commands, Path file) throws IOException, InterruptedException {
        all(List.of(commands), Redirect.to(file.toFile()));
    }

    private void all(List<List<List<String>>> pipelines, Redirect out) throws IOException, InterruptedException {
        Path complaints = Files.createTempFile(folder, "complaints", ".txt");
        List<Process> running = new ArrayList<>();
        try {
            for (List<List<String>> pipeline : pipelines) {
                List<ProcessBuilder> builders = pipeline.stream()
                        .map(command -> builder(command, complaints))
                        .toList();
                builders.getLast().redirectOutput(out);
                List<Process> started = ProcessBuilder.startPipeline(builders);
                running.addAll(started);
                started.getFirst().getOutputStream().close();
            }
            for (Process process : running) {
                if (process.waitFor() != 0) {
                    throw CommandException.failed(
                            pipelines.getFirst().getFirst().getFirst() + " failed with exit code "
                                    + process.exitValue() + ": "
                                    + Files.readString(complaints).strip());
                }
            }
        } finally {
            running.forEach(Process::destroyForcibly);
            Files.deleteIfExists(complaints);
        }
    }

    private ProcessBuilder builder(List<String> command, Path complaints) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(Redirect.appendTo(complaints.toFile()));
        builder.environment().putAll(environment);
        return builder;
    }
}
