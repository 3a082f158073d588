package io.holdfast.backup.catalog;

import io.holdfast.contracts.BackupTotals;
import io.holdfast.vault.Contents;
import io.holdfast.vault.Manifest;
import io.holdfast.vault.Totals;
import java.time.Instant;
import java.util.List;

/**
 * What the vault holds of a backup, from its manifest.
 *
 * @param snapshotAt the instant whose data it holds
 * @param partial whether something of the scope could not be carried
 * @param findings what was noticed while reading, and, where that is too much for an event, how much more there is
 */
public record StoredBackup(
        Instant snapshotAt,
        String engine,
        String serverVersion,
        BackupTotals totals,
        boolean partial,
        List<String> findings) {

    public StoredBackup {
        findings = Findings.bounded(findings);
    }

    public static StoredBackup of(Manifest manifest) {
        Contents contents = manifest.contents();
        Totals totals = manifest.totals();
        return new StoredBackup(
                contents.snapshotAt(),
                contents.server().engine(),
                contents.server().version(),
                new BackupTotals(
                        totals.tables(),
                        totals.rows(),
                        totals.bytes(),
                        totals.newStoredBytes(),
                        Math.max(0, totals.storedBytes() - totals.newStoredBytes())),
                contents.partial(),
                contents.findings().stream().map(Contents.Finding::message).toList());
    }
}
