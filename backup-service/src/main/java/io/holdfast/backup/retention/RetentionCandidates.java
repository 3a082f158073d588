package io.holdfast.backup.retention;

import io.holdfast.backup.catalog.BackupState;
import io.holdfast.backup.retention.plan.RetentionCandidate;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.BackupKind;
import io.holdfast.contracts.SourceId;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The backups of the catalog that have data in the vault. Calls block. */
@ApplicationScoped
class RetentionCandidates {
    private static final String READ = """
            select b.id, coalesce(b.snapshot_at, b.requested_at), b.state, b.kind, b.labels, b.unproven_at,
                   case when b.held_at is not null then coalesce(b.held_by, 'somebody') end,
                   (select r.kind || ' ' || r.id from backup_reader r
                    where r.backup_id = b.id and r.expires_at > ? order by r.started_at desc limit 1),
                   b.stored_bytes
            from backup b where b.source_id = ? and b.state in ('STORED', 'PROVEN', 'UNPROVEN')""";

    private final DataSource database;

    RetentionCandidates(DataSource database) {
        this.database = database;
    }

    List<RetentionCandidate> of(SourceId source, Instant now) {
        try (Connection connection = database.getConnection();
                var read = connection.prepareStatement(READ)) {
            read.setTimestamp(1, Timestamp.from(now));
            read.setObject(2, source.value());
            try (ResultSet row = read.executeQuery()) {
                List<RetentionCandidate> found = new ArrayList<>();
                while (row.next()) {
                    found.add(candidate(row));
                }
                return found;
            }
        } catch (SQLException e) {
            throw new IllegalStateException("cannot read the backups of a source: " + e.getMessage(), e);
        }
    }

    private static RetentionCandidate candidate(ResultSet row) throws SQLException {
        String reader = row.getString(8);
        return new RetentionCandidate(
                new BackupId(row.getObject(1, UUID.class)),
                row.getTimestamp(2).toInstant(),
                BackupState.valueOf(row.getString(3)),
                BackupKind.valueOf(row.getString(4)),
                List.of((String[]) row.getArray(5).getArray()),
                instant(row.getTimestamp(6)),
                row.getString(7),
                reader == null ? null : reader.toLowerCase(Locale.ROOT),
                row.getLong(9));
    }

    private static @Nullable Instant instant(@Nullable Timestamp timestamp) {
        return timestamp == null ? null : timestamp.toInstant();
    }
}
