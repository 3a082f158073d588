package io.holdfast.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.local.SampleDatabase;
import io.holdfast.cli.rest.RestoreResponse;
import io.holdfast.cli.rest.ServiceJson;
import io.holdfast.cli.terminal.HumanFormat;
import io.holdfast.devstack.Service;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The way back from the disaster, and from the way back: whole database, one table, ten rows, rollback. */
final class RecoverySteps {
    private static final String INVOICES = "public.invoices";
    private static final String COMMENTS = "public.ticket_comments";
    private static final int LOST_ROWS = 10;

    private final DemoEnvironment demoEnvironment;
    private final Deque<Undoable> done = new ArrayDeque<>();

    RecoverySteps(DemoEnvironment demoEnvironment) {
        this.demoEnvironment = demoEnvironment;
    }

    /**
     * A restore, and what the database was before it.
     *
     * @param table the only one it wrote into; null if it replaced the database
     */
    private record Undoable(
            String restore, DatabaseDigest before, @Nullable String table) {
        void requireUndone(DatabaseDigest now) {
            if (table == null) {
                requireEqual(before, now, SampleDatabase.NAME + " after the rollback of " + restore);
            } else {
                require(
                        Objects.equals(before.table(table), now.table(table)),
                        table + " after the rollback of " + restore + " is not what that had found");
            }
        }
    }

    /** Puts the backup in the live database's place. */
    StepResult.Found replace(String backup) throws SQLException, IOException {
        RestoreResponse restore =
                restored("restore", backup, null, portrait(), Map.of("target", Map.of("kind", "replace")));
        requireCompared(restore);
        return new StepResult.Found(
                restore.rows(),
                restore.bytes(),
                "loaded into a new database, compared and switched; the damaged database is kept for a rollback");
    }

    /** Holdfast's own comparison exists, covers each restored table, and found each of them equal. */
    static void requireCompared(RestoreResponse restore) {
        List<RestoreResponse.TableResult> results = restore.tableResults();
        Integer compared = restore.comparedTables();
        require(
                results != null && compared != null && !results.isEmpty(),
                "restore " + restore.id() + " has no result of Holdfast's own comparison");
        require(
                Objects.equals(compared, restore.tables()),
                "Holdfast compared " + compared + " of the " + restore.tables() + " restored tables");
        List<String> unequal = Objects.requireNonNull(results).stream()
                .filter(each -> !each.equal() || !agree(each))
                .map(RestoreResponse.TableResult::name)
                .toList();
        require(
                unequal.isEmpty() && Objects.equals(restore.differentTables(), 0),
                "tables are not equal by Holdfast's own comparison: " + String.join(", ", unequal));
    }

    /** A table of a partitioned table may have no result of its own. */
    private static boolean agree(RestoreResponse.TableResult table) {
        return table.copyFingerprint() == null
                || (Objects.equals(table.fingerprint(), table.copyFingerprint())
                        && Objects.equals(table.rows(), table.copyRows()));
    }

    /** The live database against what it was before the disaster. */
    StepResult.Found compare(DatabaseDigest original) throws SQLException, IOException {
        try (Connection connection = connect()) {
            DatabaseDigest restored = DatabaseDigest.take(connection);
            requireEqual(original, restored, SampleDatabase.NAME);
            return new StepResult.Found(
                    restored.rows(),
                    BackupSteps.size(connection),
                    "equal by the demo's own SQL, row by row: " + BackupSteps.kinds(restored));
        }
    }

    /** Garbles one table, and brings just this one back. */
    StepResult.Found table(String backup, DatabaseDigest original) throws SQLException, IOException {
        int garbled = update("UPDATE invoices SET total = total * 10, notes = 'garbled again'");
        RestoreResponse restore = restored(
                "table",
                backup,
                INVOICES,
                portrait(),
                Map.of("target", Map.of("kind", "merge", "mode", "MERGE"), "tables", List.of(INVOICES)));
        requireEqual(original, portrait(), SampleDatabase.NAME);
        return new StepResult.Found(
                restore.rows(),
                null,
                HumanFormat.count(garbled) + " garbled rows of " + INVOICES
                        + " as they were, in one transaction; the rest untouched");
    }

