package io.holdfast.e2e;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.devstack.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.PGConnection;

/** Figures for the record: printed, never asserted, because machines differ. */
@EnabledIfSystemProperty(named = "holdfast.measure", matches = "true")
@ExtendWith(SharedRig.class)
class MeasuresTest {
    private static final int REQUESTS = 200;
    private static final int PER_SECOND = 20;

    private final Rig rig;

    MeasuresTest(Rig rig) {
        this.rig = rig;
    }

    /** Requests for a source that is not there: each is a job that is soon over, and tells two channels so. */
    @Test
    void theWayFromARequestOnKafkaToItsJobRow() throws Exception {
        request("warm-up", 50);
        long[] micros = request("measured", REQUESTS);

        Arrays.sort(micros);
        System.out.printf(
                "request on Kafka to committed job row: p50 %.1f ms, p99 %.1f ms, max %.1f ms of %d at %d/s%n",
                micros[micros.length / 2] / 1e3,
                micros[micros.length * 99 / 100] / 1e3,
                micros[micros.length - 1] / 1e3,
                micros.length,
                PER_SECOND);
        assertThat(micros).hasSize(REQUESTS).doesNotContain(0);
    }

    private long[] request(String name, int count) throws Exception {
        long[] micros = new long[count];
        try (Connection connection = backupDatabase();
                Statement listen = connection.createStatement();
                ScheduledExecutorService pace = Executors.newSingleThreadScheduledExecutor()) {
            listen.execute("listen job_" + connection.getSchema());
            for (int i = 0; i < count; i++) {
                Future<?> next = pace.schedule(() -> {}, 1000 / PER_SECOND, TimeUnit.MILLISECONDS);
                long began = System.nanoTime();
                rig.bus.publish(
                        "holdfast.backup.requests.v1",
                        "BackupRequested",
                        name + "-" + i,
                        Rest.JSON.createObjectNode().put("source", "nowhere"),
                        Map.of());
                awaitJob(connection, name + "-" + i);
                micros[i] = (System.nanoTime() - began) / 1_000;
                next.get();
            }
        }
        return micros;
    }

    /** A job's commit notifies, as the workers hear it; no polling disturbs what is measured. */
    private static void awaitJob(Connection connection, String request) throws SQLException {
        try (var job = connection.prepareStatement(
                "select from job join inbox on inbox.subject = job.subject where inbox.id = ?")) {
            job.setString(1, request);
            while (true) {
                connection.unwrap(PGConnection.class).getNotifications(1_000);
                try (var rows = job.executeQuery()) {
                    if (rows.next()) {
                        return;
                    }
                }
            }
        }
    }

    private Connection backupDatabase() throws SQLException {
        var postgres = rig.addresses().postgres();
        var login = requireNonNull(rig.addresses().logins().get(Service.BACKUP));
        return DriverManager.getConnection(postgres.jdbcUrl(postgres.database()), login.username(), login.password());
    }

    @Test
    void theMemoryOfTheIdlePlatform() throws IOException {
        List<String> lines = new ArrayList<>();
        long total = 0;
        for (Service service : Service.values()) {
            long bytes = proportionalBytes(rig.platform.pid(service));
            total += bytes;
            lines.add(service.module() + " " + (bytes >> 20) + " MiB");
        }
        List<ProcessHandle> stack = Stream.concat(
                        Stream.of(rig.stack.process()), rig.stack.process().descendants())
                .toList();
        long servers = 0;
        for (ProcessHandle process : stack) {
            servers += proportionalBytes(process.pid());
        }
        System.out.printf(
                "memory of the idle platform (PSS): %d MiB in all; servers %d MiB, %s%n",
                (total + servers) >> 20, servers >> 20, String.join(", ", lines));
        assertThat(total).isPositive();
    }

    private static long proportionalBytes(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/smaps_rollup")).stream()
                .filter(line -> line.startsWith("Pss:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .sum();
    }
}
