package io.holdfast.drill;

import static io.holdfast.drill.CheckNames.CONSTRAINTS;
import static io.holdfast.drill.CheckNames.DOWNLOAD;
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
            new Point("All tables exist and have the expected record counts", Checklist::copy, true),
            new Point("No orphaned records (foreign key integrity)", Checklist::references),
            new Point("Latest records match the time of the backup", Checklist::times),
            new Point("User authentication works", Checklist::none),
            new Point("Dashboard loads correctly", Checklist::none),
            new Point("Tickets are accessible", Checklist::none),
            new Point("Invoices display properly", Checklist::none),
            new Point("Documents can be downloaded", Checklist::none),
            new Point("Administration functions work", Checklist::none),
            new Point("No error logs show data issues", Checklist::none),
            new Point("Data integrity: row counts match the expected values", Checklist::counts, true),
            new Point("Data integrity: no orphaned foreign keys", Checklist::references),
            new Point("Data integrity: timestamps are within the expected range", Checklist::times),
            new Point("Data integrity: critical data relationships are intact", Checklist::relations),
            new Point("Application: authentication works", Checklist::none),
            new Point("Application: user profiles load", Checklist::none),
            new Point("Application: organization data is correct", Checklist::none),
            new Point("Application: invitations function", Checklist::none),
            new Point("Application: no errors of status 500 in the logs", Checklist::none),
            new Point("Performance: query response times are normal", Checklist::none),
            new Point("Performance: no connection pool issues", Checklist::none),
            new Point("Performance: CPU and memory usage are stable", Checklist::none),
            new Point("Performance: no slow query warnings", Checklist::none),
            new Point("Business: recent transactions are present", Checklist::times),
            new Point("Business: user sessions are maintained", Checklist::none),
            new Point("Business: no data inconsistencies are found", Checklist::data),
            new Point("Business: e-mail notifications work", Checklist::none));

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

    private static boolean copy(String check) {
        return check.equals(SCHEMA) || counts(check);
    }

    private static boolean counts(String check) {
        return check.equals(ROW_COUNTS) || check.equals(ROWS);
    }

    private static boolean references(String check) {
        return check.equals(FOREIGN_KEYS) || check.startsWith(ORPHANS);
    }

    private static boolean times(String check) {
        return check.startsWith(FRESH);
    }

    private static boolean relations(String check) {
        return references(check) || check.equals(CONSTRAINTS);
    }

    /** Every check of rows, those of the configuration too. */
    private static boolean data(String check) {
        return !Set.of(DOWNLOAD, SCHEMA, SEQUENCES).contains(check);
    }

    /** No check decides the point. */
    private static boolean none(String check) {
        return false;
    }

    private static List<DrillCheck> with(Outcome outcome, List<DrillCheck> checks) {
        return checks.stream().filter(check -> check.outcome() == outcome).toList();
    }

    private static String names(List<DrillCheck> checks) {
        return checks.stream().map(DrillCheck::name).collect(Collectors.joining(", "));
    }
}
