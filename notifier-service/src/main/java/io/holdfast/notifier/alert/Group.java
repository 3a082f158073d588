package io.holdfast.notifier.alert;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The clocks of the messages about one cause to one channel. */
final class Group {
    final Key key;
    Instant firstAt;

    @Nullable
    Instant lastSent;

    boolean changed;

    record Key(String cause, String channel) {}

    Group(Key key, Instant firstAt) {
        this.key = key;
        this.firstAt = firstAt;
    }

    /** Begins anew if all its alerts ended and the interval after its last message is over. */
    void beginAnew(Instant now) {
        firstAt = now;
        lastSent = null;
        changed = true;
    }

    void sent(Instant now) {
        lastSent = now;
        changed = true;
    }
}
