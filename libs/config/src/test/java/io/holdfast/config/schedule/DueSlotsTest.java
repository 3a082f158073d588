package io.holdfast.config.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.config.Cron;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DueSlotsTest {
    private static final ZoneId UTC = ZoneId.of("UTC");
    private static final Instant START = Instant.parse("2026-01-15T00:00:00Z");

    @Test
    void nothingIsDueBeforeTheFireTimeAndTheSlotIsDueAtIt() {
        Cron nightly = Cron.parse("0 2 * * *");

        assertThat(DueSlots.between(nightly, UTC, START, Instant.parse("2026-01-15T01:59:59Z")))
                .isEmpty();
        assertThat(DueSlots.between(nightly, UTC, START, Instant.parse("2026-01-15T02:00:00Z")))
                .contains(new DueSlots(Instant.parse("2026-01-15T02:00:00Z"), List.of()));
    }

    @Test
    void afterADowntimeTheNewestSlotIsDueAndTheOthersAreMissed() {
        Optional<DueSlots> due =
                DueSlots.between(Cron.parse("0 */6 * * *"), UTC, START, Instant.parse("2026-01-15T19:30:00Z"));

        assertThat(due)
                .contains(new DueSlots(
                        Instant.parse("2026-01-15T18:00:00Z"),
                        List.of(Instant.parse("2026-01-15T06:00:00Z"), Instant.parse("2026-01-15T12:00:00Z"))));
    }

    @Test
    void aYearOfMinutesIsBounded() {
        DueSlots due = DueSlots.between(Cron.parse("* * * * *"), UTC, START, START.plus(Duration.ofDays(365)))
                .orElseThrow();

        assertThat(due.last()).isEqualTo(START.plus(Duration.ofDays(365)));
        assertThat(due.missed()).hasSize(DueSlots.MOST_MISSED).startsWith(START.plus(Duration.ofMinutes(1)));
    }

    /**
     * Looks each minute over a change of the clocks. A fixed time that is skipped fires when the clocks have changed, and one
     * that happens twice fires once; an interval has no slot in a skipped hour and one in each of two equal hours.
     */
    @ParameterizedTest
    @CsvSource({
        // zone, schedule, from, hours, slots
        "Europe/Berlin, 30 2 * * *, 2026-03-28T22:00:00Z, 12, 2026-03-29T01:00:00Z",
        "Europe/Berlin, 30 2 * * *, 2026-10-24T22:00:00Z, 12, 2026-10-25T00:30:00Z",
        "Europe/Berlin, 0 * * * *, 2026-10-24T23:30:00Z, 3, 2026-10-25T00:00:00Z 2026-10-25T01:00:00Z 2026-10-25T02:00:00Z",
        "America/New_York, 30 2 * * *, 2026-03-08T05:00:00Z, 12, 2026-03-08T07:00:00Z",
        "America/New_York, 30 1 * * *, 2026-11-01T04:00:00Z, 12, 2026-11-01T05:30:00Z",
        "Australia/Lord_Howe, 15 2 * * *, 2026-10-03T12:00:00Z, 12, 2026-10-03T15:30:00Z",
        "Australia/Lord_Howe, 45 1 * * *, 2026-04-04T12:00:00Z, 12, 2026-04-04T14:45:00Z",
        "Africa/Casablanca, 30 2 * * *, 2026-02-14T22:00:00Z, 12, 2026-02-15T01:30:00Z",
        "Africa/Casablanca, 30 2 * * *, 2026-03-21T22:00:00Z, 12, 2026-03-22T02:00:00Z"
    })
    void eachSlotIsDueExactlyOnceWhenTheClocksChange(
            ZoneId zone, String schedule, Instant from, int hours, String slots) {
        Cron cron = Cron.parse(schedule);
        List<Instant> seen = new ArrayList<>();
        Instant decided = from;
        for (int minute = 0; minute <= hours * 60; minute++) {
            Optional<DueSlots> due = DueSlots.between(cron, zone, decided, from.plus(Duration.ofMinutes(minute)));
            if (due.isPresent()) {
                assertThat(due.get().missed()).isEmpty();
                decided = due.get().last();
                seen.add(decided);
            }
        }

        assertThat(seen)
                .containsExactlyElementsOf(
                        List.of(slots.split(" ")).stream().map(Instant::parse).toList());
        assertThat(new HashSet<>(seen)).hasSameSizeAs(seen);
    }
}
