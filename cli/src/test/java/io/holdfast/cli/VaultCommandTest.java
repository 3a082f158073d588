package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.cli.local.OfflineVault;
import io.holdfast.config.Environment;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.VerificationId;
import io.holdfast.devstack.DevStack;
import io.holdfast.devstack.StackComponent;
import io.holdfast.devstack.StackOptions;
import io.holdfast.vault.format.BackupContents;
import io.holdfast.vault.format.ChunkSizeClass;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.format.Proof;
import io.holdfast.vault.store.ObjectStore;
import io.holdfast.vault.store.S3ObjectStore;
import io.holdfast.vault.store.S3Settings;
import io.holdfast.vault.write.BackupWriter;
import io.holdfast.vault.write.SegmentWriter;
import io.holdfast.vault.write.WriteOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** One vault on a real S3 server, from its making to its damage. No service runs. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class VaultCommandTest {
    private static final SourceId SOURCE = SourceId.next(InstantSource.system());

    @TempDir
    static Path folder;

    private static DevStack stack;
    private static Path file;

    @BeforeAll
    static void start() throws IOException {
        stack = DevStack.start(StackOptions.temporary().only(StackComponent.S3, StackComponent.CATCHER));
        var s3 = stack.addresses().s3();
        Files.writeString(folder.resolve("secret"), s3.secretKey());
        file = Files.writeString(folder.resolve("holdfast.yaml"), """
                holdfast:
                  vault:
                    endpoint: "%s"
                    path-style: true
                    bucket: %s
                    prefix: commands
                    access-key: { env: S3_KEY }
                    secret-key: { file: secret }
                    key-file: vault.key
                  sources: {}
                """.formatted(s3.endpoint(), s3.bucket()));
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    @Test
    @Order(1)
    void initMakesItAndSaysWhatIsNotGuaranteed() throws IOException {
        Shell.Result result = run("vault", "init");

        assertThat(result.err()).contains("vault keys escrow", "no object lock", "no versions");
        assertThat(result.exit()).isZero();
        assertThat(json("vault", "init").path("lacks").size()).isEqualTo(2);
    }

    @Test
    @Order(2)
    void anEmptyVaultListsNothingAndIsIntact() {
        assertThat(run("vault", "list").out()).contains("no backups in vault");
        assertThat(run("vault", "check").exit()).isZero();
    }

    @Test
    @Order(3)
    void escrowIsCopiedConfirmedAndAskedFor() throws IOException {
        Path copy = folder.resolve("copy.key");
        Shell.Result before = run("vault", "keys", "escrow");
        assertThat(before.exit()).isEqualTo(1);
        assertThat(before.err()).contains("no copy is confirmed");

        assertThat(run("vault", "keys", "escrow", "--to", copy.toString()).exit())
                .isZero();
        assertThat(run("vault", "keys", "escrow", "--confirm", copy.toString()).exit())
                .isEqualTo(2);
        String original = folder.resolve("vault.key").toString();
        assertThat(run("vault", "keys", "escrow", "--confirm", original, "--where", "x")
                        .err())
                .contains("the key file itself");
        assertThat(run("vault", "keys", "escrow", "--confirm", copy.toString(), "--where", "safe")
                        .exit())
                .isZero();

        JsonNode state = json("vault", "keys", "escrow");
        assertThat(state.path("confirmed").asBoolean()).isTrue();
        assertThat(state.path("where").asText()).isEqualTo("safe");
        assertThat(run("vault", "init").err()).doesNotContain("escrow");
    }

    @Test
    @Order(4)
    void listShowsBackupsOldAndNewAcrossARotation() throws IOException {
        Manifest first = backup("nightly");
        assertThat(run("vault", "keys", "rotate").out()).contains("2 keys for data");
        Manifest second = backup("before-migration");
        prove(second);

        Shell.Result result = run("vault", "list");
        assertThat(result.exit()).isZero();
        assertThat(result.out())
                .containsSubsequence(second.backup().toString(), "proven", "before-migration")
                .containsSubsequence(first.backup().toString(), "stored", "nightly");
        JsonNode list = json("vault", "list", "portal").path("backups");
        assertThat(list.size()).isEqualTo(2);
        assertThat(list.get(0).path("state").asText()).isEqualTo("PROVEN");
        assertThat(list.get(0).path("totals").path("rows").asLong()).isEqualTo(3);
        assertThat(run("vault", "list", "nobody").err()).contains("never backed up");
    }

    @Test
    @Order(5)
    void checkReadsEverythingAndFindsNothing() throws IOException {
        JsonNode report = json("vault", "check", "--read-data", "all");

        assertThat(report.path("intact").asBoolean()).isTrue();
        assertThat(report.path("chunksRead").asInt())
                .isPositive()
                .isEqualTo(report.path("chunks").asInt());
        assertThat(run("vault", "check", "--read-data", "half").exit()).isEqualTo(2);
    }

    @Test
    @Order(6)
    void checkNamesBackupAndTableOfADamagedChunk() throws IOException {
        flipOneByteOfEachChunk();

        assertThat(run("vault", "check").exit()).isZero();
        Shell.Result result = run("vault", "check", "--read-data", "all");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.out()).contains("corrupt: chunk", "public.tickets");
        JsonNode report = new ObjectMapper()
                .readTree(run("vault", "check", "--read-data", "all", "--json").out());
        assertThat(report.path("intact").asBoolean()).isFalse();
        assertThat(report.path("problems").findValuesAsText("backup")).isNotEmpty();
        assertThat(run("vault", "list").out()).contains("damaged").doesNotContain("proven");
    }

    /** What it found in hours is not lost because the bucket cannot be tried out. */
    @Test
    @Order(7)
    void checkTellsWhatItFoundThoughTheBucketTakesNothing() {
        try (ObjectStore store = bucket()) {
            store.put("probe", new byte[0]); // S3Proxy makes a file of it, so that nothing can be written below
            Shell.Result result = run("vault", "check", "--read-data", "all");
            store.delete("probe");

            assertThat(result.exit()).isEqualTo(1);
            assertThat(result.out()).contains("corrupt: chunk", "public.tickets");
            assertThat(result.err()).contains("could not be tried out");
        }
    }

    @Test
    @Order(8)
    void aWrongKeyIsRefused() throws IOException {
        Path key = folder.resolve("vault.key");
        String good = Files.readString(key);
        // another vault's key, made on an empty prefix
        Path other = Files.writeString(
                folder.resolve("other.yaml"),
                Files.readString(file)
                        .replace("prefix: commands", "prefix: other")
                        .replace("vault.key", "other.key"));
        assertThat(shell().run("vault", "init", "--config", other.toString()).exit())
                .isZero();
        Files.writeString(key, Files.readString(folder.resolve("other.key")));

        Shell.Result result = run("vault", "list");

        assertThat(result.exit()).isEqualTo(3);
        assertThat(result.err()).contains("VAULT_KEY_WRONG");
        Files.writeString(key, good);
    }

    @Test
    @Order(9)
    void theCatalogIsRebuiltFromTheVaultAlone() throws IOException {
        Shell.Result result = run("vault", "rebuild-catalog");

        assertThat(result.exit()).isZero();
        assertThat(result.out()).contains("portal", SOURCE.toString(), "2 damaged");
        JsonNode portal = json("vault", "rebuild-catalog").path("sources").path(0);
        assertThat(portal.path("id").asText()).isEqualTo(SOURCE.toString());
        assertThat(portal.path("configuration").asText()).isEqualTo("no");
        assertThat(portal.path("backups").findValuesAsText("state")).containsExactly("DAMAGED", "DAMAGED");
        assertThat(portal.path("backups").path(0).path("totals").path("rows").asLong())
                .isEqualTo(3);
    }

    @Test
    @Order(10)
    void afterARewrappingOnlyTheNewKeyFileOpensTheVault() throws IOException {
        Path next = folder.resolve("next.key");

        Shell.Result result = run("vault", "keys", "rewrap", "--new-key-file", next.toString());

        assertThat(result.exit()).as(result.err()).isZero();
        assertThat(result.out()).contains("5 keysets", "set vault.key-file to");
        assertThat(run("vault", "list").err()).contains("VAULT_KEY_WRONG", "rewrapping");
        assertThat(run("vault", "keys", "rewrap", "--new-key-file", next.toString())
                        .exit())
                .isZero();
        Files.copy(next, folder.resolve("vault.key"), StandardCopyOption.REPLACE_EXISTING);
        assertThat(run("vault", "list").exit()).isZero();
        assertThat(run("vault", "keys", "escrow").err()).contains("no copy is confirmed");
    }

    private static Manifest backup(String label) {
        try (OfflineVault offline = OfflineVault.open(config());
                BackupWriter writer =
                        offline.vault().write(SOURCE, BackupId.next(InstantSource.system()), WriteOptions.STANDARD)) {
            byte[] row = "1\tone\n".getBytes(StandardCharsets.UTF_8);
            BackupContents.Table table;
            try (SegmentWriter segment = writer.segment()) {
                for (int i = 0; i < 3; i++) {
                    segment.row(row, 0, row.length, i);
                }
                table = new BackupContents.Table(
                        new BackupContents.Name("public", "tickets"),
                        List.of(),
                        3,
                        "fingerprint",
                        3L * row.length,
                        ChunkSizeClass.MIB_1,
                        segment.end(),
                        null);
            }
            return writer.commit(contents(label, writer, table));
        }
    }

    private static BackupContents contents(String label, BackupWriter writer, BackupContents.Table table) {
        return new BackupContents(
                "portal",
                "manual",
                List.of(label),
                Instant.EPOCH,
                Instant.EPOCH,
                BackupContents.Scope.WHOLE,
                new BackupContents.Server("postgres", "15", "portal", "UTF8", null, null, List.of(), null),
                new BackupContents.SchemaDump("none", 4, writer.blob(new byte[4])),
                List.of(table),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                null);
    }

    private static void prove(Manifest manifest) {
        try (OfflineVault offline = OfflineVault.open(config())) {
            offline.vault()
                    .putProof(new Proof(
                            VerificationId.next(InstantSource.system()),
                            manifest.backup(),
                            SOURCE,
                            Proof.Outcome.PROVEN,
                            Instant.EPOCH,
                            Instant.EPOCH,
                            "equal",
                            null));
        }
    }

    private static void flipOneByteOfEachChunk() {
        try (ObjectStore store = bucket()) {
            store.list("sources/" + SOURCE + "/chunks/").toList().forEach(object -> {
                byte[] bytes = store.get(object.key()).orElseThrow();
                bytes[bytes.length / 2] ^= 1;
                store.put(object.key(), bytes);
            });
        }
    }

    private static ObjectStore bucket() {
        var s3 = stack.addresses().s3();
        return S3ObjectStore.open(new S3Settings(
                URI.create(s3.endpoint()), "us-east-1", true, s3.bucket(), "commands", s3.accessKey(), s3.secretKey()));
    }

    private static HoldfastConfig config() {
        return HoldfastConfig.load(
                file, Environment.of(Map.of("S3_KEY", stack.addresses().s3().accessKey())));
    }

    private static Shell shell() {
        return new Shell().with("S3_KEY", stack.addresses().s3().accessKey());
    }

    private static Shell.Result run(String... args) {
        return shell().run(Stream.concat(Arrays.stream(args), Stream.of("--config", file.toString()))
                .toArray(String[]::new));
    }

    private static JsonNode json(String... args) throws IOException {
        List<String> all = new ArrayList<>(List.of(args));
        all.add("--json");
        Shell.Result result = run(all.toArray(String[]::new));
        assertThat(result.exit()).as(result.err()).isZero();
        return new ObjectMapper().readTree(result.out());
    }
}
