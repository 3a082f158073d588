package io.holdfast.devstack;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The broker of {@code docker-compose.yml} in this JVM: its settings and the certificates of {@code deploy/secrets.sh}, on
 * free ports of this host.
 */
final class ComposeBroker implements AutoCloseable {
    private static final Path ROOT = Path.of("..");

    private final Path secrets;
    private final Map<String, Integer> ports = new HashMap<>();
    private final KafkaRaftServer server;

    ComposeBroker(Path folder) throws Exception {
        secrets = makeSecrets(folder);
        for (String listener : new String[] {"9091", "9092", "9093", "29092"}) {
            ports.put(listener, Ports.free());
        }
        Path log = Files.createDirectory(folder.resolve("kafka"));
        format(log);
        server = new KafkaRaftServer(new KafkaConfig(settings(log)), Time.SYSTEM);
        server.startup();
    }

    /** Runs a copy of deploy/secrets.sh in the folder, so that the secrets are made there. */
    static Path makeSecrets(Path folder) throws IOException, InterruptedException {
        Path script = Files.copy(ROOT.resolve("deploy/secrets.sh"), folder.resolve("secrets.sh"));
        Process process = new ProcessBuilder("bash", script.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return folder.resolve("secrets");
    }

    /** @param port the one that the Compose file names */
    String address(int port) {
        return "127.0.0.1:" + ports.get(Integer.toString(port));
    }

    /** The settings of a client that logs in as the user, as the Compose file has them for services. */
    Map<String, Object> client(String user) throws IOException {
        return client(user, password(user));
    }

    String password(String user) throws IOException {
        return Files.readString(secrets.resolve(user.replace("-service", "") + "-kafka"));
    }

    Map<String, Object> client(String user, String password) {
        Map<String, Object> client = new HashMap<>(trusting(9092, "SASL_SSL"));
        client.put("sasl.mechanism", "SCRAM-SHA-512");
        client.put(
                "sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\" password=\"%s\";"
                        .formatted(user, password));
        return client;
    }

    /** The super user, as {@code deploy/kafka/admin.properties} has it. */
    Map<String, Object> superUser() throws IOException {
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(ROOT.resolve("deploy/kafka/admin.properties"))) {
            properties.load(in);
        }
        Map<String, Object> client = new HashMap<>();
        properties.forEach((name, value) -> client.put(name.toString(), here(value.toString())));
        client.put("bootstrap.servers", address(9091));
        return client;
    }

    /** Without a user. */
    Map<String, Object> trusting(int port, String protocol) {
        return Map.of(
                "bootstrap.servers",
                address(port),
                "security.protocol",
                protocol,
                "ssl.truststore.type",
                "PEM",
                "ssl.truststore.location",
                secrets.resolve("kafka-ca").toString());
    }

    private Properties settings(Path log) throws IOException {
        Properties settings = new Properties();
        environment().properties().forEach(setting -> {
            String name = setting.getKey();
            if (name.startsWith("KAFKA_")) { // as the image does
                settings.put(
                        name.substring("KAFKA_".length())
                                .toLowerCase(Locale.ROOT)
                                .replace("___", "-")
                                .replace("__", "\0")
                                .replace('_', '.')
                                .replace('\0', '_'),
                        here(setting.getValue().asText()));
            }
        });
        settings.put("log.dirs", log.toString());
        settings.put("offsets.topic.num.partitions", "1");
        settings.put("group.initial.rebalance.delay.ms", "0");
        settings.put("log.cleaner.dedupe.buffer.size", "4194304");
        return settings;
    }

    private String here(String value) {
        String here = value.replace("/run/secrets/", secrets + "/").replace("0.0.0.0", "127.0.0.1");
        for (Map.Entry<String, Integer> port : ports.entrySet()) {
            here = here.replaceAll(
                    "(kafka|localhost|127\\.0\\.0\\.1):" + port.getKey() + "\\b", "127.0.0.1:" + port.getValue());
        }
        return here;
    }

    private static JsonNode environment() throws IOException {
        try (Reader in = Files.newBufferedReader(ROOT.resolve("docker-compose.yml"))) {
            Object file = new Yaml(new SafeConstructor(new LoaderOptions())).load(in);
            return new ObjectMapper().valueToTree(file).at("/services/kafka/environment");
        }
    }

    private static void format(Path log) throws Exception {
        new Formatter()
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .setClusterId(Uuid.randomUuid().toString())
                .setNodeId(1)
                .setControllerListenerName("CONTROLLER")
                .addDirectory(log.toString())
                .setMetadataLogDirectory(log.toString())
                .run();
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }
}
