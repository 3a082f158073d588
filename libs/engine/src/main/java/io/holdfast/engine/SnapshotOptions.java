package io.holdfast.engine;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How to read a source.
 *
 * @param readers connections that read at the same time, beside the leader that holds the locks
 * @param bytesPerSecond most bytes per second over all readers together; 0 means no limit
 * @param lockTimeout the longest wait for any lock
 * @param applicationName what the server's {@code pg_stat_activity} shows; starts with {@code holdfast/}
 * @param blockedDdl what is done about those whom the locks keep waiting; null: nobody looks
 * @param changeRange blocks of a part of a table for which the snapshot tells whether it has changed since an earlier one,
 *     where the server records that; 0: it does not tell
 * @param position whether the snapshot tells at which position of the server's log it has exactly the committed rows
 */
public record SnapshotOptions(
        int readers,
        long bytesPerSecond,
        Duration lockTimeout,
        String applicationName,
        BackupScope scope,
        @Nullable BlockedDdlPolicy blockedDdl,
        int changeRange,
        boolean position) {
    /** 16 MiB of the usual 8 KiB blocks: several chunks, so that few of them end where a range ends. */
    public static final int CHANGE_RANGE = 2048;

    public SnapshotOptions {
        if (changeRange < 0) {
            throw new IllegalArgumentException("changeRange must not be negative, is " + changeRange);
        }
        if (readers < 1 || readers > 64) {
            throw new IllegalArgumentException("readers must be 1 to 64, is " + readers);
        }
        if (bytesPerSecond < 0) {
            throw new IllegalArgumentException("bytesPerSecond must not be negative, is " + bytesPerSecond);
        }
        if (lockTimeout.isNegative() || lockTimeout.isZero()) {
            throw new IllegalArgumentException("lockTimeout must be positive, is " + lockTimeout);
        }
    }

    public static SnapshotOptions defaults() {
        return new SnapshotOptions(
                4, 0, Duration.ofSeconds(60), "holdfast/snapshot", BackupScope.everything(), null, 0, false);
    }

    public SnapshotOptions withReaders(int value) {
        return new SnapshotOptions(
                value, bytesPerSecond, lockTimeout, applicationName, scope, blockedDdl, changeRange, position);
    }

    public SnapshotOptions withBytesPerSecond(long value) {
        return new SnapshotOptions(
                readers, value, lockTimeout, applicationName, scope, blockedDdl, changeRange, position);
    }

    public SnapshotOptions withLockTimeout(Duration value) {
        return new SnapshotOptions(
                readers, bytesPerSecond, value, applicationName, scope, blockedDdl, changeRange, position);
    }

    public SnapshotOptions withApplicationName(String value) {
        return new SnapshotOptions(
                readers, bytesPerSecond, lockTimeout, value, scope, blockedDdl, changeRange, position);
    }

    public SnapshotOptions withScope(BackupScope value) {
        return new SnapshotOptions(
                readers, bytesPerSecond, lockTimeout, applicationName, value, blockedDdl, changeRange, position);
    }

    public SnapshotOptions withBlockedDdl(BlockedDdlPolicy value) {
        return new SnapshotOptions(
                readers, bytesPerSecond, lockTimeout, applicationName, scope, value, changeRange, position);
    }

    public SnapshotOptions withChangeRange(int value) {
        return new SnapshotOptions(
                readers, bytesPerSecond, lockTimeout, applicationName, scope, blockedDdl, value, position);
    }

    public SnapshotOptions withPosition(boolean value) {
        return new SnapshotOptions(
                readers, bytesPerSecond, lockTimeout, applicationName, scope, blockedDdl, changeRange, value);
    }
}
