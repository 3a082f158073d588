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
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.PGConnection;

/** Figures for the record: printed, and no time is asserted, because machines differ. */
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

    /** From the request to live rows that were written and checked; the proof of the large backup is not waited for twice. */
    @Test
    void aSmallTableOfALargeDatabaseIsRestored() throws IOException {
        rig.sources.run(
                Rig.TILL,
                "set role " + Sources.ROLE,
                "create table bulk as select g as id, md5(g::text) as a, repeat(md5((g + 1)::text), 5) as b"
                        + " from generate_series(1, 4900000) g");
        rig.await("BackupProven", rig.requestBackup(Rig.TILL));
        for (int i = 1; i <= 4; i++) {
            rig.sources.run(Rig.TILL, "update customer set name = 'garbled' where id % 2 = 0");
            long began = System.nanoTime();
            rig.awaitRestore(rig.merge(Rig.TILL, "customer"), "WATCHING");
            System.out.printf(
                    "a table of 500 rows back into a live database of %s: %.2f s, time %d%n",
                    rig.sources.one(Rig.TILL, "select pg_size_pretty(pg_database_size(current_database()))"),
                    (System.nanoTime() - began) / 1e9,
                    i);
        }
        for (Service service : List.of(Service.BACKUP, Service.VERIFIER, Service.RESTORE)) {
            System.out.printf(
                    "resident at most: %s %d MB%n",
                    service.module(),
                    kilobytes("status", "VmHWM:", rig.servicePlatform.pid(service)) * 1024 / 1_000_000);
        }
        assertThat(rig.sources.one(Rig.TILL, "select count(*) from customer where name = 'garbled'"))
                .isEqualTo("0");
    }

    @Test
    void theMemoryOfTheIdlePlatform() throws IOException {
        List<String> lines = new ArrayList<>();
        long total = 0;
        for (Service service : Service.values()) {
            long bytes = proportionalBytes(rig.servicePlatform.pid(service));
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

    /** Backups of 300,000 rows, each proven before the next: memory that only grows would show. */
    @Test
    void theMemoryOfTwoHundredBackupsWithTheirProofs() throws IOException {
        List<Service> movers = List.of(Service.BACKUP, Service.VERIFIER);
        List<Long> processes = movers.stream().map(rig.servicePlatform::pid).toList();
        for (int i = 1; i <= REQUESTS; i++) {
            rig.await("BackupProven", rig.requestBackup(Rig.SHOP));
            if (i == 1 || i == 3 || i % 25 == 0) {
                for (Service service : movers) {
                    System.out.printf(
                            "after %d backups and proofs: %s %d MB resident, of it %s%n",
                            i,
                            service.module(),
                            kilobytes("status", "VmRSS:", rig.servicePlatform.pid(service)) * 1024 / 1_000_000,
                            committed(service));
                }
            }
        }
        assertThat(movers.stream().map(rig.servicePlatform::pid).toList()).isEqualTo(processes);
    }

    /** MB committed by the JVM, by area; the rest of the resident memory are threads, direct buffers and what malloc keeps. */
    private String committed(Service service) {
        return Rest.text(rig.url(service), "/q/metrics")
                .lines()
                .filter(line -> line.startsWith("jvm_memory_committed_bytes")
                        || line.startsWith("jvm_buffer_memory_used_bytes")
                        || line.startsWith("jvm_threads_live_threads"))
                .map(line -> line.replaceAll(".*id=\"([^\"]+)\".* ", "$1 ").split(" (?=\\S+$)"))
                .map(part -> part[0] + " "
                        + (part[0].startsWith("jvm_threads") ? part[1] : Math.round(Double.parseDouble(part[1]) / 1e6)))
                .collect(Collectors.joining(", "));
    }

    private static long proportionalBytes(long pid) throws IOException {
        return kilobytes("smaps_rollup", "Pss:", pid) << 10;
    }

    private static long kilobytes(String file, String line, long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid).resolve(file)).stream()
                .filter(each -> each.startsWith(line))
                .mapToLong(each -> Long.parseLong(each.replaceAll("\\D", "")))
                .sum();
    }
}
