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
 */
public record SnapshotOptions(
        int readers,
        long bytesPerSecond,
        Duration lockTimeout,
        String applicationName,
        BackupScope scope,
        @Nullable BlockedDdlPolicy blockedDdl) {

    public SnapshotOptions {
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
        return new SnapshotOptions(4, 0, Duration.ofSeconds(60), "holdfast/snapshot", BackupScope.everything(), null);
    }

    public SnapshotOptions withReaders(int value) {
        return new SnapshotOptions(value, bytesPerSecond, lockTimeout, applicationName, scope, blockedDdl);
    }

    public SnapshotOptions withBytesPerSecond(long value) {
        return new SnapshotOptions(readers, value, lockTimeout, applicationName, scope, blockedDdl);
    }

    public SnapshotOptions withLockTimeout(Duration value) {
        return new SnapshotOptions(readers, bytesPerSecond, value, applicationName, scope, blockedDdl);
    }

    public SnapshotOptions withApplicationName(String value) {
        return new SnapshotOptions(readers, bytesPerSecond, lockTimeout, value, scope, blockedDdl);
    }

    public SnapshotOptions withScope(BackupScope value) {
        return new SnapshotOptions(readers, bytesPerSecond, lockTimeout, applicationName, value, blockedDdl);
    }

    public SnapshotOptions withBlockedDdl(BlockedDdlPolicy value) {
        return new SnapshotOptions(readers, bytesPerSecond, lockTimeout, applicationName, scope, value);
    }
}
