package io.holdfast.backup.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.BackupServiceStack;
import io.holdfast.backup.Service;
import io.holdfast.backup.configuration.ConfigurationRecorded;
import io.holdfast.backup.configuration.RecordedConfiguration;
import io.holdfast.config.Environment;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.contracts.SourceId;
import io.holdfast.eventing.config.LiveConfig;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each registry of these tests is a replica of its own. */
@QuarkusTest
@WithTestResource(BackupServiceStack.class)
class OlderFileTest extends Service {
    private static final String SOURCE = "secretless";

    private final String older = "older-" + UUID.randomUUID();

    @Inject
    SourceCatalog catalog;

    @Inject
    RecordedConfiguration recorded;

    @Inject
    SourceRegistry running;

    @SuppressWarnings("NullAway.Init")
    private SourceId id;

    @SuppressWarnings("NullAway.Init")
    private String yaml;

    @BeforeEach
    void anotherFileReplacedTheOlderOne() throws IOException {
        sql("update configuration set former = array_append(former, '" + older + "')");
        id = running.named(SOURCE).ref().id();
        yaml = Files.readString(bed.yaml());
    }

    @AfterEach
    void restore() {
        replica(yaml, "present").identify(new StartupEvent());
        sql("update configuration set former = array_remove(former, '" + older + "')");
    }

    @Test
    void aReplicaThatStartsWithAnOlderFileRetiresASourceOnlyIfTheFileStays() {
        SourceRegistry late = replica(without(), older);

        late.identify(new StartupEvent());

        assertThat(names(late)).contains("shop").doesNotContain(SOURCE);
        assertThat(catalog.retiredAt(id)).isEmpty();
        late.recorded(new ConfigurationRecorded(true));
        assertThat(catalog.retiredAt(id)).isPresent();
    }

    @Test
    void aReplicaThatStartsWithAnOlderFileTakesNoRetiredSourceBack() {
        replica(without(), "newer").identify(new StartupEvent());
        SourceRegistry late = replica(yaml, older);

        late.identify(new StartupEvent());

        assertThat(names(late)).contains("shop").doesNotContain(SOURCE);
        assertThat(late.retired(SOURCE)).isPresent();
        assertThat(catalog.retiredAt(id)).isPresent();
    }

    private SourceRegistry replica(String text, String digest) {
        HoldfastConfig config = HoldfastConfig.parse(text, bed.yaml(), Environment.system());
        LiveConfig live = new LiveConfig() {
            @Override
            public HoldfastConfig current() {
                return config;
            }

            @Override
            public Optional<String> digest() {
                return Optional.of(digest);
            }
        };
        return new SourceRegistry(live, catalog, recorded);
    }

    private String without() {
        return yaml.lines()
                .filter(line -> !line.startsWith("    " + SOURCE + ":"))
                .collect(Collectors.joining("\n"));
    }

    private static List<String> names(SourceRegistry registry) {
        return registry.all().stream().map(source -> source.ref().name()).toList();
    }
}
