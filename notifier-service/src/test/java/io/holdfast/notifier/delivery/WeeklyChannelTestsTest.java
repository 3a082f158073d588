package io.holdfast.notifier.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.notifier.delivery.WeeklyChannelTests.ChannelState;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WeeklyChannelTestsTest {
    private static final Instant NOW = Instant.parse("2026-03-20T12:00:00Z");

    /** Hours ago; "-" for never. The jitter of a channel is less than 12 hours. */
    @ParameterizedTest(name = "known {0} h, delivered {1} h ago: due {2}")
    @CsvSource({
        "1,    -,   false",
        "167,  -,   false",
        "180,  -,   true",
        "9999, 1,   false",
        "9999, 167, false",
        "9999, 180, true",
        "1,    9999, false", // tested an hour ago, and the test failed
    })
    void aChannelIsTestedAfterAWeekWithoutAMessage(long since, String delivered, boolean due) {
        Instant last = delivered.equals("-") ? null : NOW.minus(Duration.ofHours(Long.parseLong(delivered)));

        assertThat(new ChannelState("ops", NOW.minus(Duration.ofHours(since)), last).isDue(NOW, ZoneOffset.UTC))
                .isEqualTo(due);
    }

    /** 12:00 UTC is 21:00 in Tokyo. A day late, it is sent at any hour. */
    @ParameterizedTest
    @CsvSource({"UTC, 180, true", "Asia/Tokyo, 180, false", "Asia/Tokyo, 204, true"})
    void aTestIsSentInWorkingHours(ZoneId zone, long since, boolean due) {
        assertThat(new ChannelState("ops", NOW.minus(Duration.ofHours(since)), null).isDue(NOW, zone))
                .isEqualTo(due);
    }

    @Test
    void channelsThatBeganTogetherAreNotTestedTogether() {
        Instant since = NOW.minus(Duration.ofHours(7 * 24 + 6));

        long due = IntStream.range(0, 100)
                .filter(i -> new ChannelState("channel-" + i * 7_919, since, null).isDue(NOW, ZoneOffset.UTC))
                .count();

        assertThat(due).isBetween(20L, 80L);
    }
}
