package io.holdfast.vault.chunk;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.SourceId;
import io.holdfast.vault.core.SuspendSafeStopwatch;
import io.holdfast.vault.core.VaultContext;
import java.time.Duration;

/**
 * A reader's right to a backup. Seeing that there is no tombstone gives it for the grace: no sweep touches what had none
 * then. It is looked for again every half of it, so a long restore goes on, and one whose backup was deleted under it
 * ends before the chunks do.
 */
public final class ReadLease {
    private final VaultContext vault;
    private final SourceId source;
    private final BackupId backup;
    private SuspendSafeStopwatch clean;

    private ReadLease(VaultContext vault, SourceId source, BackupId backup, SuspendSafeStopwatch clean) {
        this.vault = vault;
        this.source = source;
        this.backup = backup;
        this.clean = clean;
    }

    /** Fails with BACKUP_NOT_USABLE if the backup has a tombstone. */
    public static ReadLease start(VaultContext vault, SourceId source, BackupId backup) {
        SuspendSafeStopwatch before = vault.grace().stopwatch();
        vault.objects().refuseTombstoned(source, backup);
        return new ReadLease(vault, source, backup, before);
    }

    /** To be called before each read; fails with BACKUP_NOT_USABLE when the backup must not be read any more. */
    void ensure() {
        if (elapsed().multipliedBy(2).compareTo(vault.grace().length()) < 0) {
            return;
        }
        SuspendSafeStopwatch before = vault.grace().stopwatch();
        vault.objects().refuseTombstoned(source, backup);
        renewed(before);
    }

    private synchronized Duration elapsed() {
        return clean.elapsed();
    }

    private synchronized void renewed(SuspendSafeStopwatch before) {
        clean = before;
    }
}
