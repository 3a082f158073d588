package io.holdfast.notifier.alert;

import io.holdfast.config.ChannelConfig;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.config.NotifiedEvent;
import io.holdfast.config.QuietHours;
import io.holdfast.notifier.digest.DigestRun;
import io.holdfast.notifier.digest.DigestSchedule;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Optional;

/**
 * When a channel wants which messages. Pure.
 *
 * @param digest the channel, if it gets digests, which name what quiet hours held
 * @param incidents whether each alert is an incident of its own there, with a message of its own
 * @param recoveries whether it wants to know that an alert ended
 */
record ChannelHours(
        ZoneId zone,
        Optional<QuietHours> quiet,
        Optional<ChannelConfig> digest,
        boolean incidents,
        boolean recoveries) {
    static final ChannelHours ALWAYS =
            new ChannelHours(ZoneOffset.UTC, Optional.empty(), Optional.empty(), false, true);

    /** A digest that is later than this after the quiet hours is not waited for. */
    private static final Duration SOON = Duration.ofDays(1);

    static ChannelHours of(HoldfastConfig config, String name, ChannelConfig channel) {
        return new ChannelHours(
                channel.timezone(),
                channel.quietHours(),
                Optional.of(channel).filter(own -> DigestRun.hasDigest(config, name)),
                channel instanceof ChannelConfig.PagerDuty,
                channel.events().contains(NotifiedEvent.ALERT_RESOLVED));
    }

    boolean isQuiet(Instant at) {
        return hours(at).isPresent();
    }

    private Optional<QuietHours> hours(Instant at) {
        return quiet.filter(hours -> hours.contains(at.atZone(zone).toLocalTime()));
    }

    /**
     * Until when a warning that began then is held: to the end of the quiet hours of that time, or to the digest that
     * follows them. The instant itself if it is not in quiet hours.
     */
    Instant heldUntil(Instant since) {
        return hours(since).map(hours -> released(since, hours)).orElse(since);
    }

    private Instant released(Instant since, QuietHours hours) {
        ZonedDateTime begun = since.atZone(zone);
        ZonedDateTime sameDay = begun.toLocalDate().atTime(hours.to()).atZone(zone);
        Instant end = (sameDay.toInstant().isAfter(since)
                        ? sameDay
                        : begun.toLocalDate().plusDays(1).atTime(hours.to()).atZone(zone))
                .toInstant();
        return digest.map(channel -> DigestSchedule.next(channel, since))
                .filter(slot -> slot.isAfter(end) && !slot.isAfter(end.plus(SOON)))
                .orElse(end);
    }
}
