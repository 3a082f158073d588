package io.holdfast.backup.watch;

import io.holdfast.backup.alert.AlertBook;
import io.holdfast.backup.alert.AlertCondition;
import io.holdfast.backup.source.ProtectedSource;
import io.holdfast.backup.source.SourceRegistry;
import io.holdfast.contracts.AlertEvent;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Raises an alert while the newest backup of a source differs in size from those before. */
@ApplicationScoped
class SizeAlerts {
    static final String NAME = "size-anomaly";
    private static final int COMPARED = 20;

    private final SourceRegistry sources;
    private final AlertBook alerts;
    private final DataSource database;

    SizeAlerts(SourceRegistry sources, AlertBook alerts, DataSource database) {
        this.sources = sources;
        this.alerts = alerts;
        this.database = database;
    }

    private record Stored(UUID id, SizeAnomaly.Size size) {}

    void look() {
        for (ProtectedSource source : sources.all()) {
            String key = NAME + "/" + source.ref().name();
            List<Stored> newest = newest(source);
            Optional<String> finding = newest.isEmpty()
                    ? Optional.empty()
                    : SizeAnomaly.of(
                            newest.getFirst().size(),
                            newest.stream().skip(1).map(Stored::size).toList());
            finding.map(what -> condition(key, source, newest.getFirst().id(), what))
                    .ifPresentOrElse(alerts::raise, () -> alerts.resolve(key));
        }
    }

    private static AlertCondition condition(String key, ProtectedSource source, @Nullable UUID backup, String finding) {
        return new AlertCondition(
                key,
                NAME,
                AlertEvent.Severity.WARNING,
                source.ref(),
                "source \"" + source.ref().name() + "\": backup " + backup + " has " + finding
                        + "; check whether rows were deleted by mistake: holdfast show " + backup,
                null);
    }

    private List<Stored> newest(ProtectedSource source) {
        String sql = """
                select id, rows, bytes from backup
                where source_id = ? and state in ('STORED', 'PROVEN') and kind <> 'SAFETY'
                order by snapshot_at desc limit ?""";
        try (Connection connection = database.getConnection();
                var statement = connection.prepareStatement(sql)) {
            statement.setObject(1, source.ref().id().value());
            statement.setInt(2, COMPARED + 1);
            List<Stored> found = new ArrayList<>();
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(new Stored(
                            rows.getObject(1, UUID.class), new SizeAnomaly.Size(rows.getLong(2), rows.getLong(3))));
                }
            }
            return found;
        } catch (SQLException e) {
            throw HoldfastException.of(FailureCode.INTERNAL, "sizes cannot be read: " + e.getMessage(), e);
        }
    }
}
