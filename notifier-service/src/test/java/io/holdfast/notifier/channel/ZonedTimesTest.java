package io.holdfast.notifier.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ZonedTimesTest {
    @ParameterizedTest
    @CsvSource({
        "Europe/Vienna, at 2026-01-15 14:30:02 UTC, at 2026-01-15 15:30:02 Europe/Vienna (14:30:02 UTC)",
        "Europe/Vienna, at 2026-07-15 14:30:02 UTC, at 2026-07-15 16:30:02 Europe/Vienna (14:30:02 UTC)",
        "Europe/Vienna, 2026-01-15 23:30:02 UTC, 2026-01-16 00:30:02 Europe/Vienna (2026-01-15 23:30:02 UTC)",
        "UTC, 2026-01-15 14:30:02 UTC, 2026-01-15 14:30:02 UTC",
        "Europe/Vienna, 2026-13-15 14:30:02 UTC, 2026-13-15 14:30:02 UTC",
        "Europe/Vienna, after 2026-01-15T14:30:02.125Z., after 2026-01-15 15:30:02 Europe/Vienna (14:30:02 UTC).",
        "Europe/Vienna, no time, no time"
    })
    void aTimeIsShownInTheZoneOfTheChannelAndInUtc(String zone, String text, String shown) {
        assertThat(new ZonedTimes(ZoneId.of(zone)).inText(text)).isEqualTo(shown);
    }
}
