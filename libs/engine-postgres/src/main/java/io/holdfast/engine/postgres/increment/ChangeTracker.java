package io.holdfast.engine.postgres.increment;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.increment.ChangeMark;
import io.holdfast.engine.increment.ChangeMark.Horizon;
import io.holdfast.engine.increment.ChangeMark.TableFile;
import io.holdfast.engine.increment.ChangesSince;
import io.holdfast.engine.model.TableDescriptor;
import io.holdfast.engine.postgres.increment.WalSummaryChain.Summary;
import io.holdfast.engine.postgres.jdbc.ConnectionFactory;
import io.holdfast.engine.postgres.jdbc.Sql;
import io.holdfast.engine.rows.TableReadRange;
import io.holdfast.engine.support.InterruptWatcher;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells which parts of a snapshot have the rows of an earlier snapshot, by the server's WAL summaries.
 *
 * <p>A block that no WAL record names has the same bytes, but not the same visible rows: a transaction that was open at the
 * earlier snapshot may have committed since. Therefore the WAL is examined from a {@link Horizon} on that is older than the
 * first write of every transaction that was open then: the horizon's transaction is not newer than the oldest open one.
 *
 * <p>A copy of a data directory has the same system identifier and timeline, and continues with other WAL at the same
 * positions. So a mark only counts on the same run of the server: everything is read once after each restart. A virtual machine
 * that was set back keeps its run: there, the earlier snapshot's checkpoint must be a boundary of the present summaries, and
 * the position and the transaction of the present horizon must be above all noted ones.
 */
public final class ChangeTracker {
    private static final Logger LOG = LoggerFactory.getLogger(ChangeTracker.class);

    /** With a backup each hour, transactions that are open for a day find a horizon. */
    private static final int HORIZONS = 32;

    private static final String SERVER = "SELECT pg_catalog.substr(pg_catalog.pg_walfile_name("
            + "pg_catalog.pg_current_wal_insert_lsn()), 1, 8), c.system_identifier || ' ' || d.oid || ' '"
            + " || extract(epoch FROM pg_catalog.pg_postmaster_start_time()) || ' ' || pg_catalog.version() FROM pg_catalog.pg_control_system() c, pg_catalog.pg_database d"
            + " WHERE d.datname = pg_catalog.current_database()";

    private final ConnectionFactory source;
    private final Noted now;

    /** Those of earlier snapshots in the same history of the server. */
    private List<Horizon> earlierHorizons = List.of();

    /** The end of the first summary after the snapshot, once it is there. */
    private OptionalLong checkpoint = OptionalLong.empty();

    private ChangeTracker(ConnectionFactory source, Noted now) {
        this.source = source;
        this.now = now;
    }

    /**
     * @param position the end of the WAL after the snapshot was taken
     * @param range blocks
     */
    private record Noted(
            Server server,
            String definitions,
            long oldest,
            int prepared,
            long position,
            Horizon horizon,
            long range,
            Map<String, TableFile> tables) {}

    private record Server(long timeline, String identity) {
        @Override
        public String toString() {
            return timeline + " " + identity;
        }
    }

    /**
     * Notes the state of the server in a snapshot's transaction, under its locks.
     *
     * @param horizon of {@link IncrementSupport#begin}, before the snapshot was taken
     * @param options the parts of the snapshot's plan begin and end at multiples of their range
     * @param definitions hashes by object, of the snapshot
     */
    public static ChangeTracker note(
            Connection leader,
            ConnectionFactory source,
            Horizon horizon,
            SnapshotOptions options,
            Collection<Long> tables,
            Map<String, String> definitions)
            throws SQLException {
        DefinitionHashes hashes = new DefinitionHashes(options.scope(), definitions);
        return Sql.one(
                leader,
                "SELECT pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())::text,"
                        + " (SELECT pg_catalog.count(*) FROM pg_catalog.pg_prepared_xacts p"
                        + " WHERE p.database = pg_catalog.current_database()), pg_catalog.pg_current_wal_insert_lsn()",
                row -> new ChangeTracker(
                        source,
                        new Noted(
                                server(leader),
                                hashes.ofOthers(),
                                Long.parseLong(Sql.text(row, 1)),
                                row.getInt(2),
                                WalPosition.parse(Sql.text(row, 3)),
                                horizon,
                                options.changeRange(),
                                TableFiles.read(leader, tables, definitions, hashes.ofAll()))));
    }

    private static Server server(Connection connection) throws SQLException {
        return Sql.one(connection, SERVER, row -> new Server(Long.parseLong(Sql.text(row, 1), 16), Sql.text(row, 2)));
    }

    /** See {@link io.holdfast.engine.Snapshot#changesSince}. */
    public synchronized ChangesSince since(ChangeMark earlier) {
        return ask(reader -> compare(earlier, reader), ChangesSince::unknown);
    }

