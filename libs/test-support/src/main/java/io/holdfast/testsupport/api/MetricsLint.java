package io.holdfast.testsupport.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** {@code promtool check metrics} of the metrics of a running service. */
public final class MetricsLint {
    private MetricsLint() {}

    /** Fails with what promtool reports about {@code /q/metrics}. Skips the test if promtool is not installed. */
    public static void assertAccepted(URI service) throws IOException, InterruptedException {
        Optional<Path> promtool = promtool();
        // AssertJ's assumptions are JUnit 4's where a library brings that along: a failure here
        assumeTrue(promtool.isPresent(), "promtool is not installed; Debian's package prometheus contains it");

        assertThat(problems(promtool.orElseThrow(), service)).isEmpty();
    }

    private static Optional<Path> promtool() {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":", -1))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, "promtool"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static List<String> problems(Path promtool, URI service) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(service.resolve("/q/metrics"))
                .header("Accept", "text/plain")
                .build();
        String metrics = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .build()
                .send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8))
                .body();
        Path text = Files.createTempFile("holdfast-metrics", ".txt");
        try {
            Files.writeString(text, metrics);
            Process lint = new ProcessBuilder(promtool.toString(), "check", "metrics")
                    .redirectErrorStream(true)
                    .redirectInput(text.toFile())
                    .start();
            String output = new String(lint.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return lint.waitFor() == 0
                    ? List.of()
                    : output.lines().filter(line -> !line.isBlank()).toList();
        } finally {
            Files.delete(text);
        }
    }
}
