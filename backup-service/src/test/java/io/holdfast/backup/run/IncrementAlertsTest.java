package io.holdfast.backup.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.BackupServiceStack;
import io.holdfast.backup.Backups;
import io.holdfast.backup.Service;
import io.holdfast.backup.alert.AlertBook;
import io.holdfast.backup.alert.AlertCondition;
import io.holdfast.backup.vault.PinnedVault;
import io.holdfast.contracts.AlertEvent;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import io.holdfast.transfer.increment.IncrementNote;
import io.holdfast.vault.format.BackupContents;
import io.holdfast.vault.format.BackupSizeTotals;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.status.BackupStatus;
import io.holdfast.vault.write.BackupWriter;
import io.holdfast.vault.write.WriteOptions;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(BackupServiceStack.class)
class IncrementAlertsTest extends Service {
    private final SourceRef source =
            new SourceRef(SourceId.next(InstantSource.system()), "increments-" + UUID.randomUUID());

    @Inject
    IncrementAlerts alerts;

    @Inject
    AlertBook book;

    @Inject
    PinnedVault vaults;

    @Test
    void aContradictionIsOneCriticalAlertUntilAFullBackupComparesAndFindsNoDifference() {
        String whole = BackupId.next(InstantSource.system()).toString();
        String increment = BackupId.next(InstantSource.system()).toString();
        IncrementNote contradicts =
                new IncrementNote(null, List.of(), List.of(whole, increment), List.of("public.orders"), 5);

        record(contradicts);
        record(contradicts);
        assertThat(raised()).singleElement().satisfies(alert -> {
            assertThat(alert.severity()).isEqualTo(AlertEvent.Severity.CRITICAL);
            assertThat(alert.summary()).contains(whole, increment + " may hold wrong rows", "public.orders");
        });

        record(new IncrementNote(null, List.of(whole), List.of(), List.of(), 5));
        record(new IncrementNote(null, List.of(), List.of(), List.of(), 0));
        record(IncrementNote.READ_ALL);
        assertThat(raised()).hasSize(1);

        record(new IncrementNote(null, List.of(), List.of(), List.of(), 1));
        assertThat(raised()).isEmpty();
    }

    @Test
    void anIncrementThatIsContradictedBecomesUnproven() {
        BackupId whole = BackupId.next(InstantSource.system());
        BackupId increment = BackupId.next(InstantSource.system());
        String stored = Backups.stored("shop");
        SourceRef shop = new SourceRef(SourceId.parse(Backups.get(stored).getString("source.id")), "shop");
        commit(shop, increment, new IncrementNote(null, List.of(whole.toString()), List.of(), List.of(), 0));
        sql("update backup set id = '" + increment + "' where id = '" + stored + "'");
        List<String> contradicted = List.of(whole.toString(), increment.toString());

        record(shop, new IncrementNote(null, List.of(), contradicted, List.of("public.orders"), 1));

        assertThat(Backups.get(increment.toString()).getString("state")).isEqualTo("UNPROVEN");
        assertThat(Backups.get(increment.toString()).getString("reason.code")).isEqualTo("ROWS_DIFFER");
        assertThat(vaults.open().standing(shop.id(), increment)).isEqualTo(BackupStatus.FAILED);
        record(shop, new IncrementNote(null, List.of(), List.of(), List.of(), 1));
    }

    private void commit(SourceRef of, BackupId backup, IncrementNote note) {
        try (BackupWriter writer = vaults.open().write(of.id(), backup, WriteOptions.STANDARD)) {
            writer.commit(contents(note));
        }
    }

    private void record(IncrementNote note) {
        record(source, note);
    }

    private void record(SourceRef of, IncrementNote note) {
        alerts.of(of, vaults.open(), manifest(of, note));
    }

    private List<AlertCondition> raised() {
        return book.open().stream()
                .filter(alert -> alert.key().equals(IncrementAlerts.NAME + "/" + source.name()))
                .toList();
    }

    private static Manifest manifest(SourceRef of, IncrementNote note) {
        return new Manifest(
                Manifest.FORMAT,
                BackupId.next(InstantSource.system()),
                of.id(),
                Instant.now(),
                contents(note),
                new BackupSizeTotals(0, 0, 0, 0, 0, 0, 0),
                List.of());
    }

    private static BackupContents contents(IncrementNote note) {
        Instant now = Instant.now();
        return new BackupContents(
                "shop",
                "manual",
                List.of(),
                now,
                now,
                BackupContents.Scope.WHOLE,
                new BackupContents.Server("postgres", "17", "shop", "UTF8", null, null, List.of(), note.attributes()),
                new BackupContents.SchemaDump("pg_dump custom", 0, List.of()),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                null);
    }
}
