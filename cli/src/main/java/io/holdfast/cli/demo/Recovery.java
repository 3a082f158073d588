package io.holdfast.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.local.SampleDatabase;
import io.holdfast.cli.rest.Json;
import io.holdfast.cli.rest.Restore;
import io.holdfast.cli.terminal.Human;
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
final class Recovery {
    private static final String INVOICES = "public.invoices";
    private static final String COMMENTS = "public.ticket_comments";
    private static final int LOST_ROWS = 10;

    private final Stage stage;
    private final Deque<Undoable> done = new ArrayDeque<>();

    Recovery(Stage stage) {
        this.stage = stage;
    }

    /**
     * A restore, and what the database was before it.
     *
     * @param table the only one it wrote into; null if it replaced the database
     */
    private record Undoable(
            String restore, Portrait before, @Nullable String table) {
        void requireUndone(Portrait now) {
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
    Outcome.Found replace(String backup) throws SQLException, IOException {
        Restore restore = restored("restore", backup, null, portrait(), Map.of("target", Map.of("kind", "replace")));
        List<Restore.TableResult> results = restore.tableResults();
        long unequal = results == null
                ? 0
                : results.stream().filter(each -> !each.equal()).count();
        require(unequal == 0, unequal + " tables are not equal by Holdfast's own comparison");
        return new Outcome.Found(
                restore.rows(),
                restore.bytes(),
                "loaded and compared beside, then switched; the wreck is kept for a rollback");
    }

    /** The live database against what it was before the disaster. */
    Outcome.Found compare(Portrait original) throws SQLException, IOException {
        try (Connection connection = connect()) {
            Portrait restored = Portrait.take(connection);
            requireEqual(original, restored, SampleDatabase.NAME);
            return new Outcome.Found(
                    restored.rows(),
                    Story.size(connection),
                    "equal by the demo's own SQL, row by row: " + Story.kinds(restored));
        }
    }

    /** Garbles one table, and brings just this one back. */
    Outcome.Found table(String backup, Portrait original) throws SQLException, IOException {
        int garbled = update("UPDATE invoices SET total = total * 10, notes = 'garbled again'");
        Restore restore = restored(
                "table",
                backup,
                INVOICES,
                portrait(),
                Map.of("target", Map.of("kind", "merge", "mode", "MERGE"), "tables", List.of(INVOICES)));
        requireEqual(original, portrait(), SampleDatabase.NAME);
        return new Outcome.Found(
                restore.rows(),
                null,
                Human.count(garbled) + " garbled rows of " + INVOICES
                        + " as they were, in one transaction; the rest untouched");
    }

    /** Deletes ten rows, and brings just these back. */
    Outcome.Found rows(String backup, Portrait original) throws SQLException, IOException {
        List<Long> lost = comments();
        update("DELETE FROM ticket_comments WHERE id IN ("
                + String.join(", ", lost.stream().map(String::valueOf).toList()) + ")");
        Portrait without = portrait();
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
        return new Outcome.Found(
                (long) lost.size(), null, lost.size() + " deleted rows of " + COMMENTS + " are there again");
    }

    /** Rolls all of it back, the newest first, and finds what each restore had found. */
    Outcome.Found rollBack() throws SQLException, IOException {
        int restores = done.size();
        while (!done.isEmpty()) {
            Undoable last = done.pop();
            stage.api().post(Service.RESTORE, "/api/restores/" + last.restore + "/rollback", null);
            Restore ended = await("rollback", last.restore, Restore::rolledBack);
            require(
                    ended.state().equals("ROLLED_BACK"),
                    "restore " + last.restore + " is " + ended.state() + " instead of rolled back: " + ended.why());
            last.requireUndone(portrait());
        }
        return Outcome.Found.proof(
                restores + " restores undone, newest first, each to what it had found; the wreck is back, to the row");
    }

    private Restore restored(String what, String backup, @Nullable String table, Portrait before, Map<String, ?> how) {
        Map<String, Object> request = new HashMap<>(how);
        request.put("source", SampleDatabase.NAME);
        request.put("backup", backup);
        request.put("why", "the demo's disaster");
        String id = stage.api()
                .post(Service.RESTORE, "/api/restores", request)
                .path("id")
                .asText();
        Restore restore = await(what, id, Restore::ended);
        require(restore.completed(), "the restore is " + restore.state() + ": " + restore.why());
        done.push(new Undoable(id, before, table));
        return restore;
    }

    private Restore await(String what, String id, Predicate<Restore> end) {
        JsonNode ended = stage.watch()
                .until(
                        what,
                        () -> stage.api().get(Service.RESTORE, "/api/restores/" + id),
                        job -> end.test(Json.read(job, Restore.class)));
        return Json.read(ended, Restore.class);
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

    private Portrait portrait() throws SQLException, IOException {
        try (Connection connection = connect()) {
            return Portrait.take(connection);
        }
    }

    private Connection connect() throws SQLException {
        return stage.portal().connect(SampleDatabase.NAME);
    }

    private static void requireEqual(Portrait expected, Portrait found, String what) {
        List<String> differences = expected.differences(found);
        require(differences.isEmpty(), what + " differs: " + String.join("; ", differences));
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new StepFailed(otherwise);
        }
    }
}
