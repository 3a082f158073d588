package io.holdfast.notifier.watch;

import io.holdfast.contracts.VerificationEvent;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The latest passed or the latest failed drill of a source.
 *
 * @param restoreMillis the measured restore
 */
public record DrillFacts(String source, String id, boolean passed, long restoreMillis, Instant completedAt) {
    private static final String RECORD = """
            insert into watched_drill (source, passed, id, restore_millis, completed_at)
            values (:source, cast(cast(:passed as text) as boolean), id(:id), :millis, ts(:at))
            on conflict (source, passed) do update set id = excluded.id, restore_millis = excluded.restore_millis,
                completed_at = excluded.completed_at
            where excluded.completed_at > watched_drill.completed_at""";

    static Facts of(VerificationEvent.DrillCompleted event) {
        return Facts.of(RECORD)
                .with("source", event.source().name())
                .with("passed", String.valueOf(event.passed()))
                .with("id", event.verificationId().toString())
                .with("millis", event.restoreMillis())
                .with("at", event.completedAt());
    }

    /** Reads the drills of all sources in the caller's transaction. */
    static List<DrillFacts> read(Connection connection) throws SQLException {
        List<DrillFacts> found = new ArrayList<>();
        try (var select = connection.prepareStatement("select source, id, passed, restore_millis, completed_at"
                        + " from watched_drill order by source, passed");
                var row = select.executeQuery()) {
            while (row.next()) {
                found.add(new DrillFacts(
                        row.getString(1),
                        row.getString(2),
                        row.getBoolean(3),
                        row.getLong(4),
                        row.getTimestamp(5).toInstant()));
            }
        }
        return found;
    }
}
