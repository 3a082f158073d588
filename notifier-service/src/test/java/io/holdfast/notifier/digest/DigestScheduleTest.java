package io.holdfast.notifier.digest;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.config.ChannelConfig;
import io.holdfast.config.DigestPeriod;
import io.holdfast.config.Environment;
import io.holdfast.config.SecretRef;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DigestScheduleTest {

    /** 2026-03-29 has 23 hours in Berlin. */
    @ParameterizedTest
    @CsvSource({
        "DAILY, UTC, 2026-03-02T07:00:00Z, 2026-03-02T07:00:00Z, 2026-03-01T07:00:00Z",
        "DAILY, UTC, 2026-03-02T06:59:59Z, 2026-03-01T07:00:00Z, 2026-02-28T07:00:00Z",
        "DAILY, Europe/Berlin, 2026-03-02T06:00:00Z, 2026-03-02T06:00:00Z, 2026-03-01T06:00:00Z",
        "DAILY, Europe/Berlin, 2026-03-29T12:00:00Z, 2026-03-29T05:00:00Z, 2026-03-28T06:00:00Z",
        "WEEKLY, UTC, 2026-03-04T12:00:00Z, 2026-03-02T07:00:00Z, 2026-02-23T07:00:00Z",
        "WEEKLY, UTC, 2026-03-02T06:00:00Z, 2026-02-23T07:00:00Z, 2026-02-16T07:00:00Z",
    })
    void theLatestSlotAndItsBeginAreByTheClockOfTheChannel(
            DigestPeriod period, String zone, Instant now, Instant slot, Instant begin) {
        ChannelConfig channel = new ChannelConfig.Slack(
                Optional.of(SecretRef.env("A", Environment.of(Map.of()))),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                period,
                LocalTime.of(7, 0),
                ZoneId.of(zone),
                Optional.empty());

        assertThat(DigestSchedule.latest(channel, now)).isEqualTo(slot);
        assertThat(DigestSchedule.next(channel, begin)).isEqualTo(slot);
        assertThat(DigestSchedule.next(channel, slot.minusSeconds(1))).isEqualTo(slot);
        assertThat(DigestSchedule.begin(channel, slot)).isEqualTo(begin);
    }
}
