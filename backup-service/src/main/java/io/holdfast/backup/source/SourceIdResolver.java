package io.holdfast.backup.source;

import io.holdfast.config.SourceConfig;
import io.holdfast.contracts.BackupEvent;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import io.holdfast.contracts.Topic;
import io.holdfast.eventing.cloudevents.OutboxEvent;
import io.holdfast.eventing.outbox.Outbox;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Which id a source has: the one the configuration says; else the one that the catalog has for its name; else, if the
 * catalog was lost, the one that the vault has for its name; else a new one. Replicas that start at once agree on one.
 *
 * <p>A vault that does not answer at once is not waited for, and the source gets a new id then: its older backups stay in
 * the vault under the former one. {@code id} in the configuration brings the two together again.
 */
@ApplicationScoped
class SourceIdResolver {
    private final DataSource database;
    private final VaultSourceLookup remembered;
    private final Outbox outbox;
    private final InstantSource clock;

    SourceIdResolver(DataSource database, VaultSourceLookup remembered, Outbox outbox, InstantSource clock) {
        this.database = database;
        this.remembered = remembered;
        this.outbox = outbox;
        this.clock = clock;
    }

    SourceId of(String name, SourceConfig config) {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            SourceId id = identify(connection, name, config);
            connection.commit();
            return id;
        } catch (SQLException e) {
            throw HoldfastException.of(
                    FailureCode.INTERNAL, "cannot record source \"" + name + "\": " + e.getMessage(), e);
        }
    }

    private SourceId identify(Connection connection, String name, SourceConfig config) throws SQLException {
        Optional<UUID> recorded = idOf(connection, name);
        Optional<UUID> wanted = config.id();
        if (recorded.isPresent() && wanted.isPresent() && !recorded.equals(wanted)) {
            throw taken(name, recorded.get(), wanted.get());
        }
        if (recorded.isPresent()) {
            return new SourceId(recorded.get());
        }
        Optional<String> former = wanted.isPresent() ? nameOf(connection, wanted.get()) : Optional.empty();
        return former.isPresent()
                ? renamed(connection, wanted.get(), former.get(), name)
                : added(connection, name, config);
    }

    private static HoldfastException taken(String name, UUID recorded, UUID wanted) {
        return HoldfastException.about(
                name,
                FailureCode.CONFIG_INVALID,
                "source \"" + name + "\" has the id " + recorded + ", and holdfast.yaml says " + wanted
                        + "; correct the id there, or give the source another name");
    }

    private SourceId added(Connection connection, String name, SourceConfig config) throws SQLException {
        UUID id = config.id().isPresent() ? config.id().get() : unused(connection, name);
        if (insert(connection, id, name, config)) {
            tell(connection, new SourceRef(new SourceId(id), name), null);
            return new SourceId(id);
        }
        return new SourceId(idOf(connection, name).orElseThrow()); // another replica was faster
    }

    private UUID unused(Connection connection, String name) throws SQLException {
        Optional<SourceId> known = remembered.idOf(name);
        return known.isPresent() && nameOf(connection, known.get().value()).isEmpty()
                ? known.get().value()
                : SourceId.next(clock).value();
    }

    private boolean insert(Connection connection, UUID id, String name, SourceConfig config) throws SQLException {
        try (var statement =
                connection.prepareStatement("insert into source (id, name, engine, environment, created_at)"
                        + " values (?, ?, ?, ?, ?) on conflict (name) do nothing")) {
            statement.setObject(1, id);
            statement.setString(2, name);
            statement.setString(3, config.engine().name().toLowerCase(Locale.ROOT));
            statement.setString(4, config.environment().orElse(null));
            statement.setTimestamp(5, Timestamp.from(clock.instant()));
            return statement.executeUpdate() == 1;
        }
    }

    private SourceId renamed(Connection connection, UUID id, String former, String name) throws SQLException {
        try (var statement = connection.prepareStatement("update source set name = ? where id = ? and name = ?")) {
            statement.setString(1, name);
            statement.setObject(2, id);
            statement.setString(3, former);
            if (statement.executeUpdate() == 1) { // else another replica was faster, and has told of it
                tell(connection, new SourceRef(new SourceId(id), name), former);
            }
        }
        return new SourceId(id);
    }

    private void tell(Connection connection, SourceRef source, @Nullable String former) throws SQLException {
        var event = new BackupEvent.SourceChanged(source, former, clock.instant());
        // with the time, because a source may get back a name that it had
        String id = source.id() + ":" + source.name() + ":" + clock.instant().toEpochMilli();
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

    private static Optional<String> nameOf(Connection connection, UUID id) throws SQLException {
        try (var statement = connection.prepareStatement("select name from source where id = ?")) {
            statement.setObject(1, id);
            try (var rows = statement.executeQuery()) {
                return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
            }
        }
    }

    private static Optional<UUID> idOf(Connection connection, String name) throws SQLException {
        try (var statement = connection.prepareStatement("select id from source where name = ?")) {
            statement.setString(1, name);
            try (var rows = statement.executeQuery()) {
                return rows.next() ? Optional.of(rows.getObject(1, UUID.class)) : Optional.empty();
            }
        }
    }
}
