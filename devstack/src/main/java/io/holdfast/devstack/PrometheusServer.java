package io.holdfast.devstack;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Prometheus of this machine, if it is installed, with the shipped rules: scrapes the services of one platform. */
public final class PrometheusServer implements AutoCloseable {
    private static final String PROGRAM = "prometheus";
    private static final int USUAL_PORT = 9090;
    private static final int STOP_SECONDS = 10;

    private final Process process;
    private final URI url;

    private PrometheusServer(Process process, URI url) {
        this.process = process;
        this.url = url;
    }

    /**
     * Starts it on port 9090, or on a free one if that is taken. On Linux it also ends with the calling thread.
     *
     * @param folder for its data, configuration and log
     * @param services where the services answer
     * @param token file with a bearer token that may read metrics
     * @return empty if there is no Prometheus on the path
     */
    public static Optional<PrometheusServer> start(Path folder, Map<Service, URI> services, Path token)
            throws IOException {
        if (!SystemPrograms.onPath(PROGRAM)) {
            return Optional.empty();
        }
        Files.createDirectories(folder);
        Path configuration =
                Files.writeString(folder.resolve("prometheus.yml"), configuration(services, token.toAbsolutePath()));
        URI url = URI.create("http://127.0.0.1:" + Ports.usual(USUAL_PORT));
        List<String> command = new ArrayList<>(SystemPrograms.ownSession());
        command.addAll(SystemPrograms.tiedToThread("TERM"));
        command.addAll(List.of(
                PROGRAM,
                "--config.file=" + configuration,
                "--storage.tsdb.path=" + folder.resolve("data"),
                "--web.listen-address=" + url.getAuthority()));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("prometheus.log").toFile()))
                .start();
        process.getOutputStream().close();
        return Optional.of(new PrometheusServer(process, url));
    }

    public URI url() {
        return url;
    }

    private static String configuration(Map<Service, URI> services, Path token) {
        StringBuilder targets = new StringBuilder();
        services.forEach((service, url) -> targets.append("      - { targets: [\"")
                .append(url.getAuthority())
                .append("\"], labels: { service: ")
                .append(service.module())
                .append(" } }\n"));
        boolean tls = services.values().stream().anyMatch(url -> url.getScheme().equals("https"));
        return """
                global: { scrape_interval: 5s, evaluation_interval: 5s }
                rule_files: ["%s"]
                scrape_configs:
                  - job_name: holdfast
                    metrics_path: /q/metrics
                    scheme: %s
                    tls_config: { insecure_skip_verify: true } # on loopback
                    authorization: { credentials_file: "%s" }
                    static_configs:
                %s""".formatted(
                        BuildOutputLocator.file("deploy/prometheus/rules/holdfast.yml"),
                        tls ? "https" : "http",
                        token,
                        targets);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
