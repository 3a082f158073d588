package io.holdfast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.devstack.DevStack;
import io.holdfast.devstack.Service;
import io.holdfast.devstack.ServicePlatform;
import io.holdfast.devstack.ServicePlatformOptions;
import io.holdfast.devstack.StackAddresses;
import io.holdfast.devstack.StackOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * 200 sources due in the same minute, one of them with 500 MB, on two replicas of backup-service of which one is killed: each
 * slot starts exactly one backup. Prints the time to the last one and the memory of the replicas.
 */
@EnabledIfSystemProperty(named = "holdfast.measure", matches = "true")
class ManySourcesTest {
    private static final int SOURCES = 200;
    private static final int FOLDERS = 20;
    private static final int LARGE_MEGABYTES = 500;
    private static final Duration PATIENCE = Duration.ofMinutes(15);

    @TempDir
    Path folder;

    @Test
    void everySlotRunsOnceOnTwoReplicasOfWhichOneIsKilled() throws Exception {
        for (int i = 0; i < SOURCES; i++) {
            create(i);
        }
        try (DevStack stack = DevStack.start(StackOptions.temporary())) {
            Instant due = Instant.now().plus(Duration.ofMinutes(2)).truncatedTo(ChronoUnit.MINUTES);
            ServicePlatformOptions options = options(stack.addresses(), due);
            try (ServicePlatform first = ServicePlatform.start(options);
                    ServicePlatform second = ServicePlatform.start(options)) {
                URI url = second.url(Service.BACKUP);
                Awaitility.await().atMost(PATIENCE).until(() -> count(url, "") >= 20);
                first.kill(Service.BACKUP);
                Awaitility.await().atMost(PATIENCE).until(() -> stored(url) == SOURCES);
                List<JsonNode> backups = all(url, "/api/backups?state=STORED");
                Instant last = backups.stream()
                        .map(backup -> Instant.parse(backup.path("completedAt").asText()))
                        .max(Instant::compareTo)
                        .orElseThrow();

                System.out.printf(
                        "%d sources due at once, one of %d MB, one of two replicas killed: last STORED after %.1f s; the"
                                + " other replica needed %d MB at most%n",
                        SOURCES,
                        LARGE_MEGABYTES,
                        Duration.between(due, last).toMillis() / 1e3,
                        residentMegabytes(second.pid(Service.BACKUP)));
                onlyOnce(all(url, "/api/slots"), "RAN");
                assertThat(all(url, "/api/backups")).hasSize(SOURCES);
            }
        }
    }

    private static void onlyOnce(List<JsonNode> slots, String state) {
        Map<String, Integer> bySource = new HashMap<>();
        slots.forEach(slot -> bySource.merge(slot.path("source").path("name").asText(), 1, Integer::sum));
        assertThat(bySource)
                .hasSize(SOURCES)
                .allSatisfy((source, count) -> assertThat(count).isOne());
        assertThat(slots)
                .allSatisfy(slot -> assertThat(slot.path("state").asText()).isEqualTo(state));
    }

    private static int stored(URI url) {
        return count(url, "?state=STORED");
    }

    private static int count(URI url, String query) {
        return all(url, "/api/backups" + query).size();
    }

    private static List<JsonNode> all(URI url, String path) {
        List<JsonNode> all = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = Rest.get(
                    url,
                    path + (path.contains("?") ? "&" : "?") + "limit=200"
                            + (cursor.isEmpty() ? "" : "&cursor=" + cursor));
            page.path("items").forEach(all::add);
            cursor = page.path("next").asText("");
        } while (!cursor.isEmpty());
        return all;
    }

    private Path file(int source) {
        return folder.resolve("host-" + source % FOLDERS).resolve("source-" + source + ".db");
    }

    private void create(int source) throws IOException, SQLException {
        Files.createDirectories(file(source).getParent());
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file(source));
                Statement sql = connection.createStatement()) {
            sql.execute("create table item (id integer primary key, body blob)");
            sql.execute("with recursive n(i) as (select 1 union all select i + 1 from n where i < "
                    + (source == 0 ? LARGE_MEGABYTES : 1000) + ") insert into item select i, randomblob("
                    + (source == 0 ? 1_000_000 : 100) + ") from n");
        }
    }

    private ServicePlatformOptions options(StackAddresses addresses, Instant due) throws IOException {
        ZonedDateTime time = due.atZone(ZoneOffset.UTC);
        StackAddresses.S3 s3 = addresses.s3();
        StringBuilder yaml = new StringBuilder("""
                holdfast:
                  vault: %s
                  platform: { lease: 4s, heartbeat: 1s }
                  sources:
                """.formatted(Rig.vault(s3)));
        for (int i = 0; i < SOURCES; i++) {
            yaml.append(
                    "    source-%d: { engine: sqlite, url: \"sqlite:%s\", schedule: { backups: [\"%d %d * * *\"] } }%n"
                            .formatted(i, file(i), time.getMinute(), time.getHour()));
        }
        Path logs = Files.createDirectories(Path.of("target", "logs-many"));
        return ServicePlatformOptions.of(
                        addresses,
                        Files.writeString(folder.resolve("holdfast.yaml"), yaml.toString()),
                        Map.of(
                                "E2E_S3_KEY",
                                s3.accessKey(),
                                "E2E_S3_SECRET",
                                s3.secretKey(),
                                "MP_MESSAGING_CONNECTOR_SMALLRYE_KAFKA_SESSION_TIMEOUT_MS",
                                "6000",
                                "MP_MESSAGING_CONNECTOR_SMALLRYE_KAFKA_HEARTBEAT_INTERVAL_MS",
                                "2000"),
                        logs)
                .only(Service.BACKUP);
    }

    private static long residentMegabytes(long pid) throws IOException {
        try (var lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                            .map(line -> line.replaceAll("[^0-9]", ""))
                            .mapToLong(Long::parseLong)
                            .findFirst()
                            .orElse(0)
                    / 1000;
        }
    }
}
