package io.holdfast.backup.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.agroal.api.AgroalDataSource;
import io.holdfast.backup.BackupServiceStack;
import io.holdfast.backup.Backups;
import io.holdfast.backup.vault.PinnedVault;
import io.holdfast.config.SourceConfig;
import io.holdfast.contracts.BackupEvent;
import io.holdfast.contracts.Event;
import io.holdfast.contracts.SourceEvent;
import io.holdfast.contracts.SourceId;
import io.holdfast.eventing.cloudevents.OutboxEvent;
import io.holdfast.eventing.outbox.Outbox;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(BackupServiceStack.class)
class SourceCatalogTest {
    private static final SourceConfig PLAIN = Sources.config("");

    @Inject
    AgroalDataSource database;

    @Inject
    PinnedVault vaults;

    @Inject
    SourceRegistry sourceRegistry;

    @SuppressWarnings("NullAway.Init")
    private SourceCatalog catalog;

    private final List<OutboxEvent> published = new ArrayList<>();
    private final String name = "s-" + UUID.randomUUID();

    @BeforeEach
    void nothingRememberedYet() {
        catalog = new SourceCatalog(database, new VaultSourceLookup(vaults), listening(), Clock.systemUTC());
    }

    @Test
    void aNameIsGivenAnIdOnce() {
        SourceId first = align(name, PLAIN);

        assertThat(align(name, PLAIN)).isEqualTo(first);
        assertThat(align(name + "-other", PLAIN)).isNotEqualTo(first);
    }

    @Test
    void aLostCatalogTakesTheIdThatTheVaultHas() throws SQLException {
        SourceId before = sourceRegistry.named("lost").ref().id();
        Backups.stored("lost");
        forget("lost");

        assertThat(align("lost", PLAIN)).isEqualTo(before);
    }

    @Test
    void aSourceThatLeavesIsRetiredOnceAndComesBackWithItsId() {
        SourceId id = align(name, PLAIN);

        catalog.align(configured(Map.of()));
        SourceCatalog.Aligned without = catalog.align(configured(Map.of()));

        assertThat(without.configured()).doesNotContainKey(name);
        assertThat(without.retired()).extracting(source -> source.ref().name()).contains(name);
        assertThat(events()).hasSize(2);
        assertThat(events().getLast())
                .isInstanceOfSatisfying(
                        SourceEvent.Retired.class,
                        retired -> assertThat(retired.source().id()).isEqualTo(id));
        assertThat(align(name, PLAIN)).isEqualTo(id);
        assertThat(events().getLast()).isInstanceOf(BackupEvent.SourceChanged.class);
    }

    @Test
    void sourcesThatSwapTheirNamesAreRenamedAndNotRetired() {
        String other = name + "-other";
        SourceCatalog.Aligned before = catalog.align(configured(Sources.of(name, PLAIN, other, PLAIN)));
        SourceId first = id(before, name);
        SourceId second = id(before, other);
        published.clear();

        SourceCatalog.Aligned after =
                catalog.align(configured(Sources.of(name, Sources.withId(second), other, Sources.withId(first))));

        assertThat(id(after, name)).isEqualTo(second);
        assertThat(id(after, other)).isEqualTo(first);
        assertThat(events())
                .hasSize(2)
                .allSatisfy(event -> assertThat(event)
                        .isInstanceOfSatisfying(
                                BackupEvent.SourceChanged.class,
                                changed -> assertThat(changed.formerName()).isIn(name, other)));
    }

    @Test
    void aSourceThatGetsItsFormerNameBackIsPublishedLikeAnyOther() {
        SourceId id = align(name, PLAIN);
        align(name + "-new", Sources.withId(id));
        align(name, Sources.withId(id));

        assertThat(published).extracting(OutboxEvent::id).hasSize(3).doesNotHaveDuplicates();
    }

    @Test
    void aChangedEnvironmentIsRecordedWithoutAnEvent() {
        align(name, PLAIN);
        published.clear();

        align(name, Sources.config("environment: staging,"));
        catalog.align(configured(Map.of()));

        assertThat(catalog.align(configured(Map.of())).retired())
                .filteredOn(source -> source.ref().name().equals(name))
                .extracting(RetiredSource::environment)
                .containsExactly("staging");
        assertThat(events()).singleElement().isInstanceOf(SourceEvent.Retired.class);
    }

    private SourceId align(String source, SourceConfig config) {
        return id(catalog.align(configured(Sources.of(source, config))), source);
    }

    private static SourceId id(SourceCatalog.Aligned aligned, String source) {
        return Objects.requireNonNull(aligned.configured().get(source));
    }

    /** With the sources of the service that runs, which otherwise would be retired. */
    private Map<String, SourceConfig> configured(Map<String, SourceConfig> sources) {
        Map<String, SourceConfig> all = new HashMap<>();
        sourceRegistry.all().forEach(source -> all.put(source.ref().name(), source.config()));
        all.putAll(sources);
        return all;
    }

    /** Of this test's sources. */
    private List<Event> events() {
        return published.stream()
                .filter(event -> event.key().startsWith(name))
                .map(OutboxEvent::event)
                .toList();
    }

    private Outbox listening() {
        return new Outbox() {
            @Override
            public Uni<Void> publish(Mutiny.Session session, OutboxEvent event) {
                throw new AssertionError("sources are recorded over JDBC");
            }

            @Override
            public void publish(Connection connection, OutboxEvent event) {
                published.add(event);
            }
        };
    }

    private void forget(String source) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement sql = connection.createStatement()) {
            sql.execute("delete from backup where source_name = '" + source + "'");
            sql.execute("delete from source where name = '" + source + "'");
        }
    }
}
