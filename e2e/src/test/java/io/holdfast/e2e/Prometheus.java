package io.holdfast.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.devstack.AdminToken;
import io.holdfast.devstack.Service;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A real Prometheus and a real Alertmanager on loopback, with the shipped rules; only their times are shorter. */
final class Prometheus implements AutoCloseable {
    private final Path folder;
    private final List<Process> processes = new ArrayList<>();
    private final URI url;
    private final URI alertmanager;

    private Prometheus(Path folder) throws IOException {
        this.folder = folder;
        this.url = URI.create("http://127.0.0.1:" + freePort());
        this.alertmanager = URI.create("http://127.0.0.1:" + freePort());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Scrapes the services of the rig, and sends alerts to the webhook "alertmanager" of its catcher. */
    static Prometheus start(Rig rig, Path folder) throws IOException, InterruptedException {
        Path prometheus = DebianProgram.of("prometheus", "prometheus");
        Path alertmanager = DebianProgram.of("prometheus-alertmanager", "prometheus-alertmanager");
        Prometheus started = new Prometheus(folder);
        started.configure(rig);
        started.run(
                alertmanager.toString(),
                "--config.file=" + folder.resolve("alertmanager.yml"),
                "--storage.path=" + folder.resolve("alertmanager"),
                "--cluster.listen-address=",
                "--web.listen-address=" + started.alertmanager.getAuthority());
        started.run(
                prometheus.toString(),
                "--config.file=" + folder.resolve("prometheus.yml"),
                "--storage.tsdb.path=" + folder.resolve("data"),
                "--web.listen-address=" + started.url.getAuthority());
        Rig.patiently().ignoreExceptions().until(() -> started.query("up == 1").size() == Service.values().length);
        return started;
    }

    private void configure(Rig rig) throws IOException {
        String rules = Files.readString(AlertRulesTest.DEPLOY.resolve("prometheus/rules/holdfast.yml"));
        Files.writeString(
                folder.resolve("rules.yml"),
                rules.replaceAll("(?m)^        for: .*$", "        for: 1s")
                        .replace("next_run_timestamp_seconds > 600", "next_run_timestamp_seconds > 5")
                        .replace("[1h]", "[20s]"));
        StringBuilder targets = new StringBuilder();
        for (Service service : Service.values()) {
            targets.append("      - { targets: [\"")
                    .append(rig.url(service).getAuthority())
                    .append("\"], labels: { service: ")
                    .append(service.name().toLowerCase(Locale.ROOT))
                    .append("-service } }\n");
        }
        Files.writeString(folder.resolve("prometheus.yml"), """
                global: { scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s }
                rule_files: [rules.yml]
                alerting: { alertmanagers: [{ static_configs: [{ targets: ["%s"] }] }] }
                scrape_configs:
                  - job_name: holdfast
                    metrics_path: /q/metrics
                    authorization: { credentials_file: "%s" }
                    static_configs:
                %s""".formatted(
                alertmanager.getAuthority(), AdminToken.in(Path.of("target")).toAbsolutePath(), targets));
        Files.writeString(folder.resolve("alertmanager.yml"), """
                route: { receiver: catcher, group_by: ["..."], group_wait: 1s, group_interval: 1s }
                receivers:
                  - name: catcher
                    webhook_configs: [{ url: "%s/webhook/alertmanager", send_resolved: true }]
                """.formatted(
                        rig.addresses().catcher().http()));
    }

    private void run(String... command) throws IOException {
        Path log = folder.resolve(Path.of(command[0]).getFileName() + ".log");
        processes.add(new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start());
    }

    /** The result of a query at this instant. */
    JsonNode query(String promql) {
        JsonNode answer = Rest.call(
                        url,
                        "GET",
                        "/api/v1/query?query=" + URLEncoder.encode(promql, StandardCharsets.UTF_8),
                        null,
                        Map.of())
                .body();
        if (!answer.path("status").asText().equals("success")) {
            throw new AssertionError(promql + ": " + answer);
        }
        return answer.at("/data/result");
    }

    /** The values of a label of all series that match. */
    List<String> values(String label, String selector) {
        List<String> values = new ArrayList<>();
        Rest.call(
                        url,
                        "GET",
                        "/api/v1/label/" + label + "/values?match[]=".replace("[]", "%5B%5D")
                                + URLEncoder.encode(selector, StandardCharsets.UTF_8),
                        null,
                        Map.of())
                .body()
                .path("data")
                .forEach(value -> values.add(value.asText()));
        return values;
    }

    @Override
    public void close() {
        processes.forEach(Process::destroy);
        for (Process process : processes) {
            try {
                if (!process.waitFor(20, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }
}
