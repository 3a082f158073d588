package io.holdfast.config;

import java.time.Duration;
import java.util.Optional;

/** Retention of retired sources, which have no section of their own. */
public record RetiredConfig(
        @ConfigKey(
                value =
                        "Keep backups of a retired source for this time after its retirement. Default: until they are deleted by hand.",
                example = "1y")
        Optional<Duration> retired) {}
