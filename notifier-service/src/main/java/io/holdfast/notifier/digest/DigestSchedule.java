package io.holdfast.notifier.digest;

import io.holdfast.config.ChannelConfig;
import io.holdfast.config.DigestPeriod;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.time.temporal.TemporalAdjusters;

/** When a channel's digest is due. Pure. */
public final class DigestSchedule {
    private DigestSchedule() {}

    /** The latest slot that is not after now; a time that a clock change skips is the first one after it. */
    static Instant latest(ChannelConfig channel, Instant now) {
        LocalDate day = now.atZone(channel.timezone()).toLocalDate();
        if (channel.digest() == DigestPeriod.WEEKLY) {
            day = day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
        }
        Instant slot = at(channel, day);
        return slot.isAfter(now) ? at(channel, day.minus(step(channel))) : slot;
    }

    /** The first slot after an instant. */
    public static Instant next(ChannelConfig channel, Instant after) {
        Instant latest = latest(channel, after);
        return at(channel, latest.atZone(channel.timezone()).toLocalDate().plus(step(channel)));
    }

    /** The begin of the time that the digest of a slot tells of. */
    static Instant begin(ChannelConfig channel, Instant slot) {
        return at(channel, slot.atZone(channel.timezone()).toLocalDate().minus(step(channel)));
    }

    private static Period step(ChannelConfig channel) {
        return channel.digest() == DigestPeriod.WEEKLY ? Period.ofWeeks(1) : Period.ofDays(1);
    }

    private static Instant at(ChannelConfig channel, LocalDate day) {
        return day.atTime(channel.digestAt()).atZone(channel.timezone()).toInstant();
    }
}
