package io.holdfast.backup.run;

import io.holdfast.backup.alert.AlertBook;
import io.holdfast.backup.alert.AlertCondition;
import io.holdfast.backup.catalog.BackupRepository;
import io.holdfast.backup.reconcile.VaultStateRules;
import io.holdfast.contracts.AlertEvent;
import io.holdfast.contracts.SourceRef;
import io.holdfast.eventing.runtime.TransactionRunner;
import io.holdfast.transfer.increment.Contradictions;
import io.holdfast.transfer.increment.IncrementNote;
import io.holdfast.vault.Vault;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.format.Proof;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/**
 * Marks increments that a backup contradicts as failed, and raises a critical alert. The manifest names these increments, so
 * each worker that records the backup does both. The alert ends with the next backup that reads all rows, compares some of them
 * with earlier backups, and finds no difference.
 */
@ApplicationScoped
class IncrementAlerts {
    static final String NAME = "increment-differs";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final AlertBook alerts;
    private final BackupRepository backupRepository;
    private final TransactionRunner transactionRunner;
    private final InstantSource clock;

    IncrementAlerts(
            AlertBook alerts,
            BackupRepository backupRepository,
            TransactionRunner transactionRunner,
            InstantSource clock) {
        this.alerts = alerts;
        this.backupRepository = backupRepository;
        this.transactionRunner = transactionRunner;
        this.clock = clock;
    }

    /** Blocks. Happens twice without harm. */
    void of(SourceRef source, Vault vault, Manifest manifest) {
        if (manifest.contents().scope().ofSingleTables()) {
            return;
        }
        Contradictions.record(vault, manifest, clock).forEach(this::failed);
        IncrementNote note = IncrementNote.of(manifest).orElse(IncrementNote.READ_ALL);
        String key = NAME + "/" + source.name();
        if (!note.contradicted().isEmpty()) {
            alerts.raise(new AlertCondition(
                    key, NAME, AlertEvent.Severity.CRITICAL, source, summary(source, manifest, note), null));
        } else if (note.confirms()) {
            alerts.resolve(key);
        }
    }

    /** One that runs, such as this backup itself, becomes it with its verification, or when the catalog is reconciled. */
    private void failed(Proof contradiction) {
        transactionRunner
                .run(session -> backupRepository.changedIfKnown(
                        session, contradiction.backup(), VaultStateRules.verdict(contradiction)))
                .await()
                .atMost(PATIENCE);
    }

    private static String summary(SourceRef source, Manifest manifest, IncrementNote note) {
        List<String> increments =
                note.contradicted().subList(1, note.contradicted().size());
        return "source \"" + source.name() + "\": backup " + manifest.backup()
                + " found rows that changed since backup "
                + note.contradicted().getFirst() + " although the server's WAL summaries do not say so, in "
                + String.join(", ", note.differences()) + "; "
                + (increments.isEmpty()
                        ? "no earlier backup took them"
                        : "backups " + String.join(", ", increments) + " may hold wrong rows and are marked as failed")
                + "; set limits.read-all-every to 1 until the cause is known";
    }
}
