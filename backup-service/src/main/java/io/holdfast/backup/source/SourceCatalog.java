package io.holdfast.backup.source;

import io.holdfast.config.SourceConfig;
import io.holdfast.contracts.BackupEvent;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceEvent;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.Topic;
import io.holdfast.eventing.cloudevents.OutboxEvent;
import io.holdfast.eventing.outbox.Outbox;
import io.holdfast.eventing.runtime.JdbcTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * Brings the catalog's sources in line with the configuration, in one transaction, and publishes what changed. Replicas
 * take turns, so that each change is published once.
 *
 * <p>A new source has the id of the configuration; else, if the catalog was lost, the one that the vault has for its name;
 * else a new one. A vault that does not answer at once is not waited for, and the source gets a new id then: its older
 * backups stay in the vault under the former one. {@code id} in the configuration brings the two together again.
 */
@ApplicationScoped
class SourceCatalog {
    private final DataSource database;
    private final VaultSourceLookup remembered;
    private final Outbox outbox;
    private final InstantSource clock;

    SourceCatalog(DataSource database, VaultSourceLookup remembered, Outbox outbox, InstantSource clock) {
        this.database = database;
        this.remembered = remembered;
        this.outbox = outbox;
        this.clock = clock;
    }

    /** The sources after {@link #align}. */
    record Aligned(Map<String, SourceId> configured, List<RetiredSource> retired) {}

    /**
     * Adds, renames, updates, retires and takes back sources.
     *
     * @throws HoldfastException CONFIG_INVALID as {@link SourcePlan#of}, INTERNAL if the database fails
     */
    Aligned align(Map<String, SourceConfig> configured) {
        try {
            return JdbcTransaction.run(database, connection -> {
                SourceTable table = SourceTable.locked(connection);
                apply(connection, table, SourcePlan.of(table.rows(), configured), configured);
                return aligned(table.rows());
            });
        } catch (SQLException e) {
            throw HoldfastException.of(FailureCode.INTERNAL, "cannot record the sources: " + e.getMessage(), e);
        }
    }

    /** Looks sources up and changes nothing: those that are configured and in the catalog, and not retired there. */
    Aligned lookUp(Map<String, SourceConfig> configured) {
        try {
            return JdbcTransaction.run(database, connection -> {
                List<SourceRow> rows = new SourceTable(connection).rows();
                Map<String, SourceId> known = new TreeMap<>();
                SourcePlan.of(rows, configured).known().forEach((name, row) -> {
                    if (!row.isRetired()) {
                        known.put(name, new SourceId(row.id()));
                    }
                });
                return new Aligned(known, aligned(rows).retired());
            });
        } catch (SQLException e) {
            throw HoldfastException.of(FailureCode.INTERNAL, "cannot read the sources: " + e.getMessage(), e);
        }
    }

    /** When the source was retired; empty if it is configured, or unknown. */
    Optional<Instant> retiredAt(SourceId source) {
        try {
            return JdbcTransaction.run(
                    database,
                    connection -> new SourceTable(connection)
                            .rows().stream()
                                    .filter(row -> row.id().equals(source.value()) && row.isRetired())
                                    .map(row -> row.retired().retiredAt())
                                    .findFirst());
        } catch (SQLException e) {
            throw HoldfastException.of(FailureCode.INTERNAL, "cannot read the sources: " + e.getMessage(), e);
        }
    }

    private void apply(Connection connection, SourceTable table, SourcePlan plan, Map<String, SourceConfig> configured)
            throws SQLException {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        for (SourceRow row : plan.left()) {
            if (!row.isRetired()) {
                table.retire(row, now);
                publish(connection, row, "retired", new SourceEvent.Retired(row.ref(), now));
            }
        }
        for (var entry : plan.known().entrySet()) {
            if (!entry.getValue().name().equals(entry.getKey())) {
                table.freeName(entry.getValue()); // two sources may swap their names
            }
        }
        for (var entry : plan.known().entrySet()) {
            SourceRow row = entry.getValue();
            SourceRow wanted = SourceRow.of(row.id(), entry.getKey(), config(configured, entry.getKey()));
            if (!row.equals(wanted)) {
                table.update(wanted);
                changed(connection, row, wanted, now);
            }
        }
        for (String name : plan.added()) {
            SourceConfig config = config(configured, name);
            SourceRow row = SourceRow.of(idOf(table, name, config), name, config);
            table.insert(row, now);
            publish(connection, row, name, new BackupEvent.SourceChanged(row.ref(), null, now));
        }
    }

    private static SourceConfig config(Map<String, SourceConfig> configured, String name) {
        SourceConfig config = configured.get(name);
        if (config == null) {
            throw new IllegalStateException("the plan has a source that is not configured: " + name);
        }
        return config;
    }

    /** Publishes another name, and the return of a retired source; engine and environment are in the events of backups. */
    private void changed(Connection connection, SourceRow before, SourceRow after, Instant now) throws SQLException {
        String former = before.name().equals(after.name()) ? null : before.name();
        if (former != null || before.isRetired()) {
            publish(connection, after, after.name(), new BackupEvent.SourceChanged(after.ref(), former, now));
        }
    }

    private UUID idOf(SourceTable table, String name, SourceConfig config) throws SQLException {
        if (config.id().isPresent()) {
            return config.id().get();
        }
        Optional<UUID> known = remembered.idOf(name).map(SourceId::value);
        return known.isPresent() && !table.has(known.get())
                ? known.get()
                : SourceId.next(clock).value();
    }

    /** @param what happened; with the time, because it may happen again */
    private void publish(Connection connection, SourceRow source, String what, BackupEvent event) throws SQLException {
        String id = source.id() + ":" + what + ":" + clock.instant().toEpochMilli();
        outbox.publish(
                connection,
                new OutboxEvent(
                        Topic.BACKUP_EVENTS,
                        event,
                        id,
                        source.name(),
                        null,
                        null,
                        source.id().toString()));
    }

    private static Aligned aligned(List<SourceRow> rows) {
        Map<String, SourceId> configured = new TreeMap<>();
        rows.stream()
                .filter(row -> !row.isRetired())
                .forEach(row -> configured.put(row.name(), new SourceId(row.id())));
        return new Aligned(
                configured,
                rows.stream()
                        .filter(SourceRow::isRetired)
                        .map(SourceRow::retired)
                        .toList());
    }
}
