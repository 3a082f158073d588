package io.holdfast.backup.watch;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The recovery points of all sources, read from the catalog. Safety backups are none: they may be partial. Blocks. */
@ApplicationScoped
public class RecoveryPointTable {
    private final DataSource database;

    RecoveryPointTable(DataSource database) {
        this.database = database;
    }

    public Map<SourceId, RecoveryPoint> all() {
        String sql = """
                select source_id, max(snapshot_at), max(snapshot_at) filter (where state = 'PROVEN'),
                    max(verified_at) filter (where state = 'PROVEN')
                from backup where state in ('STORED', 'PROVEN') and kind <> 'SAFETY' group by source_id""";
        try (Connection connection = database.getConnection();
                var statement = connection.prepareStatement(sql);
                ResultSet rows = statement.executeQuery()) {
            Map<SourceId, RecoveryPoint> found = new LinkedHashMap<>();
            while (rows.next()) {
                SourceId source = new SourceId(rows.getObject(1, UUID.class));
                found.put(
                        source,
                        new RecoveryPoint(
                                source,
                                instant(rows.getTimestamp(2)),
                                instant(rows.getTimestamp(3)),
                                instant(rows.getTimestamp(4))));
            }
            return found;
        } catch (SQLException e) {
            throw HoldfastException.of(FailureCode.INTERNAL, "recovery points cannot be read: " + e.getMessage(), e);
        }
    }

    private static @Nullable Instant instant(@Nullable Timestamp timestamp) {
        return timestamp == null ? null : timestamp.toInstant();
    }
}
