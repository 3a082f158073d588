package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.drill.Checklist;
import io.holdfast.drill.DrillReport;
import io.holdfast.drill.DrillTimes;
import io.holdfast.drill.DrilledBackup;
import io.holdfast.drill.evidence.Evidence;
import io.holdfast.drill.evidence.EvidenceArchive;
import io.holdfast.vault.crypto.EvidenceKey;
import io.holdfast.vault.crypto.KeyFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Evidence on a machine that has the file and the public key, and nothing else. */
class EvidenceCommandTest {
    @TempDir
    Path folder;

    private Path config = Path.of("holdfast.yaml");
    private Path evidence = Path.of("drill-evidence.zip");
    private Path key = Path.of("evidence.pem");

    @BeforeEach
    void write() throws IOException {
        config = Files.writeString(folder.resolve("holdfast.yaml"), """
            holdfast:
              vault: { bucket: backups, key-file: vault.key }
              sources:
                portal: { engine: postgres, url: "postgresql://portal@127.0.0.1/portal" }
            """);
        Path vaultKey = folder.resolve("vault.key");
        KeyFile.another(vaultKey);
        evidence = folder.resolve("drill-evidence.zip");
        try (OutputStream out = Files.newOutputStream(evidence)) {
            EvidenceArchive.write(
                    new Evidence(report(), new byte[] {1}, Map.of("holdfast", "1.0"), List.of()),
                    EvidenceKey.derive(vaultKey),
                    out);
        }
        Shell.Result printed = new Shell().run("evidence", "key", "--config", config.toString());
        assertThat(printed.exit()).as(printed.err()).isZero();
        key = Files.writeString(folder.resolve("evidence.pem"), printed.out());
    }

    @Test
    void evidenceIsVerifiedWithThePrintedKey() throws IOException {
        Shell.Result result = verify(key);
        JsonNode document = new ObjectMapper().readTree(verify(key, "--json").out());

        assertThat(result.exit()).as(result.err()).isZero();
        assertThat(result.out()).contains("is unchanged and signed with key", "source portal", ": passed");
        assertThat(document.path("valid").asBoolean()).isTrue();
        assertThat(document.path("drillId").asText()).isEqualTo("d-1");
        assertThat(document.path("keyId").asText())
                .isEqualTo(new ObjectMapper()
                        .readTree(new Shell()
                                .run("evidence", "key", "--json", "--config", config.toString())
                                .out())
                        .path("keyId")
                        .asText());
    }

    @Test
    void aChangedFileFailsAndNamesThePart() throws IOException {
        byte[] bytes = Files.readAllBytes(evidence);
        bytes[60] ^= 1; // within report.json, the first member
        Files.write(evidence, bytes);

        Shell.Result result = verify(key, "--json");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err()).contains("report.json is not what was signed");
        JsonNode document = new ObjectMapper().readTree(result.out());
        assertThat(document.path("valid").asBoolean()).isFalse();
        assertThat(document.at("/findings/0/fault").asText()).isEqualTo("MEMBER_CHANGED");
    }

    @Test
    void anotherKeyAndAFileThatIsNoKeyAreRefused() throws IOException {
        Path other = folder.resolve("other.key");
        KeyFile.another(other);
        Path otherConfig = Files.writeString(
                folder.resolve("other.yaml"), Files.readString(config).replace("vault.key", "other.key"));
        Path otherKey = Files.writeString(
                folder.resolve("other.pem"),
                new Shell()
                        .run("evidence", "key", "--config", otherConfig.toString())
                        .out());

        assertThat(verify(otherKey).err()).contains("the archive names key");
        assertThat(verify(otherKey).exit()).isEqualTo(1);
        assertThat(verify(config).err()).contains("expected a public key as PEM");
        assertThat(verify(folder.resolve("none.pem")).err()).contains("there is no such file");
    }

    private Shell.Result verify(Path with, String... more) {
        List<String> args =
                new ArrayList<>(List.of("evidence", "verify", evidence.toString(), "--key", with.toString()));
        args.addAll(List.of(more));
        return new Shell().run(args.toArray(String[]::new));
    }

    private static DrillReport report() {
        Instant at = Instant.parse("2026-01-15T03:00:00Z");
        return new DrillReport(
                "d-1",
                "portal",
                "production",
                DrillReport.RESTORE_TEST,
                "postgres",
                "17.2",
                at,
                at.plusSeconds(60),
                "schedule",
                new DrilledBackup("b-1", at, 1, 1, 1, 1),
                "holdfast_drill_1",
                new DrillTimes(1, 1, 1, 1, 1),
                null,
                null,
                List.of(),
                List.of(),
                Checklist.decide(List.of(), true),
                List.of(),
                List.of(),
                null,
                true,
                null,
                "1.0");
    }
}