    /** Deletes ten rows, and brings just these back. */
    StepResult.Found rows(String backup, DatabaseDigest original) throws SQLException, IOException {
        List<Long> lost = comments();
        update("DELETE FROM ticket_comments WHERE id IN ("
                + String.join(", ", lost.stream().map(String::valueOf).toList()) + ")");
        DatabaseDigest without = portrait();
        require(!original.differences(without).isEmpty(), "no comment was deleted");
        restored(
                "rows",
                backup,
                COMMENTS,
                without,
                Map.of(
                        "target",
                        Map.of("kind", "merge", "mode", "MISSING_ONLY"),
                        "rows",
                        lost.stream()
                                .map(id -> Map.of("table", COMMENTS, "values", Map.of("id", id.toString())))
                                .toList()));
        requireEqual(original, portrait(), SampleDatabase.NAME);
        return new StepResult.Found(
                (long) lost.size(), null, lost.size() + " deleted rows of " + COMMENTS + " are there again");
    }

    /** Rolls all of it back, the newest first, and finds what each restore had found. */
    StepResult.Found rollBack() throws SQLException, IOException {
        int restores = done.size();
        while (!done.isEmpty()) {
            Undoable last = done.pop();
            demoEnvironment.api().post(Service.RESTORE, "/api/restores/" + last.restore + "/rollback", null);
            RestoreResponse ended = await("rollback", last.restore, RestoreResponse::rolledBack);
            require(
                    ended.state().equals("ROLLED_BACK"),
                    "restore " + last.restore + " is " + ended.state() + " instead of rolled back: " + ended.why());
            last.requireUndone(portrait());
        }
        return StepResult.Found.proof(
                restores + " restores undone, newest first, each to what it had found; the wreck is back, to the row");
    }

    private RestoreResponse restored(
            String what, String backup, @Nullable String table, DatabaseDigest before, Map<String, ?> how) {
        Map<String, Object> request = new HashMap<>(how);
        request.put("source", SampleDatabase.NAME);
        request.put("backup", backup);
        request.put("why", "the demo's disaster");
        String id = demoEnvironment
                .api()
                .post(Service.RESTORE, "/api/restores", request)
                .path("id")
                .asText();
        RestoreResponse restore = await(what, id, RestoreResponse::ended);
        require(restore.completed(), "the restore is " + restore.state() + ": " + restore.why());
        done.push(new Undoable(id, before, table));
        return restore;
    }

    private RestoreResponse await(String what, String id, Predicate<RestoreResponse> end) {
        JsonNode ended = demoEnvironment
                .watch()
                .until(
                        what,
                        () -> demoEnvironment.api().get(Service.RESTORE, "/api/restores/" + id),
                        job -> end.test(ServiceJson.read(job, RestoreResponse.class)));
        return ServiceJson.read(ended, RestoreResponse.class);
    }

    private List<Long> comments() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet found =
                        statement.executeQuery("SELECT id FROM ticket_comments ORDER BY id LIMIT " + LOST_ROWS)) {
            List<Long> ids = new ArrayList<>();
            while (found.next()) {
                ids.add(found.getLong(1));
            }
            return ids;
        }
    }

    private int update(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        }
    }

    private DatabaseDigest portrait() throws SQLException, IOException {
        try (Connection connection = connect()) {
            return DatabaseDigest.take(connection);
        }
    }

    private Connection connect() throws SQLException {
        return demoEnvironment.portal().connect(SampleDatabase.NAME);
    }

    private static void requireEqual(DatabaseDigest expected, DatabaseDigest found, String what) {
        List<String> differences = expected.differences(found);
        require(differences.isEmpty(), what + " differs: " + String.join("; ", differences));
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new DemoStepException(otherwise);
        }
    }
}
