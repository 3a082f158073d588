package io.holdfast.backup.wal;

import io.holdfast.config.Cron;
import java.time.Instant;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/** The times at which base backups are due. Pure: the base backups in the vault are the only record. */
final class BaseBackupSchedule {
    private BaseBackupSchedule() {}

    /**
     * Returns whether a base backup is due. After several missed times, only one is taken.
     *
     * @param newest begin of the newest base backup; null: there is none
     * @param current whether WAL that is archived now can be replayed on a base backup; false after a hole
     */
    static boolean due(@Nullable Instant newest, boolean current, Cron times, ZoneId zone, Instant now) {
        return newest == null || !current || !times.next(newest, zone).isAfter(now);
    }
}
