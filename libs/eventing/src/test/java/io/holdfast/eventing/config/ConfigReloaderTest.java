package io.holdfast.eventing.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.config.ConfigException;
import io.holdfast.config.ConfigProblem;
import io.holdfast.config.Environment;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigReloaderTest {
    @TempDir
    Path folder;

    private final Recorder recorder = new Recorder();
    private Instant now = Instant.parse("2026-01-15T12:00:00Z");
    private Path file = Path.of("set-by-each-test");

    @BeforeEach
    void write() throws IOException {
        file = Files.writeString(folder.resolve("holdfast.yaml"), yaml("portal"));
    }

    @Test
    void aChangedFileIsTakenWhenTwoLooksFindTheSameContent() throws IOException {
        ConfigReloader reloader = reloader();
        Files.writeString(file, yaml("portal", "shop"));

        assertThat(reloader.poll()).isEqualTo(ReloadResult.DELAYED);
        assertThat(reloader.current().sources()).containsOnlyKeys("portal");
        assertThat(reloader.poll()).isEqualTo(ReloadResult.APPLIED);
        assertThat(reloader.current().sources()).containsOnlyKeys("portal", "shop");
        assertThat(reloader.poll()).isEqualTo(ReloadResult.UNCHANGED);
        assertThat(recorder.said).containsExactly("take [portal, shop]", "applied [portal, shop]");
    }

    @Test
    void aFileThatIsStillWrittenIsNotTaken() throws IOException {
        ConfigReloader reloader = reloader();
        Files.writeString(file, yaml());
        reloader.poll();
        Files.writeString(file, yaml("portal", "shop"));

        assertThat(reloader.poll()).isEqualTo(ReloadResult.DELAYED);
        assertThat(reloader.current().sources()).containsOnlyKeys("portal");
    }

    @Test
    void anExplicitReloadTakesTheFileAtOnce() throws IOException {
        ConfigReloader reloader = reloader();
        Files.writeString(file, yaml("shop"));

        assertThat(reloader.reload()).isEqualTo(ReloadResult.APPLIED);
        assertThat(reloader.current().sources()).containsOnlyKeys("shop");
    }

    /** As Kubernetes does: the file is a link to ..data/holdfast.yaml, and ..data a link to a folder that is swapped. */
    @Test
    void aSwappedLinkOfAConfigMapIsAChange() throws IOException {
        Path volume = Files.createDirectory(folder.resolve("volume"));
        Path data = volume.resolve("..data");
        Files.createSymbolicLink(data, version(volume, "..2026_01", "portal"));
        file = Files.createSymbolicLink(volume.resolve("holdfast.yaml"), Path.of("..data/holdfast.yaml"));
        ConfigReloader reloader = reloader();
        Path next = Files.createSymbolicLink(volume.resolve("..data_tmp"), version(volume, "..2026_02", "shop"));
        Files.move(next, data, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);

        reloader.poll();

        assertThat(reloader.poll()).isEqualTo(ReloadResult.APPLIED);
        assertThat(reloader.current().sources()).containsOnlyKeys("shop");
        assertThat(reloader.current().vault().keyFile()).isEqualTo(volume.resolve("vault.key"));
    }

    private Path version(Path volume, String name, String source) throws IOException {
        Path version = Files.createDirectory(volume.resolve(name));
        Files.writeString(version.resolve("holdfast.yaml"), yaml(source));
        return version.getFileName();
    }

    @Test
    void aFileWithErrorsIsRefusedOnceAndTheFormerOneStays() throws IOException {
        ConfigReloader reloader = reloader();
        Files.writeString(file, yaml("shop").replace("engine:", "engin:"));

        reloader.poll();
        assertThat(reloader.poll()).isEqualTo(ReloadResult.REFUSED);
        reloader.poll();
        reloader.poll();

        assertThat(recorder.said).containsExactly("refused");
        assertThat(reloader.current().sources()).containsOnlyKeys("portal");
        assertThat(reloader.status().problems())
                .extracting(ConfigProblem::line, ConfigProblem::path)
                .contains(org.assertj.core.groups.Tuple.tuple(4, "holdfast.sources.shop.engin"));
        Files.writeString(file, yaml("portal"));
        assertThat(reloader.poll()).as("the content in effect").isEqualTo(ReloadResult.UNCHANGED);
        assertThat(reloader.status().isRefused()).isFalse();
    }

    @Test
    void aFileThatIsMissingForAMomentIsNoError() throws IOException {
        ConfigReloader reloader = reloader();
        Files.delete(file);
        reloader.poll();
        now = now.plusSeconds(9);

        assertThat(reloader.poll()).isEqualTo(ReloadResult.DELAYED);
        assertThat(reloader.status().isRefused()).isFalse();
        now = now.plusSeconds(1);
        assertThat(reloader.poll()).isEqualTo(ReloadResult.REFUSED);
        assertThat(reloader.status().problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("there is no such file"));
        assertThat(reloader.current().sources()).containsOnlyKeys("portal");
        Files.writeString(file, yaml("portal"));
        reloader.poll();
        assertThat(reloader.status().isRefused()).isFalse();
    }

    @Test
    void aChangedVaultIsRefusedWithTheRestOfTheFile() throws IOException {
        ConfigReloader reloader = reloader();
        Files.writeString(file, yaml("shop").replace("bucket: backups", "bucket: others"));

        assertThat(reloader.reload()).isEqualTo(ReloadResult.REFUSED);

        assertThat(reloader.status().problems()).singleElement().satisfies(problem -> {
            assertThat(problem.path()).isEqualTo("holdfast.vault.bucket");
            assertThat(problem.message()).contains("restart");
        });
        assertThat(reloader.current().sources()).containsOnlyKeys("portal");
    }

    @Test
    void aParticipantMayRefuseAFile() throws IOException {
        ConfigReloader reloader = reloader();
        recorder.failure = HoldfastException.of(FailureCode.CONFIG_INVALID, "the id of shop is another one");
        Files.writeString(file, yaml("shop"));

        assertThat(reloader.reload()).isEqualTo(ReloadResult.REFUSED);
        assertThat(reloader.status().problems().toString()).contains("the id of shop is another one");
        assertThat(reloader.current().sources()).containsOnlyKeys("portal");
    }

    @Test
    void aChangeThatADatabaseDelaysIsTriedAgain() throws IOException {
        ConfigReloader reloader = reloader();
        recorder.failure = new IllegalStateException("the database restarts");
        Files.writeString(file, yaml("shop"));
        reloader.poll();

        assertThat(reloader.poll()).isEqualTo(ReloadResult.DELAYED);
        recorder.failure = null;
        assertThat(reloader.poll()).isEqualTo(ReloadResult.APPLIED);
    }

    @Test
    void aJobKeepsTheConfigurationWithWhichItBegan() throws IOException {
        ConfigReloader reloader = reloader();
        Supplier<Integer> count = reloader.derived(config -> config.sources().size());
        Files.writeString(file, yaml("portal", "shop"));
        List<String> seen = new ArrayList<>();

        reloader.pinned(() -> {
            reloader.reload();
            seen.add(reloader.current().sources().size() + " " + count.get());
        });
        seen.add(reloader.current().sources().size() + " " + count.get());

        assertThat(seen).containsExactly("1 1", "2 2");
    }

    @Test
    void aServiceWithoutAFileTakesOneThatAppears() throws IOException {
        Files.delete(file);
        ConfigReloader reloader = reloader();

        assertThat(reloader.find()).isEmpty();
        assertThatThrownBy(reloader::current).isInstanceOf(ConfigException.class);
        Files.writeString(file, yaml("portal"));
        reloader.poll();
        assertThat(reloader.poll()).isEqualTo(ReloadResult.APPLIED);
        assertThat(reloader.find()).isPresent();
    }

    private ConfigReloader reloader() {
        return new ConfigReloader(file, Environment.of(Map.of()), Duration.ofSeconds(10), () -> now, recorder);
    }

    private static String yaml(String... sources) {
        StringBuilder yaml = new StringBuilder("""
                holdfast:
                  vault: { bucket: backups, key-file: vault.key }
                  sources:
                """);
        for (String source : sources) {
            yaml.append("    %s: { engine: sqlite, url: \"sqlite:/data/x.db\" }\n".formatted(source));
        }
        return sources.length == 0 ? yaml.toString().replace("sources:\n", "sources: {}\n") : yaml.toString();
    }

    /** What the rest of the service is told. */
    private static final class Recorder implements ReloadListener {
        final List<String> said = new ArrayList<>();

        @Nullable
        RuntimeException failure;

        @Override
        public void take(ConfigChange change) {
            RuntimeException thrown = failure;
            if (thrown != null) {
                throw thrown;
            }
            said.add("take " + names(change.after()));
        }

        @Override
        public void applied(ConfigChange change) {
            said.add("applied " + names(change.after()));
        }

        @Override
        public void refused() {
            said.add("refused");
        }

        private static String names(HoldfastConfig config) {
            return config.sources().keySet().stream().sorted().toList().toString();
        }
    }
}
