package io.holdfast.config;

import java.net.URI;
import java.time.Duration;

/** A monitor outside of the platform that raises an alarm when the heartbeat stops. */
public record HeartbeatConfig(
        @ConfigKey(
                value =
                        "URL, requested with GET while notifier-service watches, and with `/fail` appended while it cannot.",
                example = "https://hc-ping.example/0197f0c4")
        URI url,

        @ConfigKey(value = "Interval of the requests.", fallback = "1m")
        Duration every) {}
