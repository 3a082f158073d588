package io.holdfast.notifier.alert;

import io.holdfast.notifier.alert.NotificationPolicy.Told;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One channel of an alert, and what it was told. */
final class Route {
    /** The step of channels that are not of an escalation. */
    static final int OWN = -1;

    final UUID alert;
    final String channel;
    int step;
    Told told = Told.NOTHING;

    @Nullable
    Instant toldAt;

    @Nullable
    UUID delivery;

    /** The last decision and its detail. */
    String decision = "";

    final Instant since;
    boolean escalated;
    boolean changed;

    Route(UUID alert, String channel, int step, Instant since) {
        this.alert = alert;
        this.channel = channel;
        this.step = step;
        this.since = since;
    }

    static Route begin(UUID alert, String channel, int step, Instant since) {
        Route route = new Route(alert, channel, step, since);
        route.changed = true;
        return route;
    }

    void decided(String text) {
        if (!decision.equals(text)) {
            decision = text;
            changed = true;
        }
    }

    void told(Told what, @Nullable UUID by, Instant now) {
        told = what;
        toldAt = now;
        delivery = by;
        escalated = false;
        changed = true;
    }

    /** The next message tells it again. */
    void tellAgain() {
        told = Told.NOTHING;
        changed = true;
    }
}
