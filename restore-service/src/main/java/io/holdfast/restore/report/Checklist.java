package io.holdfast.restore.report;

import io.holdfast.contracts.CheckResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What is looked at after every restore: the points of a manual verification, and those of a validation. What a machine can
 * see is ticked for people; the rest waits for them. Pure.
 */
public final class Checklist {
    /** Who ticked what a machine could see. */
    public static final String HOLDFAST = "holdfast";

    private static final Set<String> ROWS = Set.of("verification-record-counts", "validation-row-counts");
    private static final Set<String> ORPHANS = Set.of("verification-orphans", "validation-orphans");
    private static final Set<String> TIMES = Set.of("verification-latest-records", "validation-timestamps");

    private Checklist() {}

    /** Every item, none of them ticked. */
    public static List<ChecklistItem> blank() {
        List<ChecklistItem> items = new ArrayList<>();
        list(
                items,
                "verification",
                "Verification",
                "record-counts: All tables exist and have the expected record counts",
                "orphans: No orphaned records",
                "latest-records: The latest records match the time of the backup",
                "authentication: Users can log in",
                "dashboard: The dashboard loads correctly",
                "records: Daily records can be opened, such as tickets",
                "invoices: Financial records are shown properly, such as invoices",
                "documents: Documents can be downloaded",
                "administration: Administrative functions work",
                "error-log: The log shows no errors about data");
        list(
                items,
                "validation",
                "Data integrity",
                "row-counts: Row counts match the expected values",
                "orphans: No orphaned foreign keys",
                "timestamps: Timestamps are within the expected range",
                "relationships: Critical relationships of the data are intact");
        list(
                items,
                "validation",
                "Application",
                "authentication: Authentication works",
                "profiles: User profiles load",
                "organizations: Data of organizations is correct",
                "invitations: Invitations work",
                "server-errors: No errors 500 in the log");
        list(
                items,
                "validation",
                "Performance",
                "response-times: Response times of queries are normal",
                "connection-pool: No problems of the connection pool",
                "load: CPU and memory are stable",
                "slow-queries: No warnings about slow queries");
        list(
                items,
                "validation",
                "Business",
                "transactions: Recent transactions are there",
                "sessions: Users are still logged in",
                "inconsistencies: No inconsistencies of the data are reported",
                "mail: Notifications are sent by e-mail");
        return items;
    }

    private static void list(List<ChecklistItem> items, String family, String heading, String... points) {
        for (String point : points) {
            int colon = point.indexOf(": ");
            items.add(new ChecklistItem(
                    family + "-" + point.substring(0, colon), heading, point.substring(colon + 2), null, null));
        }
    }

    public static boolean knows(String id) {
        return blank().stream().anyMatch(item -> item.id().equals(id));
    }

    /**
     * Ticks what the machine has seen to be so. What it saw to be otherwise, or did not look at, stays open.
     *
     * @param rowsEqual whether every table was compared with the backup and is equal to it
     */
    public static List<ChecklistItem> seen(
            List<ChecklistItem> items, boolean rowsEqual, List<CheckResult> checks, Instant at) {
        boolean orphans = all(checks, name -> name.equals("foreign keys"))
                && checks.stream()
                        .filter(check -> check.name().startsWith("orphans: "))
                        .allMatch(Checklist::passed);
        boolean times = all(checks, name -> name.startsWith("fresh: "));
        return items.stream()
                .map(item -> !item.ticked()
                                && ((rowsEqual && ROWS.contains(item.id()))
                                        || (orphans && ORPHANS.contains(item.id()))
                                        || (times && TIMES.contains(item.id())))
                        ? item.tickedBy(HOLDFAST, at)
                        : item)
                .toList();
    }

    private static boolean all(List<CheckResult> checks, Predicate<String> named) {
        List<CheckResult> asked =
                checks.stream().filter(check -> named.test(check.name())).toList();
        return !asked.isEmpty() && asked.stream().allMatch(Checklist::passed);
    }

    private static boolean passed(CheckResult check) {
        return check.outcome() == CheckResult.Outcome.PASSED;
    }

    /**
     * Ticked by a person. A tick that is there keeps who and when: the first to look is on record.
     *
     * @throws IllegalArgumentException if there is no such item; ask {@link #knows} first
     */
    public static List<ChecklistItem> ticked(List<ChecklistItem> items, String id, String by, Instant at) {
        return changed(items, id, item -> item.ticked() ? item : item.tickedBy(by, at));
    }

    /** Open again. Fails as {@link #ticked} does. */
    public static List<ChecklistItem> unticked(List<ChecklistItem> items, String id) {
        return changed(items, id, item -> item.tickedBy(null, null));
    }

    private static List<ChecklistItem> changed(
            List<ChecklistItem> items, String id, java.util.function.UnaryOperator<ChecklistItem> change) {
        if (items.stream().noneMatch(item -> item.id().equals(id))) {
            throw new IllegalArgumentException("there is no item \"" + id + "\" in the checklist");
        }
        return items.stream()
                .map(item -> item.id().equals(id) ? change.apply(item) : item)
                .toList();
    }
}
