package io.holdfast.backup.adminapi;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.time.Duration;

/** Limits of the endpoints that answer only after the work. */
@ConfigMapping(prefix = "holdfast.admin-api")
interface AdminApiConfig {

    /** The longest wait of a request for its backup. The answer after it is 504, and the backup continues. */
    @WithDefault("10m")
    @WithName("wait")
    Duration patience();
}
