package io.holdfast.notifier.watch;

import io.holdfast.contracts.VerificationEvent;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The latest passed or the latest failed drill of a source, of one kind.
 *
 * @param kind such as {@code restore-test}
 * @param restoreMillis the measured restore
 */
public record DrillFacts(
        String source, String kind, String id, boolean passed, long restoreMillis, Instant completedAt) {
    /** The kind of drills over a staging database, which have a schedule of their own. */
    public static final String STAGING = "staging";

    private static final String RESTORE_TEST = "restore-test";
    private static final String RECORD = """
            insert into watched_drill (source, kind, passed, id, restore_millis, completed_at)
            values (:source, :kind, cast(cast(:passed as text) as boolean), id(:id), :millis, ts(:at))
            on conflict (source, kind, passed) do update set id = excluded.id, restore_millis = excluded.restore_millis,
                completed_at = excluded.completed_at
            where excluded.completed_at > watched_drill.completed_at""";

    static Facts of(VerificationEvent.DrillCompleted event) {
        return Facts.of(RECORD)
                .with("source", event.source().name())
                .with("kind", event.kind() == null ? RESTORE_TEST : event.kind())
                .with("passed", String.valueOf(event.passed()))
                .with("id", event.verificationId().toString())
                .with("millis", event.restoreMillis())
                .with("at", event.completedAt());
    }

    /** Reads the drills of all sources in the caller's transaction. */
    static List<DrillFacts> read(Connection connection) throws SQLException {
        List<DrillFacts> found = new ArrayList<>();
        try (var select = connection.prepareStatement("select source, kind, id, passed, restore_millis, completed_at"
                        + " from watched_drill order by source, kind, passed");
                var row = select.executeQuery()) {
            while (row.next()) {
                found.add(new DrillFacts(
                        row.getString(1),
                        row.getString(2),
                        row.getString(3),
                        row.getBoolean(4),
                        row.getLong(5),
                        row.getTimestamp(6).toInstant()));
            }
        }
        return found;
    }
}
