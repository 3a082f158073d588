package io.holdfast.backup.schedule;

import io.holdfast.backup.source.ProtectedSource;
import io.holdfast.config.schedule.SlotDelay;
import java.time.Duration;

/** The delay of a source's scheduled backups: below {@code schedule.jitter}, and the same in each replica. */
final class Jitter {
    private Jitter() {}

    static Duration of(ProtectedSource source) {
        return SlotDelay.of(
                source.ref().id().value().getLeastSignificantBits(),
                source.config().schedule().jitter());
    }
}
