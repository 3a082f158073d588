package io.holdfast.notifier.delivery;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How hard it is tried to deliver a message; with the defaults for about two and a half hours. */
@ConfigMapping(prefix = "holdfast.deliveries")
interface DeliveryConfig {

    @WithDefault("10")
    int attempts();

    /** The pause after the first attempt. Each further one is four times as long. */
    @WithDefault("2s")
    Duration pauseMin();

    @WithDefault("30m")
    Duration pauseMax();

    /** @param attempt 1 for the first */
    default Duration pauseAfter(int attempt) {
        Duration pause = pauseMin();
        for (int i = 1; i < attempt && pause.compareTo(pauseMax()) < 0; i++) {
            pause = pause.multipliedBy(4);
        }
        return pause.compareTo(pauseMax()) > 0 ? pauseMax() : pause;
    }
}
