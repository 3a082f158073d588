package io.holdfast.backup.wal;

import io.holdfast.config.Cron;
import java.time.Instant;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/** When a base backup is due. Pure: the base backups in the vault are the record of what was done. */
final class BaseBackupSchedule {
    private BaseBackupSchedule() {}

    /**
     * Of several missed times only one base backup is taken.
     *
     * @param newest begin of the newest base backup; null: there is none
     * @param current whether WAL that is archived now can be replayed on a base backup; false after a hole
     */
    static boolean due(@Nullable Instant newest, boolean current, Cron times, ZoneId zone, Instant now) {
        return newest == null || !current || !times.next(newest, zone).isAfter(now);
    }
}
