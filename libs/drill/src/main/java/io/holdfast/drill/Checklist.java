package io.holdfast.drill;

import static io.holdfast.drill.CheckNames.CONSTRAINTS;
import static io.holdfast.drill.CheckNames.FOREIGN_KEYS;
import static io.holdfast.drill.CheckNames.FRESH;
import static io.holdfast.drill.CheckNames.ORPHANS;
import static io.holdfast.drill.CheckNames.ROWS;
import static io.holdfast.drill.CheckNames.ROW_COUNTS;
import static io.holdfast.drill.CheckNames.SCHEMA;
import static io.holdfast.drill.CheckNames.SEQUENCES;

import io.holdfast.drill.ChecklistPoint.State;
import io.holdfast.drill.DrillCheck.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The points to check after a restore, each with the checks that decide it. A point is DONE if all of its checks passed, FAILED
 * if one failed, and BY_PERSON if it has no check or one did not run.
 */
public final class Checklist {
    private static final Predicate<String> COPY =
            name -> Set.of(SCHEMA, ROW_COUNTS, ROWS).contains(name);
    private static final Predicate<String> COUNTS =
            name -> Set.of(ROW_COUNTS, ROWS).contains(name);
    private static final Predicate<String> REFERENCES = name -> name.equals(FOREIGN_KEYS) || name.startsWith(ORPHANS);
    private static final Predicate<String> TIMES = name -> name.startsWith(FRESH);
    private static final Predicate<String> RELATIONS = REFERENCES.or(CONSTRAINTS::equals);
    private static final Predicate<String> DATA =
            name -> !Set.of(CheckNames.DOWNLOAD, SCHEMA, SEQUENCES).contains(name);
    private static final Predicate<String> NONE = name -> false;

    /**
     * @param copy whether the point is DONE without a check of its own in a drill that passed: such a drill compared every
     *     table of the copy with the backup
     */
    private record Point(String text, Predicate<String> checks, boolean copy) {
        Point(String text, Predicate<String> checks) {
            this(text, checks, false);
        }
    }

    private static final List<Point> POINTS = List.of(
            new Point("All tables exist and have the expected record counts", COPY, true),
            new Point("No orphaned records (foreign key integrity)", REFERENCES),
            new Point("Latest records match the time of the backup", TIMES),
            new Point("User authentication works", NONE),
            new Point("Dashboard loads correctly", NONE),
            new Point("Tickets are accessible", NONE),
            new Point("Invoices display properly", NONE),
            new Point("Documents can be downloaded", NONE),
            new Point("Administration functions work", NONE),
            new Point("No error logs show data issues", NONE),
            new Point("Data integrity: row counts match the expected values", COUNTS, true),
            new Point("Data integrity: no orphaned foreign keys", REFERENCES),
            new Point("Data integrity: timestamps are within the expected range", TIMES),
            new Point("Data integrity: critical data relationships are intact", RELATIONS),
            new Point("Application: authentication works", NONE),
            new Point("Application: user profiles load", NONE),
            new Point("Application: organization data is correct", NONE),
            new Point("Application: invitations function", NONE),
            new Point("Application: no errors of status 500 in the logs", NONE),
            new Point("Performance: query response times are normal", NONE),
            new Point("Performance: no connection pool issues", NONE),
            new Point("Performance: CPU and memory usage are stable", NONE),
            new Point("Performance: no slow query warnings", NONE),
            new Point("Business: recent transactions are present", TIMES),
            new Point("Business: user sessions are maintained", NONE),
            new Point("Business: no data inconsistencies are found", DATA),
            new Point("Business: e-mail notifications work", NONE));

    private Checklist() {}

    /**
     * Decides every point.
     *
     * @param checks of the drill
     * @param equal whether the drill compared the copy with its backup and found it equal
     */
    public static List<ChecklistPoint> decide(List<DrillCheck> checks, boolean equal) {
        List<ChecklistPoint> decided = new ArrayList<>();
        for (Point point : POINTS) {
            decided.add(decide(decided.size() + 1, point, checks, equal));
        }
        return List.copyOf(decided);
    }

    private static ChecklistPoint decide(int number, Point point, List<DrillCheck> all, boolean equal) {
        List<DrillCheck> checks =
                all.stream().filter(check -> point.checks().test(check.name())).toList();
        List<DrillCheck> failed = with(Outcome.FAILED, checks);
        if (!failed.isEmpty()) {
            return new ChecklistPoint(number, point.text(), State.FAILED, "checks: " + names(failed));
        }
        List<DrillCheck> notRun = with(Outcome.NOT_RUN, checks);
        if (!notRun.isEmpty()) {
            return new ChecklistPoint(number, point.text(), State.BY_PERSON, "not run: " + names(notRun));
        }
        if (!checks.isEmpty()) {
            return new ChecklistPoint(number, point.text(), State.DONE, "checks: " + names(checks));
        }
        return point.copy() && equal
                ? new ChecklistPoint(number, point.text(), State.DONE, "comparison with the backup")
                : new ChecklistPoint(number, point.text(), State.BY_PERSON, null);
    }

    private static List<DrillCheck> with(Outcome outcome, List<DrillCheck> checks) {
        return checks.stream().filter(check -> check.outcome() == outcome).toList();
    }

    private static String names(List<DrillCheck> checks) {
        return checks.stream().map(DrillCheck::name).collect(Collectors.joining(", "));
    }
}