    /** See {@link io.holdfast.engine.Snapshot#mark}. */
    public synchronized Optional<ChangeMark> mark() {
        if (checkpoint.isEmpty()) {
            checkpoint =
                    ask(reader -> reader.reaching(now.position).endAfter(now.position), doubt -> OptionalLong.empty());
        }
        return checkpoint.isEmpty() ? Optional.empty() : Optional.of(mark(checkpoint.getAsLong()));
    }

    private ChangeMark mark(long checkpoint) {
        List<Horizon> horizons = Stream.concat(Stream.of(now.horizon), earlierHorizons.stream())
                .sorted(Comparator.comparingLong(Horizon::position).reversed())
                .distinct()
                .limit(HORIZONS)
                .toList();
        return new ChangeMark(
                ChangeMark.FORMAT,
                now.server.toString(),
                now.definitions,
                now.oldest,
                now.prepared,
                checkpoint,
                horizons,
                now.tables);
    }

    private ChangesSince compare(ChangeMark earlier, WalSummaryReader reader)
            throws SQLException, InterruptedException {
        if (earlier.format() != ChangeMark.FORMAT) {
            return ChangesSince.unknown("another version of Holdfast noted the state of the server");
        }
        if (!earlier.server().equals(now.server.toString())) {
            return ChangesSince.unknown(
                    "the server, its timeline, its version or the database is another, or the server was restarted");
        }
        if (!now.horizon.isAfterAll(earlier.horizons())) {
            return ChangesSince.unknown("the server was set back behind the earlier backup");
        }
        WalSummaryChain chain = reader.reaching(now.position);
        checkpoint = chain.endAfter(now.position);
        if (checkpoint.isEmpty()) {
            return ChangesSince.unknown("the server did not summarize its WAL in time");
        }
        List<Summary> since = chain.covering(earlier.checkpoint() - 1, now.position);
        if (since.stream().noneMatch(summary -> summary.end() == earlier.checkpoint())) {
            return ChangesSince.unknown("the WAL summaries do not continue those of the earlier backup");
        }
        earlierHorizons = earlier.horizons();
        if (!earlier.definitions().equals(now.definitions)) {
            return ChangesSince.unknown("definitions or the scope changed");
        }
        if (earlier.preparedTransactions() > 0 || now.prepared > 0) {
            return ChangesSince.unknown("there are prepared transactions");
        }
        OptionalLong from = earlier.horizons().stream()
                .filter(horizon -> horizon.transaction() <= earlier.oldestTransaction())
                .mapToLong(Horizon::position)
                .max();
        if (from.isEmpty()) {
            return ChangesSince.unknown(
                    "a transaction was open at the earlier backup that began before all noted WAL positions");
        }
        List<Summary> all = chain.covering(Math.min(from.getAsLong(), earlier.checkpoint() - 1), now.position);
        if (all.isEmpty()) {
            return ChangesSince.unknown("the server has removed WAL summaries that are needed");
        }
        ChangedBlocks changed = reader.changed(all, now.range);
        return ChangesSince.known(part -> unchanged(part, earlier, changed));
    }

    private boolean unchanged(TableReadRange part, ChangeMark earlier, ChangedBlocks changed) {
        TableDescriptor table = part.table();
        String name = part.relation().sql();
        TableFile file = now.tables.get(name);
        return (table.kind() == TableDescriptor.Kind.TABLE || table.kind() == TableDescriptor.Kind.PARTITION)
                && !table.columns().isEmpty()
                && file != null
                && file.equals(earlier.tables().get(name))
                && !changed.touch(file.file(), part.blocks());
    }

    @FunctionalInterface
    private interface Question<T> {
        T ask(WalSummaryReader reader) throws SQLException, InterruptedException;
    }

    /** On a connection of its own, because the leader's is in the snapshot's transaction. */
    @SuppressWarnings("try") // the watch is only there to be closed
    private <T> T ask(Question<T> question, Function<String, T> doubt) {
        Connection connection = null;
        try {
            Connection opened = source.open();
            connection = opened;
            try (InterruptWatcher.Watched watched = InterruptWatcher.watch(() -> ConnectionFactory.cancel(opened))) {
                if (!server(opened).equals(now.server)) {
                    return doubt.apply("connections reach different servers");
                }
                return question.ask(new WalSummaryReader(opened, now.server.timeline));
            }
        } catch (SQLException | HoldfastException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw cancelled(e);
            }
            LOG.warn("the WAL summaries of {} cannot be read: {}", source.address.shown(), e.getMessage());
            return doubt.apply("the WAL summaries could not be read: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw cancelled(e);
        } finally {
            if (connection != null) {
                ConnectionFactory.close(connection);
            }
        }
    }

    private HoldfastException cancelled(Exception cause) {
        return HoldfastException.of(
                FailureCode.CANCELLED, "reading WAL summaries of " + source.address.shown() + " was cancelled", cause);
    }
}
