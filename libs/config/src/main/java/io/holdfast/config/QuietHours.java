package io.holdfast.config;

import java.time.LocalTime;

/** Hours in which a channel gets critical alerts only. They may pass midnight. */
public record QuietHours(
        @ConfigKey(value = "Begin, by the channel's time zone.", example = "\"22:00\"")
        LocalTime from,

        @ConfigKey(value = "End.", example = "\"07:00\"") LocalTime to) {

    /** Returns whether the time of day is within these hours; the begin is, the end is not. */
    public boolean contains(LocalTime time) {
        return from.isBefore(to)
                ? !time.isBefore(from) && time.isBefore(to)
                : !time.isBefore(from) || time.isBefore(to);
    }
}
