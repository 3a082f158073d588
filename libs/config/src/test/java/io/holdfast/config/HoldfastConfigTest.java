package io.holdfast.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HoldfastConfigTest {
    private static final Environment ENVIRONMENT = Environment.of(Map.of("S3_KEY", "key"));

    @Test
    void theExampleLoadsWhole() {
        HoldfastConfig config = HoldfastConfig.load(Corpus.path("/example.yaml"), ENVIRONMENT);

        assertThat(config.vault())
                .isEqualTo(new VaultConfig(
                        Optional.of(URI.create("http://127.0.0.1:9000")),
                        "us-east-1",
                        true,
                        "holdfast",
                        "",
                        false,
                        Optional.of(SecretRef.env("S3_KEY", ENVIRONMENT)),
                        Optional.of(SecretRef.env("S3_SECRET", ENVIRONMENT)),
                        Path.of("/etc/holdfast/vault.key"),
                        VaultConfig.Checksums.WHEN_SUPPORTED,
                        Optional.empty()));
        assertThat(config.vault().accessKey().orElseThrow().resolve().reveal()).isEqualTo("key");
        assertThat(config.scratch().postgres()).isPresent();
        assertThat(config.defaults()).containsOnlyKeys("production", "staging");
        assertThat(config.channels()).containsOnlyKeys("ops-slack", "dba-mail", "pager");
        assertThat(config.access().tokens().get("dana"))
                .isEqualTo(new AccessConfig.Principal(
                        SecretRef.file(Path.of("/run/secrets/dana")),
                        List.of(AccessConfig.Role.RESTORER, AccessConfig.Role.APPROVER),
                        List.of(),
                        List.of()));
        assertThat(config.services().audit()).isEqualTo(URI.create("http://127.0.0.1:8085"));
        assertThat(config.platform().grace()).isEqualTo(Duration.ofDays(2));
    }

    @Test
    void withACertificateTheServicesAreOverHttps() {
        String text = """
                holdfast:
                  vault: { bucket: holdfast, key-file: vault.key }
                  services: { restore: "http://restore-service:8082", audit: "https://gateway" }
                  tls: { cert: tls/cert.pem, key: tls/key.pem }
                """;
        HoldfastConfig config = HoldfastConfig.parse(text, Path.of("/etc/holdfast/holdfast.yaml"), ENVIRONMENT);

        assertThat(config.tls().cert()).contains(Path.of("/etc/holdfast/tls/cert.pem"));
        assertThat(config.services())
                .extracting(ServicesConfig::backup, ServicesConfig::restore, ServicesConfig::audit)
                .containsExactly(
                        URI.create("https://127.0.0.1:8081"),
                        URI.create("https://restore-service:8082"),
                        URI.create("https://gateway"));
    }

    @Test
    void keysWithoutEffectAreNamedAndDefaultsAreNot() {
        String text = """
                holdfast:
                  vault: { bucket: holdfast, key-file: vault.key }
                  sources:
                    shop:
                      engine: postgres
                      url: "postgresql://shop@127.0.0.1:5432/shop"
                      %s
                  access: { %s }
                """;
        HoldfastConfig silent = parse(text.formatted("objectives: { rto: 30m }", ""));
        HoldfastConfig loud = parse(text.formatted(
                "schedule: { backups: [\"0 2 * * *\"] }\n      retention: { all: 7d }\n"
                        + "      objectives: { rpo: 24h }\n      verify: { every: 2 }",
                "cron-secret: { env: S3_KEY }"));

        assertThat(silent.ignoredKeys()).isEmpty();
        assertThat(loud.ignoredKeys()).containsExactly("holdfast.sources.shop.verify.every");
    }

    private static HoldfastConfig parse(String text) {
        return HoldfastConfig.parse(text, Path.of("holdfast.yaml"), ENVIRONMENT);
    }

    @Test
    void theExamplesSourceLoadsWhole() {
        SourceConfig portal = source(HoldfastConfig.load(Corpus.path("/example.yaml"), ENVIRONMENT), "portal");

        assertThat(portal.id()).isEmpty();
        assertThat(portal.engine()).isEqualTo(EngineType.POSTGRES);
        assertThat(portal.url()).hasToString("postgresql://portal@db:5432/portal?sslmode=verify-full");
        assertThat(portal.password()).contains(SecretRef.file(Path.of("/run/secrets/portal")));
        assertThat(portal.scope().include().schemas()).containsExactly("public");
        assertThat(portal.scope().exclude().tableData()).containsExactly(TableName.parse("public.sessions"));
        assertThat(portal.schedule())
                .isEqualTo(new SourceConfig.Schedule(
                        List.of(Cron.parse("0 2 * * *"), Cron.parse("0 */6 * * *")),
                        List.of(Cron.parse("0 3 15 1,4,7,10 *")),
                        ZoneId.of("UTC"),
                        Optional.of(Duration.ofMinutes(5)),
                        new SourceConfig.Retry(3, Duration.ofMinutes(5))));
        assertThat(portal.retention().monthly()).contains(Duration.ofDays(365));
        assertThat(portal.objectives().rto()).contains(Duration.ofMinutes(30));
        assertThat(portal.verify()).isEqualTo(new SourceConfig.Verify(SourceConfig.Level.PROVEN, 1));
        assertThat(portal.limits().bytesPerSecond()).contains(new ByteSize(200_000_000));
        assertThat(portal.checks().orphans().getFirst().child()).hasToString("tickets.client_id");
        assertThat(portal.checks().sql().getFirst().expect()).isEqualTo(new ExpectedValue("0"));
        assertThat(portal.maintenance().orElseThrow().off().webhook()).isPresent();
        assertThat(portal.maintenance().orElseThrow().timeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(portal.watch()).isEqualTo(new SourceConfig.Watch(Duration.ofDays(2), Duration.ofMinutes(5)));
        assertThat(portal.approval().restore()).isEqualTo(ApprovalPolicy.REQUIRED);
        assertThat(portal.notifyChannels()).containsExactly("ops-slack", "dba-mail");
    }

    @Test
    void aSourceHasWhatItsEnvironmentAndNotificationsSayUnlessItSaysSoItself() {
        HoldfastConfig config = HoldfastConfig.load(Corpus.path("/good/defaults-and-notifications.yaml"), ENVIRONMENT);

        assertThat(source(config, "shop").retention().monthly()).contains(Duration.ofDays(365));
        assertThat(source(config, "shop").schedule().backups()).containsExactly(Cron.parse("0 2 * * *"));
        assertThat(source(config, "shop").notifyChannels()).containsExactly("ops");
        assertThat(source(config, "test").retention().all()).isEqualTo(Duration.ofDays(30));
        assertThat(source(config, "test").retention().daily()).isEmpty();
        assertThat(source(config, "test").retention().guard()).isEqualTo(new Percentage(25));
        assertThat(source(config, "test").notifyChannels()).isEmpty();
        assertThat(Objects.requireNonNull(config.channels().get("ops")).events())
                .containsExactly(NotifiedEvent.BACKUP_FAILED);
    }

    @Test
    void aChannelHearsOfTheUsualEventsIfNothingSaysOtherwise() {
        HoldfastConfig config = HoldfastConfig.load(Corpus.path("/example.yaml"), ENVIRONMENT);

        assertThat(Objects.requireNonNull(config.channels().get("ops-slack")).events())
                .isEqualTo(config.notifications().events())
                .contains(NotifiedEvent.BACKUP_FAILED)
                .doesNotContain(NotifiedEvent.BACKUP_DELETED);
    }

    @Test
    void anchorsAreSharedAndWhatIsWrittenBesideThemWins() {
        HoldfastConfig config = HoldfastConfig.load(Corpus.path("/good/anchors.yaml"), ENVIRONMENT);

        assertThat(source(config, "shop").retention().daily()).contains(Duration.ofDays(30));
        assertThat(source(config, "till").retention().daily()).contains(Duration.ofDays(60));
        assertThat(source(config, "till").password()).isPresent();
    }

    @Test
    void pathsAreRelativeToTheFile(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(
                folder.resolve("holdfast.yaml"),
                "\uFEFFholdfast: { vault: { bucket: backups, key-file: keys/vault.key, access-key: { file: a }, secret-key: { file: ../b } } }");

        VaultConfig vault = HoldfastConfig.load(file, ENVIRONMENT).vault();

        assertThat(vault.keyFile()).isEqualTo(folder.resolve("keys/vault.key"));
        assertThat(vault.secretKey()).contains(SecretRef.file(folder.resolveSibling("b")));
    }

    @Test
    void aFileThatCannotBeReadIsNamed(@TempDir Path folder) throws IOException {
        Path gone = folder.resolve("gone.yaml");
        Path binary = Files.write(folder.resolve("binary.yaml"), new byte[] {'a', (byte) 0xff});
        Path control = Files.writeString(folder.resolve("control.yaml"), "holdfast:\n  a: \u0000");
        Path large = Files.writeString(folder.resolve("large.yaml"), "#".repeat(YamlParser.MAX_CHARACTERS + 1));

        refused(gone, gone + ":1:1: there is no such file; name it with --config FILE or HOLDFAST_CONFIG");
        refused(binary, binary + ":1:1: this file is not UTF-8 text");
        refused(folder, folder + ":1:1: this file can't be read (IOException); is it a file, and readable?");
        refused(control, control + ":2:6: this is not YAML: the character U+0000 is not allowed");
        refused(large, large + ":1:1: the file is larger than 1048576 characters");
    }

    private static void refused(Path file, String message) {
        assertThatThrownBy(() -> HoldfastConfig.load(file, ENVIRONMENT))
                .isInstanceOf(ConfigException.class)
                .hasMessage(message);
    }

    @Test
    void severalProblemsAreCountedAndInTheOrderOfTheFile() {
        assertThatThrownBy(() -> HoldfastConfig.parse("holdfast:\n  vault: 1\nx: 2\n", Path.of("f.yaml"), ENVIRONMENT))
                .hasMessageStartingWith("2 problems:\nf.yaml:2:10: holdfast.vault: this has to be a section of keys")
                .hasMessageEndingWith("\nf.yaml:3:1: x: unknown key; known are holdfast");
    }

    @Test
    void noMessageRepeatsWhatMayBeASecret() throws IOException {
        for (Path file : Corpus.files("broken")) {
            assertThatThrownBy(() -> HoldfastConfig.load(file, ENVIRONMENT))
                    .as(file.toString())
                    .message()
                    .doesNotContain("hunter2", "services/T0");
        }
    }

    @Test
    void veryLongTextsAreRefusedAndNotMatched() {
        String name = "\"" + "a".repeat(500_000) + "\"";

        assertThatThrownBy(() -> HoldfastConfig.parse(
                        "holdfast: { vault: { bucket: abc, key-file: k }, sources: { s: { engine: sqlite, url: 'sqlite:/a',"
                                + " scope: { include: { tables: ['" + name + "'] } } } } }",
                        Path.of("f.yaml"),
                        ENVIRONMENT))
                .hasMessageContaining("this text is longer than 2000 characters");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sqlite:/data/a b.db | /data/a b.db",
                "sqlite:/data/%231%3F.db | /data/#1?.db",
                "sqlite:/data/100%25+20%2520.db | /data/100%+20%20.db",
                "sqlite:/data/caf%C3%A9.db | /data/café.db"
            })
    void thePathOfASqliteUrlIsDecodedOnce(String url, String path) {
        assertThat(DatabaseUrl.sqlitePath(DatabaseUrl.parse(url).text())).isEqualTo(path);
        assertThat(DatabaseUrl.sqlitePath(DatabaseUrl.ofSqlitePath(path))).isEqualTo(path);
        assertThat(url).matches(DatabaseUrl.PATTERN);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sqlite:/data/#1.db | write ? as %3F and # as %23",
                "sqlite:/data/?.db | write ? as %3F and # as %23",
                "sqlite:/data/100%.db | write % as %25",
                "sqlite:/data/%zz.db | write % as %25"
            })
    void aPathThatIsNotEncodedIsRefusedWithTheEncoding(String url, String message) {
        assertThatThrownBy(() -> DatabaseUrl.parse(url)).hasMessageContaining(message);
        assertThat(url).doesNotMatch(DatabaseUrl.PATTERN);
    }

    @Test
    void theFileIsTheOneThatTheEnvironmentNames() {
        assertThat(HoldfastConfig.locate(Environment.of(Map.of("HOLDFAST_CONFIG", "/etc/h.yaml"))))
                .isEqualTo(Path.of("/etc/h.yaml"));
        assertThat(HoldfastConfig.locate(ENVIRONMENT)).isEqualTo(Path.of("holdfast.yaml"));
    }

    private static SourceConfig source(HoldfastConfig config, String name) {
        return Objects.requireNonNull(config.sources().get(name));
    }
}
