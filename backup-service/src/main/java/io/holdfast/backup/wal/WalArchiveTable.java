package io.holdfast.backup.wal;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import io.holdfast.engine.postgres.WalServer;
import io.holdfast.wal.RecoveryProof;
import io.holdfast.wal.WalArchiver;
import io.holdfast.wal.WalWindows;
import io.holdfast.wal.Window;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The state of each archive, for metrics, alerts and REST. Calls block. */
@ApplicationScoped
class WalArchiveTable {
    private final DataSource database;

    WalArchiveTable(DataSource database) {
        this.database = database;
    }

    private interface Binding {
        void bind(PreparedStatement statement) throws SQLException;
    }

    /** Remembers the slot before it is created, so that it is dropped when the archive is switched off. */
    void begun(SourceRef source, String slot, String system) {
        update(
                "insert into wal_archive (source_id, source_name, slot, system_id) values (?, ?, ?, ?)"
                        + " on conflict (source_id) do update set source_name = excluded.source_name,"
                        + " slot = excluded.slot, system_id = excluded.system_id",
                statement -> {
                    statement.setObject(1, source.id().value());
                    statement.setString(2, source.name());
                    statement.setString(3, slot);
                    statement.setString(4, system);
                });
    }

    void archived(SourceId source, WalArchiver.Status status) {
        update(
                "update wal_archive set shipped_lsn = coalesce(?, shipped_lsn), shipped_at = coalesce(?, shipped_at),"
                        + " spool_bytes = ?, failure = ? where source_id = ?",
                statement -> {
                    statement.setString(
                            1,
                            status.shipped() == null ? null : status.shipped().toString());
                    statement.setTimestamp(2, timestamp(status.shippedAt()));
                    statement.setLong(3, status.spoolBytes());
                    statement.setString(
                            4,
                            status.failure() == null ? null : status.failure().message());
                    statement.setObject(5, source.value());
                });
    }

    /** Records why the archiver could not start or ended. */
    void failed(SourceId source, String failure) {
        update("update wal_archive set failure = ? where source_id = ?", statement -> {
            statement.setString(1, failure);
            statement.setObject(2, source.value());
        });
    }

    void slot(SourceId source, WalServer.Slot slot, boolean keepLimited) {
        update(
                "update wal_archive set slot_lag = ?, slot_safe = ?, keep_limited = ? where source_id = ?",
                statement -> {
                    statement.setLong(1, slot.lagBytes());
                    statement.setObject(2, slot.safeBytes());
                    statement.setBoolean(3, keepLimited);
                    statement.setObject(4, source.value());
                });
    }

    void windows(SourceId source, WalWindows found, boolean current, Instant now) {
        Window newest = found.windows().isEmpty() ? null : found.windows().getLast();
        int holes = found.holes().size();
        update(
                "update wal_archive set window_from = ?, window_to = ?, current = ?, holes = ?,"
                        + " gap_at = case when ? > holes then ? else gap_at end where source_id = ?",
                statement -> {
                    statement.setTimestamp(1, timestamp(newest == null ? null : newest.from()));
                    statement.setTimestamp(2, timestamp(newest == null ? null : newest.to()));
                    statement.setBoolean(3, current);
                    statement.setInt(4, holes);
                    statement.setInt(5, holes);
                    statement.setTimestamp(6, timestamp(now));
                    statement.setObject(7, source.value());
                });
    }

    void base(SourceId source, @Nullable String failure) {
        update("update wal_archive set base_failure = ? where source_id = ?", statement -> {
            statement.setString(1, failure);
            statement.setObject(2, source.value());
        });
    }

    /** Records what the proofs in the vault say, the oldest first. */
    void proofs(SourceId source, List<RecoveryProof> proofs) {
        Instant proven = proofs.stream()
                .filter(proof -> proof.outcome() == RecoveryProof.Outcome.PROVEN)
                .map(RecoveryProof::at)
                .max(Comparator.naturalOrder())
                .orElse(null);
        RecoveryProof failed = proofs.stream()
                .filter(proof -> proof.outcome() != RecoveryProof.Outcome.PROVEN)
                .max(Comparator.comparing((RecoveryProof proof) -> proof.outcome() == RecoveryProof.Outcome.FAILED)
                        .thenComparing(RecoveryProof::at))
                .orElse(null);
        update(
                "update wal_archive set proven_at = ?, proof_failure = ?, proof_fault = ? where source_id = ?",
                statement -> {
                    statement.setTimestamp(1, timestamp(proven));
                    statement.setString(2, failed == null ? null : point(failed) + ": " + failed.reason());
                    statement.setBoolean(3, failed != null && failed.outcome() == RecoveryProof.Outcome.FAILED);
                    statement.setObject(4, source.value());
                });
    }

    private static String point(RecoveryProof proof) {
        return proof.instant() == null ? "base backup " + proof.base() : "instant " + proof.instant();
    }

    void forget(SourceId source) {
        update("delete from wal_archive where source_id = ?", statement -> statement.setObject(1, source.value()));
    }

    Optional<WalArchiveRow> of(SourceId source) {
        return all().stream().filter(row -> row.source().equals(source)).findFirst();
    }

    List<WalArchiveRow> all() {
        try (Connection connection = database.getConnection();
                var statement = connection.prepareStatement("select * from wal_archive order by source_name");
                ResultSet rows = statement.executeQuery()) {
            List<WalArchiveRow> found = new ArrayList<>();
            while (rows.next()) {
                found.add(row(rows));
            }
            return found;
        } catch (SQLException e) {
            throw unusable(e);
        }
    }

    private static WalArchiveRow row(ResultSet row) throws SQLException {
        long safe = row.getLong("slot_safe");
        Long limit = row.wasNull() ? null : safe;
        return new WalArchiveRow(
                new SourceId(row.getObject("source_id", UUID.class)),
                row.getString("source_name"),
                row.getString("slot"),
                row.getString("system_id"),
                row.getTimestamp("since").toInstant(),
                row.getString("shipped_lsn"),
                instant(row.getTimestamp("shipped_at")),
                row.getLong("spool_bytes"),
                row.getString("failure"),
                row.getLong("slot_lag"),
                limit,
                row.getBoolean("keep_limited"),
                instant(row.getTimestamp("window_from")),
                instant(row.getTimestamp("window_to")),
                row.getInt("holes"),
                row.getBoolean("current"),
                instant(row.getTimestamp("gap_at")),
                row.getString("base_failure"),
                instant(row.getTimestamp("proven_at")),
                row.getString("proof_failure"),
                row.getBoolean("proof_fault"));
    }

    private void update(String sql, Binding binding) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            binding.bind(statement);
            statement.executeUpdate();
        } catch (SQLException e) {
            throw unusable(e);
        }
    }

    private static HoldfastException unusable(SQLException e) {
        return HoldfastException.of(
                FailureCode.INTERNAL, "the state of the WAL archives cannot be used: " + e.getMessage(), e);
    }

    private static @Nullable Timestamp timestamp(@Nullable Instant instant) {
        return instant == null ? null : Timestamp.from(instant);
    }

    private static @Nullable Instant instant(@Nullable Timestamp timestamp) {
        return timestamp == null ? null : timestamp.toInstant();
    }
}
