package io.holdfast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.devstack.Service;
import io.holdfast.devstack.ServicePlatform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code ./holdfast} of this checkout as a process against the services of a platform. The token is in its environment only. */
final class HoldfastCommand {
    private static final Path ENTRY = Path.of("..", "holdfast").toAbsolutePath().normalize();
    private static final long LONGEST_SECONDS = 300;

    private final Path folder;
    private final String server;
    private final AtomicInteger number = new AtomicInteger();

    /** @param platform has backup, restore and verifier */
    HoldfastCommand(Path folder, ServicePlatform platform) throws IOException {
        this.folder = Files.createDirectories(folder);
        this.server = Stream.of(Service.BACKUP, Service.RESTORE, Service.VERIFIER)
                .map(service -> service.schema() + "=" + platform.url(service))
                .collect(Collectors.joining(","));
    }

    record Result(int exit, String out, String err) {
        Result succeeded() {
            assertThat(exit).as(toString()).isZero();
            return this;
        }

        /** With {@code --json}. */
        JsonNode json() {
            try {
                return Rest.JSON.readTree(succeeded().out);
            } catch (JsonProcessingException e) {
                throw new AssertionError(toString(), e);
            }
        }

        @Override
        public String toString() {
            return "exit code " + exit + "\n" + out + "\n" + err;
        }
    }

    Result run(String token, String... arguments) throws IOException, InterruptedException {
        int run = number.incrementAndGet();
        Path out = folder.resolve(run + ".out");
        Path err = folder.resolve(run + ".err");
        List<String> command = new ArrayList<>(List.of(ENTRY.toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--server", server));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("HOLDFAST_") || name.startsWith("XDG_"));
        builder.environment().put("HOME", folder.toString());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("HOLDFAST_BUILD", "never"); // this very build has just made everything
        builder.environment().put("HOLDFAST_TOKEN", token);
        Process process = builder.start();
        process.getOutputStream().close();
        boolean ended = process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS);
        if (!ended) {
            process.destroyForcibly().waitFor();
        }
        Result result = new Result(process.exitValue(), Files.readString(out), Files.readString(err));
        assertThat(ended).as("%s did not end: %s", command, result).isTrue();
        return result;
    }
}
