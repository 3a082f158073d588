package io.holdfast.backup.catalog;

import io.holdfast.contracts.BackupTotals;
import io.holdfast.vault.format.BackupContents;
import io.holdfast.vault.format.BackupSizeTotals;
import io.holdfast.vault.format.Manifest;
import java.time.Instant;
import java.util.List;

/**
 * What the vault holds of a backup, from its manifest.
 *
 * @param snapshotAt the instant whose data it holds
 * @param partial whether something of the scope could not be carried
 * @param findings what was noticed while reading, and, where that is too much for an event, how much more there is
 */
public record BackupSummary(
        Instant snapshotAt,
        String engine,
        String serverVersion,
        BackupTotals totals,
        boolean partial,
        List<String> findings) {

    public BackupSummary {
        findings = FindingLimits.bounded(findings);
    }

    public static BackupSummary of(Manifest manifest) {
        BackupContents backupContents = manifest.contents();
        BackupSizeTotals totals = manifest.totals();
        return new BackupSummary(
                backupContents.snapshotAt(),
                backupContents.server().engine(),
                backupContents.server().version(),
                new BackupTotals(
                        totals.tables(),
                        totals.rows(),
                        totals.bytes(),
                        totals.newStoredBytes(),
                        Math.max(0, totals.storedBytes() - totals.newStoredBytes())),
                backupContents.partial(),
                backupContents.findings().stream()
                        .map(BackupContents.Finding::message)
                        .toList());
    }
}
