package io.holdfast.audit.activity;

import io.agroal.api.AgroalDataSource;
import io.holdfast.eventing.runtime.JdbcTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Types;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Writes lines of the log, for good. */
@ApplicationScoped
class ActivityLogWriter {
    /**
     * A record that was written before is left as it is. An event that was written before, from another place, is a line
     * that says so; two writers who do not see each other's first line are told apart by the index on first lines.
     */
    private static final String INSERT = """
            insert into activity_log (id, action, entity_type, entity_id, source, operator, status, duration_ms, details,
                created_at, event_type, event_source, event_id, topic, "partition", "offset", repeated)
            select ?, ?, ?, ?, ?, ?, ?, ?, cast(? as jsonb), ?, ?, e.source, e.id, ?, ?, ?, exists (
                select 1 from activity_log first
                where first.event_source = e.source and first.event_id = e.id and not first.repeated)
            from (values (cast(? as text), cast(? as text))) as e (source, id)
            on conflict (topic, "partition", "offset") do nothing""";

    private final AgroalDataSource database;

    ActivityLogWriter(AgroalDataSource database) {
        this.database = database;
    }

    /**
     * @param lines those that were new
     * @param displaced how many could not be written because another event has their place
     */
    record Written(List<ActivityEntry> lines, int displaced) {}

    /**
     * Writes all lines in one transaction, or none. May be repeated with the same lines, wholly or in part.
     *
     * @throws SQLException nothing was written; may be tried again
     */
    Written write(List<ActivityEntry> entries) throws SQLException {
        return JdbcTransaction.run(database, connection -> {
            List<ActivityEntry> written = insert(connection, entries);
            int displaced = written.size() == entries.size() ? 0 : OffsetConflictCounter.count(connection, entries);
            return new Written(written, displaced);
        });
    }

    private static List<ActivityEntry> insert(Connection connection, List<ActivityEntry> entries) throws SQLException {
        Savepoint start = connection.setSavepoint();
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            for (ActivityEntry entry : entries) {
                bind(insert, entry);
                insert.addBatch();
            }
            int[] counts = insert.executeBatch();
            return IntStream.range(0, counts.length)
                    .filter(line -> counts[line] > 0)
                    .mapToObj(entries::get)
                    .toList();
        } catch (SQLException e) {
            if (!isOfContent(e)) {
                throw e;
            }
            connection.rollback(start);
            return insertOneByOne(connection, entries);
        }
    }

    /** One of them cannot be held: it must not keep the others out, nor be missing. */
    private static List<ActivityEntry> insertOneByOne(Connection connection, List<ActivityEntry> entries)
            throws SQLException {
        List<ActivityEntry> written = new ArrayList<>();
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            for (ActivityEntry entry : entries) {
                Savepoint before = connection.setSavepoint();
                try {
                    bind(insert, entry);
                    add(written, entry, insert.executeUpdate());
                } catch (SQLException e) {
                    if (!isOfContent(e)) {
                        throw e;
                    }
                    connection.rollback(before);
                    ActivityEntry unstorable = entry.unstorable(e.getSQLState());
                    bind(insert, unstorable);
                    add(written, unstorable, insert.executeUpdate());
                }
            }
        }
        return written;
    }

    private static void add(List<ActivityEntry> written, ActivityEntry entry, int count) {
        if (count > 0) {
            written.add(entry);
        }
    }

    /** Data exceptions, and limits of the program such as the size of an index entry. */
    private static boolean isOfContent(SQLException e) {
        String state = e.getSQLState();
        return state != null && (state.startsWith("22") || state.startsWith("54"));
    }

    private static void bind(PreparedStatement insert, ActivityEntry entry) throws SQLException {
        AuditAction action = entry.action();
        int i = 0;
        insert.setObject(++i, entry.id());
        insert.setString(++i, action.name());
        insert.setString(++i, action.entityType());
        insert.setString(++i, action.entityId());
        insert.setString(++i, action.source());
        insert.setString(++i, action.operator());
        insert.setString(++i, action.status().word());
        setLong(insert, ++i, action.durationMillis());
        insert.setString(++i, entry.details());
        insert.setObject(++i, entry.createdAt().atOffset(ZoneOffset.UTC));
        insert.setString(++i, entry.eventType());
        insert.setString(++i, entry.topic());
        insert.setInt(++i, entry.partition());
        insert.setLong(++i, entry.offset());
        insert.setString(++i, entry.eventSource());
        insert.setString(++i, entry.eventId());
    }

    private static void setLong(PreparedStatement insert, int index, @Nullable Long value) throws SQLException {
        if (value == null) {
            insert.setNull(index, Types.BIGINT);
        } else {
            insert.setLong(index, value);
        }
    }
}
