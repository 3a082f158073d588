package io.holdfast.backup.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.BackupServiceStack;
import io.holdfast.backup.Service;
import io.holdfast.backup.alert.AlertBook;
import io.holdfast.backup.alert.AlertCondition;
import io.holdfast.contracts.AlertEvent;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import io.holdfast.transfer.increment.IncrementNote;
import io.holdfast.vault.format.BackupContents;
import io.holdfast.vault.format.BackupSizeTotals;
import io.holdfast.vault.format.Manifest;
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

    @Test
    void aContradictionIsOneCriticalAlertUntilAFullBackupFindsNoDifference() {
        IncrementNote contradicts = new IncrementNote(null, List.of(), List.of("wrong-one"), List.of("public.orders"));

        alerts.of(source, manifest(contradicts));
        alerts.of(source, manifest(contradicts));
        assertThat(raised()).singleElement().satisfies(alert -> {
            assertThat(alert.severity()).isEqualTo(AlertEvent.Severity.CRITICAL);
            assertThat(alert.summary()).contains("wrong-one", "public.orders");
        });

        alerts.of(source, manifest(new IncrementNote(null, List.of("built-on"), List.of(), List.of())));
        assertThat(raised()).hasSize(1);

        alerts.of(source, manifest(IncrementNote.READ_ALL));
        assertThat(raised()).isEmpty();
    }

    private List<AlertCondition> raised() {
        return book.open().stream()
                .filter(alert -> alert.key().equals(IncrementAlerts.NAME + "/" + source.name()))
                .toList();
    }

    private Manifest manifest(IncrementNote note) {
        Instant now = Instant.now();
        BackupContents contents = new BackupContents(
                source.name(),
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
        return new Manifest(
                Manifest.FORMAT,
                BackupId.next(InstantSource.system()),
                source.id(),
                now,
                contents,
                new BackupSizeTotals(0, 0, 0, 0, 0, 0, 0),
                List.of());
    }
}
