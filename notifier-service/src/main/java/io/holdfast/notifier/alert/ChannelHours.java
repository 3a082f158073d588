package io.holdfast.notifier.alert;

import io.holdfast.config.ChannelConfig;
import io.holdfast.config.DigestPeriod;
import io.holdfast.config.NotifiedEvent;
import io.holdfast.config.QuietHours;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * When a channel wants which messages. Pure.
 *
 * @param digest whether it gets a digest, which names what quiet hours held
 * @param incidents whether each alert is an incident of its own there, with a message of its own
 * @param recoveries whether it wants to know that an alert ended
 */
record ChannelHours(ZoneId zone, Optional<QuietHours> quiet, boolean digest, boolean incidents, boolean recoveries) {
    static final ChannelHours ALWAYS = new ChannelHours(ZoneOffset.UTC, Optional.empty(), false, false, true);

    static ChannelHours of(ChannelConfig channel) {
        return new ChannelHours(
                channel.timezone(),
                channel.quietHours(),
                channel.digest() != DigestPeriod.NONE,
                channel instanceof ChannelConfig.PagerDuty,
                channel.events().contains(NotifiedEvent.ALERT_RESOLVED));
    }

    boolean isQuiet(Instant at) {
        return quiet.filter(hours -> hours.contains(at.atZone(zone).toLocalTime()))
                .isPresent();
    }
}
