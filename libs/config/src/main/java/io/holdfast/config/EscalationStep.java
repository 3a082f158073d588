package io.holdfast.config;

import java.util.List;

/** One step of an escalation: the channels that get an alert that lasts and is not acknowledged. */
public record EscalationStep(
        @ConfigKey(name = "notify", value = "Channels of this step.", example = "[dba]", nonEmpty = true)
        List<String> notifyChannels,

        @ConfigKey(value = "Time since the alert fired; not less than that of the step before.", example = "15m")
        Delay after) {}
