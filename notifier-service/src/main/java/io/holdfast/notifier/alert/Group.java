package io.holdfast.notifier.alert;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The clocks of the messages about one cause to one channel. */
final class Group {
    final Key key;

    /** Since when new alerts are gathered; null: there are none. */
    @Nullable
    Instant firstAt;

    @Nullable
    Instant lastSent;

    boolean changed;

    record Key(String cause, String channel) {}

    Group(Key key, @Nullable Instant firstAt) {
        this.key = key;
        this.firstAt = firstAt;
    }

    /** All its alerts ended, and the interval after its last message is over: the next message is its first. */
    void beginAnew() {
        lastSent = null;
        changed = true;
    }

    /** There are new alerts, or there are none. */
    void gather(boolean fresh, Instant now) {
        if (fresh != (firstAt != null)) {
            firstAt = fresh ? now : null;
            changed = true;
        }
    }

    void sent(Instant now) {
        lastSent = now;
        changed = true;
    }
}
