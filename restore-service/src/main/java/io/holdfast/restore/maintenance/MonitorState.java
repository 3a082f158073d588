package io.holdfast.restore.maintenance;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What was seen of a restored database so far. Pure: {@link #seeing} adds a look, {@link #judge} says what it comes to. It
 * is small however long it lasts, and is kept as JSON.
 *
 * @param since the switch
 * @param looks how many
 * @param failed how many of them found trouble
 * @param failedInARow how many of the last
 * @param trouble what the last that failed found
 * @param troubleAt when the present row of failures began
 * @param lastAt when it was looked last
 * @param firstRows as the tables were first counted
 * @param lastRows as they were counted last
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record MonitorState(
        Instant since,
        int looks,
        int failed,
        int failedInARow,
        @Nullable String trouble,
        @Nullable Instant troubleAt,
        @Nullable Instant lastAt,
        Map<String, Long> firstRows,
        Map<String, Long> lastRows) {

    public MonitorState {
        firstRows = Map.copyOf(firstRows);
        lastRows = Map.copyOf(lastRows);
    }

    /** What it comes to. */
    public enum State {
        /** well, and to be looked at again */
        WATCHING,
        /** something is wrong, and it is to be looked at again: it may become well */
        BAD,
        /** its time is over, and it ended well */
        ENDED_WELL,
        /** its time is over, and something was wrong at the end */
        ENDED_BAD
    }

    /**
     * A judgement.
     *
     * @param message for people
     * @param nextLookAt null: it is over
     */
    public record Verdict(
            State state, String message, @Nullable Instant nextLookAt) {
        public boolean over() {
            return nextLookAt == null;
        }

        public boolean bad() {
            return state == State.BAD || state == State.ENDED_BAD;
        }
    }

    public static MonitorState begun(Instant since) {
        return new MonitorState(since, 0, 0, 0, null, null, null, Map.of(), Map.of());
    }

    /** With one look more. A look that is not later than the last changes nothing: it was seen already. */
    public MonitorState seeing(MonitorSample sample) {
        if (lastAt != null && !sample.at().isAfter(lastAt)) {
            return this;
        }
        String found = sample.trouble();
        boolean first = found != null && failedInARow == 0;
        return new MonitorState(
                since,
                looks + 1,
                found == null ? failed : failed + 1,
                found == null ? 0 : failedInARow + 1,
                found == null ? trouble : found,
                found == null ? null : first ? sample.at() : troubleAt,
                sample.at(),
                firstRows.isEmpty() ? sample.rows() : firstRows,
                sample.rows().isEmpty() ? lastRows : sample.rows());
    }

    public Verdict judge(MonitorPolicy policy, Instant now) {
        boolean over = !now.isBefore(since.plus(policy.lasting()));
        String wrong = wrong(over ? 1 : policy.patience());
        Instant next = over ? null : next(policy, now);
        if (wrong != null) {
            return new Verdict(over ? State.ENDED_BAD : State.BAD, wrong, next);
        }
        if (over && looks == 0) {
            return new Verdict(
                    State.ENDED_BAD, "it was not looked at once in all the time; was the service down?", null);
        }
        return new Verdict(over ? State.ENDED_WELL : State.WATCHING, summary(), next);
    }

    /** At its end no further look can come: one that failed is enough. */
    private @Nullable String wrong(int patience) {
        String emptied = firstRows.entrySet().stream()
                .filter(table -> table.getValue() > 0 && Objects.equals(lastRows.get(table.getKey()), 0L))
                .map(table -> table.getKey() + " (" + table.getValue() + " rows before)")
                .sorted()
                .collect(Collectors.joining(", "));
        if (!emptied.isEmpty()) {
            return "there are no rows any more in " + emptied
                    + "; is that meant? Else stop the application and roll back";
        }
        return failedInARow < patience
                ? null
                : trouble + ", at " + failedInARow + " looks in a row since " + troubleAt
                        + "; look at the application, or roll back";
    }

    /** Looks that were missed are not made up for. */
    private Instant next(MonitorPolicy policy, Instant now) {
        Instant due = lastAt == null ? now : lastAt.plus(policy.every());
        Instant end = since.plus(policy.lasting());
        Instant earliest = due.isBefore(now) ? now : due;
        return earliest.isAfter(end) ? end : earliest;
    }

    private String summary() {
        String rows = new TreeMap<>(lastRows)
                .entrySet().stream()
                        .map(table -> table.getKey() + " " + moved(table.getKey(), table.getValue()))
                        .collect(Collectors.joining(", "));
        return looks + " looks since " + since + ", " + failed + " of them failed"
                + (lastAt == null ? "" : ", the last after " + watched(Duration.between(since, lastAt)))
                + (rows.isEmpty() ? "" : "; rows: " + rows);
    }

    private static String watched(Duration time) {
        return time.toHours() > 0 ? time.toHours() + " h" : time.toMinutes() + " min";
    }

    private String moved(String table, long now) {
        long change = now - firstRows.getOrDefault(table, now);
        return now + (change == 0 ? "" : change > 0 ? " (+" + change + ")" : " (" + change + ")");
    }
}
