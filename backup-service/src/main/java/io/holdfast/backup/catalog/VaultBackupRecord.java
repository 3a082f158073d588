package io.holdfast.backup.catalog;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.BackupKind;
import io.holdfast.contracts.BackupTotals;
import io.holdfast.vault.format.BackupContents;
import io.holdfast.vault.format.Manifest;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/** What the vault itself says of a backup that the catalog does not know. */
public record VaultBackupRecord(
        String sourceName,
        BackupKind kind,
        List<String> labels,
        Instant startedAt,
        Instant committedAt,
        BackupSummary stored) {

    public static VaultBackupRecord of(Manifest manifest) {
        BackupContents backupContents = manifest.contents();
        return new VaultBackupRecord(
                backupContents.sourceName(),
                kind(backupContents.kind()),
                backupContents.labels(),
                backupContents.startedAt(),
                manifest.committedAt(),
                BackupSummary.of(manifest));
    }

    /** Its manifest does not open: only its id tells when it was. */
    public static VaultBackupRecord unreadable(BackupId backup, String sourceName) {
        Instant at = Instant.ofEpochMilli(backup.value().getMostSignificantBits() >>> 16);
        BackupSummary nothing = new BackupSummary(
                at,
                "unknown",
                "unknown",
                new BackupTotals(0, 0, 0, 0, 0),
                true,
                List.of("its manifest does not open, so nothing is known of it"));
        return new VaultBackupRecord(sourceName, BackupKind.MANUAL, List.of(), at, at, nothing);
    }

    /** A later version may have kinds that this one does not know. */
    private static BackupKind kind(String text) {
        return Arrays.stream(BackupKind.values())
                .filter(kind -> kind.name().equalsIgnoreCase(text))
                .findFirst()
                .orElse(BackupKind.MANUAL);
    }
}
