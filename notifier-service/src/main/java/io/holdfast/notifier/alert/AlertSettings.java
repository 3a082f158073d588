package io.holdfast.notifier.alert;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How often the rules are evaluated. */
@ConfigMapping(prefix = "holdfast.alerts")
interface AlertSettings {

    @WithDefault("5s")
    Duration every();

    /** From the start of the process to its first round, so that events of the time before are heard first. */
    @WithDefault("30s")
    Duration warmUp();
}
