package io.holdfast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.devstack.Service;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The password of a source and a value of a row are looked for in all that the platform writes, says and starts. */
@ExtendWith(SharedRig.class)
class CanaryTest {
    private static final String ROW = Sources.CANARY;
    private static final List<String> SECRETS = List.of(Sources.PASSWORD, ROW);

    private final Rig rig;

    CanaryTest(Rig rig) {
        this.rig = rig;
    }

    @Test
    void neitherAPasswordNorARowLeavesTheVaultAndTheCopies() throws Exception {
        Map<String, String> found = new TreeMap<>();
        ChildProcesses children = new ChildProcesses(SECRETS);
        try (children) {
            proven(children);
            String restored = Rest.post(
                            rig.url(Service.RESTORE),
                            "/api/restores",
                            "{\"source\":\"canary\",\"target\":{\"kind\":\"new\",\"database\":\"aviary\"}}")
                    .body()
                    .path("id")
                    .asText();
            rig.awaitRestore(restored, "COMPLETED", "FAILED");
            assertThat(rig.sources.one("aviary", "select count(*) from bird where name = '" + ROW + "'"))
                    .isEqualTo("1");
            refusedExport();
        }

        assertThat(children.programs()).as("programs seen").contains("pg_dump");
        found.putAll(children.leaks());
        found.putAll(topics());
        found.putAll(logs());
        for (Service service : Service.values()) {
            found.putAll(answers(rig.url(service)));
        }
        assertThat(found).as("places: %s", found.keySet()).isEmpty();
    }

    /** Programs are sampled, and a busy machine may miss one that is short: several backups give it several chances. */
    private void proven(ChildProcesses children) {
        for (int tried = 0; tried < 5 && !children.programs().contains("pg_dump"); tried++) {
            String request = rig.requestBackup(Rig.CANARY);
            rig.await("BackupProven", request); // its checks fail on the row, which is no fault of the backup
        }
    }

    /** A failure is told in an answer, the log and an activity. */
    private void refusedExport() {
        Rest.get(rig.url(Service.BACKUP), "/api/backups/" + UUID.randomUUID() + "/export");
    }

    private Map<String, String> topics() {
        Map<String, String> found = new TreeMap<>();
        try (var consumer = new KafkaConsumer<byte[], byte[]>(
                Map.of("bootstrap.servers", rig.addresses().kafka(), "auto.offset.reset", "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = new ArrayList<>();
            consumer.listTopics().forEach((topic, infos) -> {
                if (topic.startsWith("holdfast.")) {
                    infos.forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
                }
            });
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream()
                    .anyMatch(partition -> consumer.position(partition) < ends.getOrDefault(partition, 0L))) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    StringBuilder text = new StringBuilder(text(record.key())).append(text(record.value()));
                    record.headers().forEach(header -> text.append(text(header.value())));
                    look(found, "topic " + record.topic(), text.toString());
                }
            }
        }
        return found;
    }

    private static String text(byte[] bytes) {
        return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
    }

    private Map<String, String> logs() throws IOException {
        Map<String, String> found = new TreeMap<>();
        Path logs = Path.of("target", "logs-" + rig.folder.getFileName());
        try (Stream<Path> files = Files.walk(logs)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                look(found, file.toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return found;
    }

    /** Every GET operation without a path parameter, of the service's own OpenAPI document, and its metrics. */
    private static Map<String, String> answers(URI service) {
        Map<String, String> found = new TreeMap<>();
        List<String> paths = new ArrayList<>(List.of("/q/metrics", "/q/health"));
        Rest.get(service, "/q/openapi?format=json").path("paths").properties().forEach(path -> {
            if (path.getValue().has("get") && !path.getKey().contains("{")) {
                paths.add(path.getKey());
            }
        });
        assertThat(paths).hasSizeGreaterThan(2);
        for (String path : paths) {
            look(found, service + path, Rest.text(service, path + "?limit=200"));
        }
        return found;
    }

    private static void look(Map<String, String> found, String place, String text) {
        for (String secret : SECRETS) {
            int at = text.indexOf(secret);
            if (at >= 0) {
                found.put(place, text.substring(Math.max(0, at - 300), Math.min(text.length(), at + 100)));
            }
        }
    }
}
