package io.holdfast.e2e;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.devstack.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Figures for the record: printed, never asserted, because machines differ. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MeasuresTest {
    private static final int REQUESTS = 200;

    private Rig rig;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        rig = Rig.start(folder);
    }

    @AfterAll
    void stop() {
        rig.close();
    }

    @Test
    void theWayFromARequestOnKafkaToItsJobRow() throws SQLException {
        request("warm-up", 50);
        long[] millis = request("measured", REQUESTS);

        Arrays.sort(millis);
        System.out.printf(
                "request on Kafka to job row: p50 %d ms, p99 %d ms, max %d ms of %d%n",
                millis[millis.length / 2], millis[millis.length * 99 / 100], millis[millis.length - 1], millis.length);
        assertThat(millis).hasSize(REQUESTS);
    }

    /** One after the other; the request waits in the queue and is cancelled by nobody, so a source that is not there. */
    private long[] request(String name, int count) throws SQLException {
        long[] millis = new long[count];
        try (Connection connection = backupDatabase();
                var jobs = connection.prepareStatement("select count(*) from job")) {
            long before = count(jobs);
            for (int i = 0; i < count; i++) {
                long began = System.nanoTime();
                rig.bus.publish(
                        "holdfast.backup.requests.v1",
                        "BackupRequested",
                        name + "-" + i,
                        Rest.JSON.createObjectNode().put("source", "nowhere"),
                        Map.of());
                while (count(jobs) <= before + i) {
                    Thread.onSpinWait();
                }
                millis[i] = (System.nanoTime() - began) / 1_000_000;
            }
        }
        return millis;
    }

    private static long count(PreparedStatement jobs) throws SQLException {
        try (var rows = jobs.executeQuery()) {
            rows.next();
            return rows.getLong(1);
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
