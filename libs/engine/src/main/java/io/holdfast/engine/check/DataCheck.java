package io.holdfast.engine.check;

import io.holdfast.contracts.CheckResult;
import io.holdfast.engine.model.QualifiedName;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * A question about what the data of a database is like. An answer is passed, failed, or not run: whatever says nothing of
 * the data (a table that is not there, a time-out, a lost connection) is not run. Findings name rows by their keys, a few
 * of them, and hold nothing else of a row.
 */
public sealed interface DataCheck {
    /** How long a finding is at most. */
    int LONGEST_FINDING = 2000;

    /** For reports. */
    String name();

    default CheckResult passed() {
        return new CheckResult(name(), CheckResult.Outcome.PASSED, null);
    }

    /** @param finding what was found, how much of it, with first examples */
    default CheckResult failed(String finding) {
        return new CheckResult(name(), CheckResult.Outcome.FAILED, cut(finding));
    }

    /** @param why and what to do */
    default CheckResult notRun(String why) {
        return new CheckResult(name(), CheckResult.Outcome.NOT_RUN, cut(why));
    }

    private static String cut(String text) {
        return text.length() <= LONGEST_FINDING ? text : text.substring(0, LONGEST_FINDING - 1) + "…";
    }

    /**
     * Every row has the parent that a declared foreign key wants, also where the key was never validated. Composite keys
     * are read as their MATCH says: SIMPLE lets a row pass if any of its columns is null.
     */
    record ForeignKeys() implements DataCheck {
        @Override
        public String name() {
            return "foreign keys";
        }
    }

    /** Every constraint and every index is valid; for SQLite: its own integrity check finds nothing. */
    record Constraints() implements DataCheck {
        @Override
        public String name() {
            return "constraints";
        }
    }

    /** Every value of a column is one of another column, or null. */
    record Orphans(QualifiedName child, String childColumn, QualifiedName parent, String parentColumn)
            implements DataCheck {
        @Override
        public String name() {
            return "orphans: " + child + "." + childColumn + " in " + parent + "." + parentColumn;
        }
    }

    /**
     * The latest time in a column is not older than {@code within} at an instant, and none is later than it. Times without
     * a zone are read as UTC; clocks may differ by {@link #CLOCKS_DIFFER}. A column without any time is not fresh.
     *
     * @param at the instant whose data it is
     */
    record Fresh(QualifiedName table, String column, Duration within, Instant at) implements DataCheck {
        public static final Duration CLOCKS_DIFFER = Duration.ofMinutes(1);

        @Override
        public String name() {
            return "fresh: " + table + "." + column;
        }

        public Instant earliest() {
            return at.minus(within);
        }

        public Instant latest() {
            return at.plus(CLOCKS_DIFFER);
        }
    }

    /**
     * A query has one row with one column, and its value is what is expected: the same text, or the same number. A query
     * that the data makes fail (a division by zero, an exception that a function raises) is failed; one that cannot be run
     * for another reason is not run.
     */
    record Assertion(String name, String query, String expected) implements DataCheck {}

    /** Every table has as many rows as it should. */
    record Rows(Map<QualifiedName, Long> expected) implements DataCheck {
        public Rows {
            expected = Map.copyOf(expected);
        }

        @Override
        public String name() {
            return "row counts";
        }
    }

    /**
     * Times at which rows were recorded are not later than an instant. Asked of columns of times whose names say so, such as
     * {@code created_at} and {@code updated_at}; clocks may differ by {@link Fresh#CLOCKS_DIFFER}.
     *
     * @param at the instant whose data it is
     */
    record RecordTimes(Instant at) implements DataCheck {
        /** What the name of such a column contains, as a regular expression of lower-case letters. */
        public static final String NAMES = "created|inserted|updated|modified|changed|deleted|recorded|logged";

        /** Columns that are asked at most. */
        public static final int MOST = 200;

        @Override
        public String name() {
            return "times of rows";
        }

        public Instant latest() {
            return at.plus(Fresh.CLOCKS_DIFFER);
        }
    }

    /** Pages and B-tree indexes are sound, by the server's own examination (PostgreSQL: the extension amcheck). */
    record Structure() implements DataCheck {
        @Override
        public String name() {
            return "physical structure";
        }
    }
}
