package io.holdfast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.config.Environment;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.config.SecretRef;
import io.holdfast.devstack.Service;
import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The Compose file says what services, scripts and the configuration beside it say. Needs no container engine. */
class ComposeFileTest {
    private static final Path ROOT = Path.of("..");
    private static final Set<Service> VAULT_USERS = EnumSet.of(Service.BACKUP, Service.RESTORE, Service.VERIFIER);

    private final JsonNode file = load();

    @ParameterizedTest
    @EnumSource
    void aServiceListensWhereEverybodyLooksForIt(Service service) throws IOException {
        String port = Integer.toString(service.port());

        assertThat(environment(service).path("QUARKUS_HTTP_PORT").asText()).isEqualTo(port);
        assertThat(texts(compose(service).path("ports"))).containsExactly("127.0.0.1:" + port + ":" + port);
        assertThat(defaults(service).getProperty("quarkus.http.port")).isEqualTo(port);
    }

    @Test
    void nothingIsPublishedBeyondLoopback() {
        assertThat(services().flatMap(service -> texts(service.path("ports")).stream()))
                .isNotEmpty()
                .allMatch(port -> port.startsWith("127.0.0.1:"));
    }

    @ParameterizedTest
    @EnumSource
    void aServiceLogsInAsItselfAlone(Service service) {
        assertThat(environment(service).path("QUARKUS_DATASOURCE_USERNAME").asText())
                .isEqualTo(service.role());
        assertThat(compose(service).path("secrets").path(0).path("source").asText())
                .isEqualTo(service.schema() + "-db");
    }

    @ParameterizedTest
    @EnumSource
    void aServiceIsGivenTheSecretsThatItReadsAndNoOther(Service service) {
        Set<String> read = new TreeSet<>();
        environment(service).properties().forEach(entry -> {
            if (entry.getValue().asText().startsWith("/run/secrets/")) {
                read.add(entry.getValue().asText().substring("/run/secrets/".length()));
            }
        });

        assertThat(mounted(compose(service))).isEqualTo(read);
        assertThat(read)
                .isEqualTo(
                        switch (service) {
                            case BACKUP, RESTORE ->
                                Set.of("admin-token-hash", "database", "kafka", "kafka-ca", "metrics-token", "s3");
                            case VERIFIER ->
                                Set.of(
                                        "admin-token-hash",
                                        "database",
                                        "kafka",
                                        "kafka-ca",
                                        "metrics-token",
                                        "s3",
                                        "scratch");
                            case NOTIFIER, AUDIT ->
                                Set.of("admin-token-hash", "database", "kafka", "kafka-ca", "metrics-token");
                        });
    }

    @Test
    void whatRunsRestoredCodeReachesNobodyAndHoldsNothing() {
        JsonNode scratch = file.path("services").path("scratch");

        assertThat(texts(scratch.path("networks"))).containsExactly("scratch");
        assertThat(file.path("networks").path("scratch").path("internal").asBoolean())
                .isTrue();
        assertThat(mounted(scratch)).containsExactly("scratch");
        assertThat(texts(scratch.path("volumes"))).containsExactly("scratch-data:/var/lib/postgresql/data");
        assertThat(services().filter(service -> texts(service.path("networks")).contains("scratch")))
                .containsExactlyInAnyOrder(scratch, compose(Service.VERIFIER));
    }

    @ParameterizedTest
    @EnumSource
    void theKeyIsWhereTheVaultIsOpenedAndWrittenByBackupServiceAlone(Service service) {
        List<String> keys = texts(compose(service).path("volumes")).stream()
                .filter(volume -> volume.startsWith("vault-key:"))
                .toList();

        assertThat(keys)
                .isEqualTo(
                        !VAULT_USERS.contains(service)
                                ? List.of()
                                : List.of("vault-key:/etc/holdfast/keys" + (service == Service.BACKUP ? "" : ":ro")));
    }

    /** Engines forbid it in a tmpfs unless they are told: then no backup could compress a chunk. */
    @ParameterizedTest
    @EnumSource
    void nativeLibrariesMayBeLoadedFromTheTemporaryFolder(Service service) {
        assertThat(texts(compose(service).path("tmpfs"))).containsExactly("/tmp:exec");
    }

