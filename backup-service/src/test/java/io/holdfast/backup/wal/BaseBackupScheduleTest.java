package io.holdfast.backup.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.config.Cron;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BaseBackupScheduleTest {
    private static final Cron SUNDAYS = Cron.parse("0 1 * * 0");
    private static final Instant SUNDAY = Instant.parse("2026-11-22T01:00:03Z");

    @Test
    void theFirstBaseBackupIsTakenAtOnce() {
        assertThat(due(null, true, SUNDAY)).isTrue();
    }

    @Test
    void theNextOneIsTakenAtItsTimeAndOneOfSeveralMissedOnesIsCaughtUp() {
        assertThat(due(SUNDAY, true, Instant.parse("2026-11-29T00:59:59Z"))).isFalse();
        assertThat(due(SUNDAY, true, Instant.parse("2026-11-29T01:00:00Z"))).isTrue();
        Instant late = Instant.parse("2026-12-16T12:00:00Z");
        assertThat(due(SUNDAY, true, late)).isTrue();
        assertThat(due(late, true, late.plusSeconds(60))).isFalse();
    }

    @Test
    void aHoleIsFollowedByABaseBackupAtOnce() {
        assertThat(due(SUNDAY, false, SUNDAY.plusSeconds(60))).isTrue();
    }

    @Test
    void theTimesAreThoseOfTheZoneOfTheSchedule() {
        Instant oneInBerlin = Instant.parse("2026-11-29T00:00:00Z");

        assertThat(BaseBackupSchedule.due(SUNDAY, true, SUNDAYS, ZoneId.of("Europe/Berlin"), oneInBerlin))
                .isTrue();
        assertThat(due(SUNDAY, true, oneInBerlin)).isFalse();
    }

    private static boolean due(@Nullable Instant newest, boolean current, Instant now) {
        return BaseBackupSchedule.due(newest, current, SUNDAYS, ZoneOffset.UTC, now);
    }
}
