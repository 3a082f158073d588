package io.holdfast.engine.check;

import io.holdfast.contracts.CheckResult;
import io.holdfast.engine.model.QualifiedName;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What engines say of their checks, in the same words. Pure. */
public final class CheckResults {
    /** How many rows are named. */
    public static final int EXAMPLES = 3;

    private static final int OBJECTS = 5;
    private static final int LONGEST_VALUE = 40;

    private CheckResults() {}

    /** {@code id=4, id=7}; composite keys in parentheses. */
    public static String keys(List<String> columns, List<List<@Nullable String>> rows) {
        List<String> shown = new ArrayList<>();
        for (List<@Nullable String> row : rows) {
            List<String> parts = new ArrayList<>();
            for (int i = 0; i < columns.size(); i++) {
                parts.add(columns.get(i) + "=" + value(row.get(i)));
            }
            shown.add(parts.size() == 1 ? parts.getFirst() : "(" + String.join(", ", parts) + ")");
        }
        return String.join(", ", shown);
    }

    private static String value(@Nullable String value) {
        if (value == null) {
            return "null";
        }
        return value.length() <= LONGEST_VALUE ? value : value.substring(0, LONGEST_VALUE) + "…";
    }

    public static String rows(long count) {
        return count == 1 ? "1 row" : count + " rows";
    }

    /** The first few, and how many more there are. */
    public static String first(List<String> findings) {
        String first = String.join("; ", findings.subList(0, Math.min(OBJECTS, findings.size())));
        return findings.size() <= OBJECTS ? first : first + "; and " + (findings.size() - OBJECTS) + " more";
    }

    /** @param unanswered what could not be asked, with why */
    public static CheckResult references(DataCheck check, int asked, List<String> orphans, List<String> unanswered) {
        String open = unanswered.isEmpty() ? "" : "could not be asked: " + first(unanswered);
        if (!orphans.isEmpty()) {
            return check.failed(orphans.size() + " of " + asked + " have rows without a parent: " + first(orphans)
                    + (open.isEmpty() ? "" : "; " + open));
        }
        return unanswered.isEmpty() ? check.passed() : check.notRun(open);
    }

    /** @param values of the rows, two at most; null stands for SQL's */
    public static CheckResult answer(DataCheck.Assertion check, int columns, List<@Nullable String> values) {
        if (columns != 1) {
            return check.notRun("the query has " + columns + " columns; write one with exactly one");
        }
        if (values.size() != 1) {
            return check.failed((values.isEmpty() ? "the query has no row" : "the query has more than one row")
                    + ", expected was one, " + value(check.expected()));
        }
        String value = values.getFirst();
        return value != null && same(value, check.expected())
                ? check.passed()
                : check.failed("the answer is " + value(value) + ", expected was " + value(check.expected()));
    }

    private static boolean same(String value, String expected) {
        if (value.equals(expected)) {
            return true;
        }
        try {
            return new BigDecimal(value.strip()).compareTo(new BigDecimal(expected.strip())) == 0;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /** @param counted a table that could not be counted is not in it */
    public static CheckResult counts(DataCheck.Rows check, Map<QualifiedName, Long> counted) {
        List<String> wrong = new ArrayList<>();
        List<String> unanswered = new ArrayList<>();
        new TreeMap<>(check.expected()).forEach((table, expected) -> {
            Long found = counted.get(table);
            if (found == null) {
                unanswered.add(table.toString());
            } else if (!found.equals(expected)) {
                wrong.add(table + " has " + rows(found) + " instead of " + expected);
            }
        });
        if (!wrong.isEmpty()) {
            return check.failed(first(wrong));
        }
        return unanswered.isEmpty() ? check.passed() : check.notRun("not counted in time: " + first(unanswered));
    }

    /**
     * What a column of times comes to.
     *
     * @param latest null: there is none
     * @param old whether it is too old
     * @param future how many are later than they can be
     * @param rows how many were looked at
     */
    public static CheckResult fresh(
            DataCheck.Fresh check, @Nullable String latest, boolean old, long future, long rows) {
        if (latest == null) {
            return check.failed("there is no time in " + rows(rows));
        }
        if (future > 0) {
            return check.failed(
                    rows(future) + " later than the data's own instant " + check.at() + ", the latest of " + latest);
        }
        long minutes = check.within().toMinutes();
        String within = minutes % 60 == 0 ? minutes / 60 + " h" : minutes + " min";
        return old
                ? check.failed("the latest is of " + latest + ", more than " + within
                        + " before the data's own instant " + check.at())
                : check.passed();
    }

    public static CheckResult tooSlow(DataCheck check, Duration limit) {
        return check.notRun("it took longer than " + limit.toSeconds()
                + " s and was ended; make it faster, with an index on what it looks for");
    }
}