    @ParameterizedTest
    @EnumSource
    void aServiceHasItsOwnUserOfKafkaAndTrustsTheBrokersAuthorityAlone(Service service) {
        JsonNode environment = environment(service);

        assertThat(environment.path("HOLDFAST_KAFKA_USER").asText()).isEqualTo(service.module());
        assertThat(compose(service).path("secrets").valueStream())
                .anyMatch(secret -> source(secret).equals(service.schema() + "-kafka")
                        && secret.path("target").asText().equals("kafka"));
        assertThat(environment.path("KAFKA_SECURITY_PROTOCOL").asText()).isEqualTo("SASL_SSL");
        assertThat(environment.path("KAFKA_SASL_MECHANISM").asText()).isEqualTo("SCRAM-SHA-512");
        assertThat(environment.path("KAFKA_SASL_JAAS_CONFIG").asText())
                .isEqualTo("org.apache.kafka.common.security.scram.ScramLoginModule required"
                        + " username=\"$${HOLDFAST_KAFKA_USER}\" password=\"$${HOLDFAST_KAFKA_PASSWORD}\";");
        assertThat(environment.path("KAFKA_SSL_TRUSTSTORE_LOCATION").asText()).isEqualTo("/run/secrets/kafka-ca");
    }

    @Test
    void everyListenerOfKafkaAsksWhoConnects() {
        JsonNode settings = file.path("services").path("kafka").path("environment");
        Map<String, String> protocols = new TreeMap<>();
        for (String listener :
                settings.path("KAFKA_LISTENER_SECURITY_PROTOCOL_MAP").asText().split(",", -1)) {
            protocols.put(listener.split(":", -1)[0], listener.split(":", -1)[1]);
        }

        for (String listener : settings.path("KAFKA_LISTENERS").asText().split(",", -1)) {
            String name = listener.substring(0, listener.indexOf("://"));
            if (Objects.equals(protocols.get(name), "SSL")) {
                assertThat(settings.path("KAFKA_LISTENER_NAME_" + name + "_SSL_CLIENT_AUTH")
                                .asText())
                        .as(listener)
                        .isEqualTo("required");
            } else {
                assertThat(protocols.get(name)).as(listener).isEqualTo("SASL_SSL");
            }
        }
        assertThat(settings.path("KAFKA_AUTHORIZER_CLASS_NAME").asText()).endsWith(".StandardAuthorizer");
        assertThat(settings.path("KAFKA_SUPER_USERS").asText()).isEqualTo("User:CN=kafka;User:CN=admin");
        assertThat(settings.path("KAFKA_ALLOW_EVERYONE_IF_NO_ACL_FOUND").asBoolean())
                .isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void topicsUsersAndRightsAreThereBeforeAServiceStarts(Service service) {
        for (String job : List.of("topics", "acls")) {
            assertThat(compose(service)
                            .path("depends_on")
                            .path(job)
                            .path("condition")
                            .asText())
                    .isEqualTo("service_completed_successfully");
        }
    }

    /** The super user's certificate is as good as every password of Kafka. */
    @Test
    void onlyTheJobsThatPrepareKafkaAreItsSuperUser() {
        Set<String> holders = new TreeSet<>();
        file.path("services").properties().forEach(service -> {
            if (mounted(service.getValue()).contains("kafka-admin")) {
                holders.add(service.getKey());
            }
        });

        assertThat(holders).containsExactly("acls", "topics");
        assertThat(mounted(file.path("services").path("acls")))
                .isEqualTo(Stream.concat(
                                Stream.of("kafka-admin", "kafka-ca", "producer-kafka"),
                                Stream.of(Service.values()).map(service -> service.schema() + "-kafka"))
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    @Test
    void everySecretIsMadeByTheScriptOnceAndUsed(@TempDir Path folder) throws Exception {
        Path script = Files.copy(ROOT.resolve("deploy/secrets.sh"), folder.resolve("secrets.sh"));
        Map<String, String> made = secrets(script);
        Set<String> declared = names(file.path("secrets"));
        Set<String> used = new TreeSet<>();
        services().forEach(service -> service.path("secrets").forEach(secret -> used.add(source(secret))));

        assertThat(used).isEqualTo(declared);
        assertThat(declared)
                .allSatisfy(name -> assertThat(
                                file.path("secrets").path(name).path("file").asText())
                        .isEqualTo("deploy/secrets/" + name));
        assertThat(made.keySet())
                .containsAll(declared)
                .hasSize(declared.size() + 2)
                .contains("kafka-ca-key", "admin-token");
        assertThat(Files.getPosixFilePermissions(folder.resolve("secrets")))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        assertThat(Files.getPosixFilePermissions(folder.resolve("secrets/kafka-ca-key")))
                .isEqualTo(PosixFilePermissions.fromString("r--------"));
        assertThat(secrets(script)).isEqualTo(made);
        Files.delete(folder.resolve("secrets/kafka-server"));
        assertThat(secrets(script)).containsEntry("kafka-ca", Objects.requireNonNull(made.get("kafka-ca")));
    }

    private static Map<String, String> secrets(Path script) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder("bash", script.toString()).inheritIO().start();
        assertThat(process.waitFor()).isZero();
        Map<String, String> secrets = new TreeMap<>();
        try (Stream<Path> files = Files.list(script.resolveSibling("secrets"))) {
            for (Path secret : files.toList()) {
                secrets.put(secret.getFileName().toString(), Files.readString(secret));
            }
        }
        return secrets;
    }

    @Test
    void whatIsMountedFromHereIsHere() {
        Stream<String> sources = services()
                .flatMap(service -> texts(service.path("volumes")).stream())
                .filter(volume -> volume.startsWith("./"))
                .map(volume -> volume.substring(0, volume.indexOf(':')));

        assertThat(sources).isNotEmpty().allMatch(source -> Files.exists(ROOT.resolve(source)));
    }

    @Test
    void theConfigurationFitsTheServicesItIsMountedInto() {
        HoldfastConfig config = HoldfastConfig.load(ROOT.resolve("deploy/holdfast.yaml"), Environment.of(Map.of()));

        assertThat(List.of(
                        config.services().backup(),
                        config.services().restore(),
                        config.services().verifier(),
                        config.services().notifier(),
                        config.services().audit()))
                .isEqualTo(Stream.of(Service.values())
                        .map(service -> URI.create("http://" + service.module() + ":" + service.port()))
                        .toList());
        assertThat(config.scratch().postgres().orElseThrow().url().text()).contains("@scratch:5432/");
        for (Service service : VAULT_USERS) {
            assertThat(Stream.of(config.vault().accessKey(), config.vault().secretKey())
                            .flatMap(Optional::stream)
                            .map(SecretRef::name))
                    .hasSize(2)
                    .allMatch(name -> environment(service).has(name)
                            || environment(service).has(name + "_FILE"));
        }
    }

    @Test
    void logsOfAllContainersRotate() {
        assertThat(services()).isNotEmpty().allSatisfy(service -> {
            assertThat(service.path("logging").path("options").path("max-size").asText())
                    .isEqualTo("20m");
            assertThat(service.path("logging").path("options").path("max-file").asText())
                    .isEqualTo("5");
        });
    }

    @Test
    void imagesOfHoldfastAreTaggedByVersion() {
        assertThat(services()
                        .map(service -> service.path("image").asText())
                        .filter(image -> image.contains("holdfast/")))
                .hasSize(Service.values().length + 1)
                .allMatch(image -> image.endsWith(":${HOLDFAST_VERSION:-1.0-SNAPSHOT}"));
    }

    @Test
    void theCommandLineOpensTheVaultAndStartsOnlyOnRequest() {
        JsonNode cli = file.path("services").path("cli");

        assertThat(texts(cli.path("profiles"))).containsExactly("cli");
        assertThat(mounted(cli)).containsExactly("s3");
        assertThat(texts(cli.path("volumes"))).contains("vault-key:/etc/holdfast/keys");
        assertThat(ROOT.resolve(cli.path("build").path("dockerfile").asText())).isRegularFile();
    }

    private static JsonNode load() {
        try (Reader in = Files.newBufferedReader(ROOT.resolve("docker-compose.yml"))) {
            Object read = new Yaml(new SafeConstructor(new LoaderOptions())).load(in);
            return new ObjectMapper().valueToTree(read);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Properties defaults(Service service) throws IOException {
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(
                ROOT.resolve(service.module()).resolve("src/main/resources/application.properties"))) {
            properties.load(in);
        }
        return properties;
    }

    private JsonNode compose(Service service) {
        return file.path("services").path(service.module());
    }

    private JsonNode environment(Service service) {
        return compose(service).path("environment");
    }

    private Stream<JsonNode> services() {
        return file.path("services").valueStream();
    }

    private static Set<String> mounted(JsonNode service) {
        Set<String> mounted = new TreeSet<>();
        service.path("secrets")
                .forEach(secret -> mounted.add(
                        secret.isTextual()
                                ? secret.asText()
                                : secret.path("target").asText()));
        return mounted;
    }

    private static String source(JsonNode secret) {
        return secret.isTextual() ? secret.asText() : secret.path("source").asText();
    }

    private static Set<String> names(JsonNode object) {
        Set<String> names = new TreeSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static List<String> texts(JsonNode array) {
        return array.valueStream().map(JsonNode::asText).toList();
    }
}
