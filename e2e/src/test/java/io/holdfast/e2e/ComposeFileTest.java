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
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
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
            if (entry.getKey().endsWith("_FILE")) {
                read.add(entry.getValue().asText().replaceFirst("^/run/secrets/", ""));
            }
        });

        assertThat(mounted(compose(service))).isEqualTo(read);
        assertThat(read)
                .isEqualTo(
                        switch (service) {
                            case BACKUP, RESTORE -> Set.of("database", "s3");
                            case VERIFIER -> Set.of("database", "s3", "scratch");
                            case NOTIFIER, AUDIT -> Set.of("database");
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

    @Test
    void everySecretIsMadeByTheScriptAndUsed() throws IOException {
        Matcher made = Pattern.compile("for name in ([a-z0-9 -]+);")
                .matcher(Files.readString(ROOT.resolve("deploy/secrets.sh")));
        Set<String> declared = names(file.path("secrets"));
        Set<String> used = new TreeSet<>();
        services().forEach(service -> service.path("secrets").forEach(secret -> used.add(source(secret))));

        assertThat(made.find()).isTrue();
        assertThat(declared).isEqualTo(new TreeSet<>(List.of(made.group(1).split(" ", -1))));
        assertThat(used).isEqualTo(declared);
        assertThat(declared)
                .allSatisfy(name -> assertThat(
                                file.path("secrets").path(name).path("file").asText())
                        .isEqualTo("deploy/secrets/" + name));
    }

    @Test
    void whatIsMountedFromHereIsHere() {
        Stream<String> sources = services()
                .flatMap(service -> texts(service.path("volumes")).stream())
                .filter(volume -> volume.startsWith("./"))
                .map(volume -> volume.substring(0, volume.indexOf(':')));

        assertThat(sources).isNotEmpty().allMatch(source -> Files.isRegularFile(ROOT.resolve(source)));
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
