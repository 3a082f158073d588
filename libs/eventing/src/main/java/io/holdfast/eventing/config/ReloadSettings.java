package io.holdfast.eventing.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How a service watches {@code holdfast.yaml}; the defaults suit production. */
@ConfigMapping(prefix = "holdfast.reload")
public interface ReloadSettings {

    /** Interval between two looks at the file. A change takes effect at the second look that finds the same content. */
    @WithDefault("3s")
    Duration poll();

    /** How long the file may be missing before that is an error: editors and Kubernetes replace files by renaming. */
    @WithDefault("10s")
    Duration missingAfter();
}
