package io.holdfast.engine;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * What a snapshot does about sessions that its locks keep waiting: a migration's, or on a standby the replay of one.
 *
 * @param yields whether the snapshot then ends, so that they go on: whatever is read from it fails with
 *     {@code SOURCE_DDL_BLOCKED}
 * @param patience how long somebody may wait before anything is done
 * @param told once for each snapshot, who waits for what; on a thread of the snapshot's, which looks no further meanwhile
 */
public record BlockedDdlPolicy(boolean yields, Duration patience, Consumer<String> told) {

    public BlockedDdlPolicy {
        if (patience.isNegative()) {
            throw new IllegalArgumentException("patience must not be negative, is " + patience);
        }
    }
}
