package io.holdfast.backup.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.BackupServiceStack;
import io.holdfast.backup.Backups;
import io.holdfast.backup.Service;
import io.holdfast.backup.catalog.BackupRepository;
import io.holdfast.backup.source.RetiredSource;
import io.holdfast.backup.source.SourceRegistry;
import io.holdfast.backup.vault.PinnedVault;
import io.holdfast.config.Environment;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.contracts.SourceRef;
import io.holdfast.eventing.config.LiveConfig;
import io.holdfast.eventing.runtime.TransactionRunner;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(BackupServiceStack.class)
class RetiredRetentionTest extends Service {
    @Inject
    SourceRegistry sources;

    @Inject
    RetentionCandidates candidates;

    @Inject
    DeletionSafeguards safeguards;

    @Inject
    RetentionLock lock;

    @Inject
    RetentionJournal journal;

    @Inject
    PinnedVault vaults;

    @Inject
    BackupRepository backupRepository;

    @Inject
    TransactionRunner transactionRunner;

    @AfterEach
    void configured() {
        sql("update source set retired_at = null where name = 'store'");
    }

    @Test
    void onlyASourceThatIsRetiredInTheCatalogLosesItsBackupsAndKeepsTheNewestProvenOne() throws IOException {
        String old = Backups.stored("store");
        String newest = Backups.stored("store");
        sql(
                "update backup set state = 'PROVEN', verified_at = now(), verification_id = gen_random_uuid() where id in ('"
                        + old + "', '" + newest + "')");
        SourceRef store = sources.named("store").ref();
        RetiredSource known =
                new RetiredSource(store, "postgres", null, Instant.now().minus(Duration.ofDays(400)));

        RetentionReport takenBack = run(known);

        assertThat(takenBack.deleted()).isEmpty();
        assertThat(takenBack.plan().suspended()).contains("not retired");
        sql("update source set retired_at = now() - interval '10 days' where name = 'store'");
        assertThat(run(known).deleted()).isEmpty();
        sql("update source set retired_at = now() - interval '40 days' where name = 'store'");
        assertThat(run(known).deleted()).isNotEmpty();
        assertThat(Backups.get(old).getString("state")).isEqualTo("DELETED");
        assertThat(Backups.get(newest).getString("state")).isEqualTo("PROVEN");
    }

    private RetentionReport run(RetiredSource source) throws IOException {
        String yaml = Files.readString(bed.yaml()) + "  retention: { retired: 30d }\n";
        HoldfastConfig config = HoldfastConfig.parse(yaml, bed.yaml(), Environment.system());
        LiveConfig live = () -> config;
        return new RetiredRetention(
                        live,
                        sources,
                        candidates,
                        safeguards,
                        lock,
                        journal,
                        vaults,
                        backupRepository,
                        Clock.systemUTC())
                .run(source, new RetentionTransactions() {
                    @Override
                    public <T> T commit(Function<Mutiny.Session, Uni<T>> work) {
                        return transactionRunner.run(work).await().atMost(Duration.ofSeconds(30));
                    }
                })
                .orElseThrow();
    }
}
