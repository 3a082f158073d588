package io.holdfast.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigKeysTest {
    private static final String BEFORE = """
            holdfast:
              vault: { bucket: backups, key-file: vault.key }
              sources:
                portal:
                  engine: sqlite
                  url: "sqlite:/data/portal.db"
                  schedule: { backups: ["0 2 * * *"] }
                shop: { engine: sqlite, url: "sqlite:/data/shop.db" }
            """;

    @TempDir
    Path folder;

    @Test
    void aChangedValueIsNamedByItsPathWithoutTheValue() throws Exception {
        assertThat(changes(BEFORE, BEFORE.replace("0 2 * * *", "0 3 * * *")))
                .containsExactly("holdfast.sources.portal.schedule.backups");
    }

    @Test
    void addedAndRemovedSectionsAreNamedByTheirKeys() throws Exception {
        String after = BEFORE.replace("    shop: ", "    store: ");

        assertThat(changes(BEFORE, after))
                .containsExactly(
                        "holdfast.sources.shop.engine",
                        "holdfast.sources.shop.url",
                        "holdfast.sources.store.engine",
                        "holdfast.sources.store.url");
    }

    @Test
    void commentsOrderQuotesAndAnchorsAreNoChange() throws Exception {
        String after = """
                # the same
                x-times: &times { backups: ['0 2 * * *'] }
                holdfast:
                  sources:
                    shop: { url: 'sqlite:/data/shop.db', engine: "sqlite" }
                    portal: { engine: sqlite, url: "sqlite:/data/portal.db", schedule: *times }
                  vault: { bucket: backups, key-file: vault.key }
                """;

        assertThat(changes(BEFORE, after)).isEmpty();
        assertThat(text(BEFORE).digest()).isNotEqualTo(text(after).digest());
    }

    @Test
    void storedKeysTellTheSameDifference() throws Exception {
        ConfigKeys stored = ConfigKeys.stored(Map.copyOf(text(BEFORE).keys().digests()));

        assertThat(stored.changedTo(text(BEFORE.replace("shop.db", "store.db")).keys()))
                .containsExactly("holdfast.sources.shop.url");
    }

    @Test
    void aChangedVaultNeedsARestartAndEachKeyIsNamedWithItsLine() throws Exception {
        assertThat(restart(BEFORE, BEFORE.replace("bucket: backups", "bucket: others")))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.path()).isEqualTo("holdfast.vault.bucket");
                    assertThat(problem.line()).isEqualTo(2);
                    assertThat(problem.message()).contains("restart all services");
                });
        assertThat(restart(BEFORE, BEFORE.replace("bucket: backups", "bucket: backups, region: us-east-1")))
                .as("a default that is written out")
                .isEmpty();
        assertThat(restart(BEFORE, BEFORE.replace("shop.db", "store.db"))).isEmpty();
    }

    @Test
    void aCertificateNeedsARestartAndAnAuthorityDoesNot() throws Exception {
        String plain = BEFORE + "  tls: { ca: ca.pem }\n";

        assertThat(restart(plain, BEFORE + "  tls: { cert: c.pem, key: k.pem, ca: ca.pem }\n"))
                .extracting(ConfigProblem::path)
                .containsExactly("holdfast.tls.cert", "holdfast.tls.key");
        assertThat(restart(plain, plain.replace("ca.pem", "other.pem"))).isEmpty();
    }

    private List<ConfigProblem> restart(String before, String after) throws Exception {
        Environment none = Environment.of(Map.of());
        ConfigText former = text(before);
        HoldfastConfig formerConfig = former.parse(none);
        ConfigText now = text(after);
        return RestartRule.problems(
                folder.resolve("holdfast.yaml"), formerConfig, former.keys(), now.parse(none), now.keys());
    }

    private List<String> changes(String before, String after) throws Exception {
        return text(before).keys().changedTo(text(after).keys());
    }

    private ConfigText text(String yaml) throws NoSuchFileException, java.io.IOException {
        return ConfigText.read(Files.writeString(folder.resolve("holdfast.yaml"), yaml));
    }
}
