package io.holdfast.backup.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agroal.api.AgroalDataSource;
import io.holdfast.backup.BackupServiceStack;
import io.holdfast.backup.Backups;
import io.holdfast.backup.vault.PinnedVault;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.config.SourceConfig;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.eventing.cloudevents.OutboxEvent;
import io.holdfast.eventing.outbox.Outbox;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(BackupServiceStack.class)
class SourceIdResolverTest {
    @Inject
    AgroalDataSource database;

    @Inject
    PinnedVault vaults;

    @Inject
    Outbox outbox;

    @Inject
    SourceRegistry sourceRegistry;

    @SuppressWarnings("NullAway.Init")
    private SourceIdResolver identities;

    private final String name = "s-" + UUID.randomUUID();

    @BeforeEach
    void nothingRememberedYet() {
        identities = new SourceIdResolver(database, new VaultSourceLookup(vaults), outbox, Clock.systemUTC());
    }

    @Test
    void aNameIsGivenAnIdOnce() {
        SourceId first = identities.of(name, config(""));

        assertThat(identities.of(name, config(""))).isEqualTo(first);
        assertThat(identities.of(name + "-other", config(""))).isNotEqualTo(first);
    }

    @Test
    void aLostCatalogTakesTheIdThatTheVaultHas() throws SQLException {
        SourceId before = sourceRegistry.named("lost").ref().id();
        Backups.stored("lost");
        forget("lost");

        SourceId after = identities.of("lost", config(""));

        assertThat(after).isEqualTo(before);
    }

    @Test
    void anIdInTheConfigurationRenamesItsSource() {
        SourceId id = identities.of(name, config(""));

        SourceId renamed = identities.of(name + "-new", config("id: " + id + ","));

        assertThat(renamed).isEqualTo(id);
    }

    @Test
    void aSourceThatGetsItsFormerNameBackIsToldOfLikeAnyOther() {
        List<String> told = new ArrayList<>();
        identities = new SourceIdResolver(database, new VaultSourceLookup(vaults), listening(told), Clock.systemUTC());
        SourceId id = identities.of(name, config(""));
        identities.of(name + "-new", config("id: " + id + ","));
        identities.of(name, config("id: " + id + ","));

        assertThat(told).hasSize(3).doesNotHaveDuplicates();
    }

    private static Outbox listening(List<String> told) {
        return new Outbox() {
            @Override
            public Uni<Void> publish(Mutiny.Session session, OutboxEvent event) {
                throw new AssertionError("sources are recorded over JDBC");
            }

            @Override
            public void publish(Connection connection, OutboxEvent event) {
                told.add(event.id());
            }
        };
    }

    @Test
    void anIdThatContradictsTheCatalogIsRefused() {
        identities.of(name, config(""));

        assertThatThrownBy(() -> identities.of(name, config("id: " + UUID.randomUUID() + ",")))
                .isInstanceOfSatisfying(
                        HoldfastException.class, f -> assertThat(f.code()).isEqualTo(FailureCode.CONFIG_INVALID))
                .hasMessageContaining(name);
    }

    private void forget(String source) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement sql = connection.createStatement()) {
            sql.execute("delete from backup where source_name = '" + source + "'");
            sql.execute("delete from source where name = '" + source + "'");
        }
    }

    private static SourceConfig config(String id) {
        String yaml = """
                holdfast:
                  vault: { bucket: holdfast, key-file: vault.key }
                  sources: { any: { %s engine: postgres, url: "postgresql://a@localhost/b" } }
                """.formatted(id);
        SourceConfig config = HoldfastConfig.parse(yaml, Path.of("holdfast.yaml"), variable -> Optional.empty())
                .sources()
                .get("any");
        assertThat(config).isNotNull();
        return config;
    }
}
