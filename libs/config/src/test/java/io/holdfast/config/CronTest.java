package io.holdfast.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CronTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0 2 * * *          | 2026-01-15T02:00:00Z    | 2026-01-16T02:00:00Z
            0 2 * * *          | 2026-01-15T01:59:59.999Z| 2026-01-15T02:00:00Z
            0 */6 * * *        | 2026-01-15T18:00:00Z    | 2026-01-16T00:00:00Z
            0 3 15 1,4,7,10 *  | 2026-01-15T03:00:00Z    | 2026-04-15T03:00:00Z
            0 0 29 2 *         | 2026-01-15T03:00:00Z    | 2028-02-29T00:00:00Z
            0 0 29 2 *         | 2096-02-29T00:00:00Z    | 2104-02-29T00:00:00Z
            0 0 * * 7          | 2026-01-15T03:00:00Z    | 2026-01-18T00:00:00Z
            0 0 * * SUN        | 2026-01-15T03:00:00Z    | 2026-01-18T00:00:00Z
            0 0 13 * FRI       | 2026-01-15T03:00:00Z    | 2026-01-16T00:00:00Z
            0 0 */2 * FRI      | 2026-01-15T03:00:00Z    | 2026-01-23T00:00:00Z
            10-20/5,59 23 31 * * | 2026-02-01T00:00:00Z  | 2026-03-31T23:10:00Z
            """)
    void theNextTimeIsTheFirstThatMatches(String cron, String after, String expected) {
        assertThat(Cron.parse(cron).next(Instant.parse(after.strip()), ZoneOffset.UTC))
                .isEqualTo(expected.strip());
    }

    @Test
    void aSkippedLocalTimeFiresWhenTheClocksHaveChangedAndOnlyOnce() {
        assertThat(times("30 2 * * *", "2026-03-28T12:00:00Z", 2))
                .containsExactly("2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z");
        assertThat(times("*/15 2 * * *", "2026-03-28T12:00:00Z", 2))
                .containsExactly("2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z");
    }

    @Test
    void aRepeatedLocalTimeFiresTheFirstTimeOnly() {
        assertThat(times("30 2 * * *", "2026-10-24T12:00:00Z", 2))
                .containsExactly("2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z");
    }

    @Test
    void everySoOftenGoesOnThroughBothChangesOfTheClocks() {
        assertThat(times("0 * * * *", "2026-03-28T23:30:00Z", 3))
                .containsExactly("2026-03-29T00:00:00Z", "2026-03-29T01:00:00Z", "2026-03-29T02:00:00Z");
        assertThat(times("0 * * * *", "2026-10-24T23:30:00Z", 3))
                .containsExactly("2026-10-25T00:00:00Z", "2026-10-25T01:00:00Z", "2026-10-25T02:00:00Z");
    }

    @Test
    void aDayThatIsSkippedAsAWholeFiresAtItsEnd() {
        Instant next = Cron.parse("0 9 30 12 *").next(Instant.parse("2011-12-29T00:00:00Z"), ZoneId.of("Pacific/Apia"));

        assertThat(next).isEqualTo("2011-12-30T10:00:00Z");
    }

    @Test
    void randomExpressionsAgreeWithLookingAtEveryMinute() {
        Random random = new Random(4711);
        for (int i = 0; i < 300; i++) {
            String text = random.nextInt(60) + "," + random.nextInt(60) + " "
                    + (random.nextBoolean() ? "*/" + (1 + random.nextInt(23)) : random.nextInt(24)) + " "
                    + (random.nextBoolean() ? "*" : 1 + random.nextInt(28)) + " * "
                    + (random.nextBoolean() ? "*" : random.nextInt(8));
            Instant after = Instant.parse("2026-01-01T00:00:00Z").plusSeconds(random.nextInt(365 * 86_400));

            assertThat(Cron.parse(text).next(after, ZoneOffset.UTC))
                    .as(text + " after " + after)
                    .isEqualTo(slow(text, after));
        }
    }

    private static Instant slow(String text, Instant after) {
        String[] fields = text.split(" ", -1);
        LocalDateTime time = LocalDateTime.ofInstant(after, ZoneOffset.UTC).truncatedTo(ChronoUnit.MINUTES);
        do {
            time = time.plusMinutes(1);
        } while (!matches(fields, time));
        return time.toInstant(ZoneOffset.UTC);
    }

    private static boolean matches(String[] fields, LocalDateTime time) {
        boolean minute = List.of(fields[0].split(",", -1)).contains(String.valueOf(time.getMinute()));
        boolean hour = fields[1].startsWith("*/")
                ? time.getHour() % Integer.parseInt(fields[1].substring(2)) == 0
                : fields[1].equals(String.valueOf(time.getHour()));
        return minute && hour && day(fields, time.toLocalDate());
    }

    private static boolean day(String[] fields, LocalDate date) {
        boolean day = fields[2].equals(String.valueOf(date.getDayOfMonth()));
        int number = date.getDayOfWeek().getValue();
        boolean weekday = fields[4].equals(String.valueOf(number)) || (number == 7 && fields[4].equals("0"));
        return fields[2].equals("*") ? fields[4].equals("*") || weekday : day || weekday;
    }

    private static Stream<String> times(String cron, String after, int count) {
        Cron parsed = Cron.parse(cron);
        return Stream.iterate(parsed.next(Instant.parse(after), BERLIN), time -> parsed.next(time, BERLIN))
                .limit(count)
                .map(Instant::toString);
    }
}
