package io.holdfast.backup.catalog;

import io.holdfast.contracts.BackupTotals;
import java.time.Instant;
import java.util.List;

/**
 * What the vault holds of a backup, from its manifest.
 *
 * @param snapshotAt the instant whose data it holds
 * @param partial whether something of the scope could not be carried
 * @param findings what was noticed while reading
 */
public record StoredBackup(
        Instant snapshotAt,
        String engine,
        String serverVersion,
        BackupTotals totals,
        boolean partial,
        List<String> findings) {}
