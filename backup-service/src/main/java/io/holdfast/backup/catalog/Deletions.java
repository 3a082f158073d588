package io.holdfast.backup.catalog;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.vault.Vault;
import java.time.Instant;
import java.time.InstantSource;

/** The first half of each deletion: the tombstone. The caller records the instant that it returns in the catalog. */
public final class Deletions {
    private Deletions() {}

    /**
     * Writes the tombstone of a backup and returns when the backup was deleted. A backup that is gone from the vault is
     * deleted now: only the catalog does not know yet. May be repeated.
     *
     * @throws HoldfastException REQUEST_CONFLICT if the backup is held
     */
    public static Instant tombstone(
            Vault vault, SourceId source, BackupId backup, String by, String reason, InstantSource clock) {
        try {
            return vault.delete(source, backup, by, reason).deletedAt();
        } catch (HoldfastException e) {
            if (e.code() != FailureCode.MANIFEST_MISSING) {
                throw e;
            }
            return clock.instant();
        }
    }
}
