package io.holdfast.backup.vault;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.holdfast.contracts.SourceId;
import io.holdfast.vault.gc.SweepReport;
import io.holdfast.vault.status.VaultUsage;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** What the last sweep of each source did. */
@ApplicationScoped
class SweepHistory {
    private static final String WRITE = """
            insert into sweep (source_id, swept_at, chunks, stored_bytes, obstacles, vault_objects, vault_bytes)
            values (?, ?, ?, ?, ?, ?, ?)
            on conflict (source_id) do update
            set swept_at = excluded.swept_at, chunks = excluded.chunks, stored_bytes = excluded.stored_bytes,
                obstacles = excluded.obstacles, vault_objects = excluded.vault_objects,
                vault_bytes = excluded.vault_bytes""";
    private static final String READ =
            "select source_id, swept_at, chunks, stored_bytes, obstacles, vault_objects, vault_bytes from sweep order by"
                    + " source_id";

    private final DataSource database;
    private final InstantSource clock;

    SweepHistory(DataSource database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * One sweep.
     *
     * @param chunks removed ones
     * @param storedBytes of the removed chunks
     * @param obstacles why nothing was removed; empty if all went well
     * @param vaultObjects all objects of the source after the sweep, as listed; absent before its first sweep
     * @param vaultBytes of these objects
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record Last(
            SourceId source,
            Instant sweptAt,
            int chunks,
            long storedBytes,
            List<String> obstacles,
            @Nullable Long vaultObjects,
            @Nullable Long vaultBytes) {}

    void done(SweepReport report, VaultUsage usage) {
        try (Connection connection = database.getConnection();
                PreparedStatement write = connection.prepareStatement(WRITE)) {
            write.setObject(1, report.source().value());
            write.setTimestamp(2, Timestamp.from(clock.instant()));
            write.setInt(3, report.chunks());
            write.setLong(4, report.storedBytes());
            write.setArray(
                    5, connection.createArrayOf("text", report.obstacles().toArray()));
            write.setLong(6, usage.objects());
            write.setLong(7, usage.bytes());
            write.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException("cannot record a sweep: " + e.getMessage(), e);
        }
    }

    List<Last> all() {
        List<Last> all = new ArrayList<>();
        try (Connection connection = database.getConnection();
                PreparedStatement read = connection.prepareStatement(READ);
                ResultSet row = read.executeQuery()) {
            while (row.next()) {
                all.add(new Last(
                        new SourceId(row.getObject(1, UUID.class)),
                        row.getTimestamp(2).toInstant(),
                        row.getInt(3),
                        row.getLong(4),
                        List.of((String[]) row.getArray(5).getArray()),
                        row.getObject(6, Long.class),
                        row.getObject(7, Long.class)));
            }
        } catch (SQLException e) {
            throw new IllegalStateException("cannot tell what was swept: " + e.getMessage(), e);
        }
        return all;
    }
}
