package io.holdfast.config;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Month;
import java.time.ZoneId;
import java.util.BitSet;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A cron expression of five fields: minute, hour, day of month, month, day of week (0 and 7 are Sunday). Lists, ranges,
 * steps and English three-letter names. As in every cron, if both days are restricted then either is enough.
 *
 * <p>Where clocks change: a local time that is skipped fires when the clocks have changed, and a local time that happens
 * twice fires the first time; but if the hour starts with {@code *} the expression means "every so often", so nothing is
 * made up for a skipped hour and a repeated hour fires again.
 */
public final class Cron {
    static final String PATTERN =
            Stream.of(CronField.values()).map(CronField::pattern).collect(Collectors.joining("\\s+", "^", "$"));
    private static final Pattern BLANKS = Pattern.compile("\\s+");
    // 29 February comes after 8 years at most (1896, 1904), and falls on a given day of the week after 40 at most
    private static final int HORIZON_DAYS = 41 * 366;

    private final String text;
    private final BitSet minutes;
    private final BitSet hours;
    private final BitSet days;
    private final BitSet months;
    private final BitSet weekdays;
    private final boolean eitherDay;
    private final boolean everySoOften;

    private Cron(String text, List<String> fields) {
        this.text = text;
        this.minutes = CronField.MINUTE.parse(fields.get(0));
        this.hours = CronField.HOUR.parse(fields.get(1));
        this.days = CronField.DAY_OF_MONTH.parse(fields.get(2));
        this.months = CronField.MONTH.parse(fields.get(3));
        this.weekdays = CronField.DAY_OF_WEEK.parse(fields.get(4));
        this.eitherDay = !fields.get(2).startsWith("*") && !fields.get(4).startsWith("*");
        this.everySoOften = fields.get(1).startsWith("*");
    }

    /**
     * Reads an expression.
     *
     * @throws IllegalArgumentException with a message for the user
     */
    public static Cron parse(String text) {
        List<String> fields = List.of(BLANKS.split(text, -1));
        if (fields.size() != 5) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" has " + fields.size() + (fields.size() == 1 ? " field" : " fields")
                            + "; a cron expression has five: minute, hour, day of month, month, day of week");
        }
        try {
            Cron cron = new Cron(text, fields);
            if (!cron.everHappens()) {
                throw new IllegalArgumentException("no such day ever comes");
            }
            return cron;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("\"" + text + "\" is not a cron expression: " + e.getMessage(), e);
        }
    }

    private boolean everHappens() {
        if (eitherDay) {
            return true;
        }
        return months.stream()
                .anyMatch(month -> days.nextSetBit(1) <= Month.of(month).maxLength());
    }

    /** The first time after an instant (exclusive) at which this fires, by the clocks of a zone. */
    public Instant next(Instant after, ZoneId zone) {
        // from the day before, as a clock that is set back over midnight repeats it
        LocalDate day = after.atZone(zone).toLocalDate().minusDays(1);
        for (int i = 0; i < HORIZON_DAYS; i++) {
            Instant found = firstOf(day.plusDays(i), after, zone);
            if (found != null) {
                Instant nextDays = firstOf(day.plusDays(i + 1L), after, zone);
                return nextDays != null && nextDays.isBefore(found) ? nextDays : found;
            }
        }
        throw new IllegalStateException("\"" + text + "\" has no time after " + after);
    }

    private @Nullable Instant firstOf(LocalDate day, Instant after, ZoneId zone) {
        if (!matches(day)) {
            return null;
        }
        TreeSet<Instant> times = new TreeSet<>();
        hours.stream()
                .forEach(hour ->
                        minutes.stream().forEach(minute -> times.addAll(instants(day.atTime(hour, minute), zone))));
        return times.higher(after);
    }

    private List<Instant> instants(LocalDateTime local, ZoneId zone) {
        var offsets = zone.getRules().getValidOffsets(local);
        if (offsets.isEmpty()) {
            return everySoOften
                    ? List.of()
                    : List.of(zone.getRules().getTransition(local).getInstant());
        }
        return offsets.stream()
                .limit(everySoOften ? 2 : 1)
                .map(local::toInstant)
                .toList();
    }

    private boolean matches(LocalDate date) {
        boolean day = days.get(date.getDayOfMonth());
        boolean weekday = weekdays.get(date.getDayOfWeek().getValue() % 7);
        return months.get(date.getMonthValue()) && (eitherDay ? (day || weekday) : (day && weekday));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Cron cron && cron.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** The expression as it was written. */
    @Override
    public String toString() {
        return text;
    }
}
