package io.holdfast.engine.postgres;

import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.engine.CancelWatch;
import io.holdfast.engine.DatabaseShape;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.LoadResult;
import io.holdfast.engine.QualifiedName;
import io.holdfast.engine.RowSource;
import io.holdfast.engine.SequenceShape;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.TableShape;
import io.holdfast.engine.TargetDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

/** A database being restored: the schema by its owner, everything that touches rows by the loader. */
final class PostgresTargetDatabase implements TargetDatabase {
    private static final int SEQUENCES_AT_ONCE = 500;

    private final Connections owner;
    private final Connections rows;
    private final LoadOptions options;
    private final Tools tools;
    private final SchemaLoader schema;
    private final Readers owners;
    private final Readers loaders;

    /** Leaves that refused their rows. They wait until no leaf is emptied for its own rows any more. */
    private final Queue<Deferred> deferred = new ConcurrentLinkedQueue<>();

    private record Deferred(TableShape table, QualifiedName root, long rows, RowSource source) {}

    PostgresTargetDatabase(Connections owner, Connections rows, LoadOptions options, Tools tools, int serverMajor) {
        this.owner = owner;
        this.rows = rows;
        this.options = options;
        this.tools = tools;
        this.schema = new SchemaLoader(tools.program("pg_restore", serverMajor), owner, options);
        this.owners = new Readers(1, owner::open);
        this.loaders = new Readers(options.jobs(), () -> openLoader(rows));
    }

    private static Connection openLoader(Connections rows) throws SQLException {
        Connection connection = rows.open();
        Sql.run(connection, "SET synchronous_commit = off");
        return connection;
    }

    /** Work on a connection of a pool. */
    @FunctionalInterface
    private interface Work<T> {
        T with(Connection connection) throws SQLException, IOException;
    }

    @SuppressWarnings("try") // the watch is only there to be closed
    private <T> T run(Readers pool, String doing, Work<T> work) {
        try {
            Connection connection = pool.take();
            boolean done = false;
            try (CancelWatch.Watched watched = CancelWatch.watch(() -> Connections.cancel(connection))) {
                T result = work.with(connection);
                done = true;
                return result;
            } finally {
                if (done) {
                    pool.done(connection);
                } else {
                    pool.broken(connection);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw cancelled(doing, e);
        } catch (SQLException e) {
            throw stopped() ? cancelled(doing, e) : rows.failure(doing, null, e);
        } catch (IOException e) {
            if (stopped()) {
                throw cancelled(doing, e);
            }
            throw new UncheckedIOException(e);
        }
    }

    private boolean stopped() {
        return loaders.closed() || Thread.currentThread().isInterrupted();
    }

    private Failure cancelled(String doing, Throwable cause) {
        return Failure.of(FailureCode.CANCELLED, doing + " was cancelled", cause);
    }

    @Override
    public void preData(Path schemaDump) {
        restore(schemaDump, "pre-data", 1);
    }

    /** Where roles are stand-ins without rights, those that must be superusers to own something are so for the moment. */
    private void restore(Path dump, String section, int jobs) {
        boolean standIns = options.owners() && !owner.address.user().equals(rows.address.user());
        Set<String> raised = standIns ? schema.privilegedOwners(dump, section) : Set.of();
        raise(raised, "SUPERUSER");
        try {
            schema.load(dump, section, jobs);
        } finally {
            raise(raised, "NOSUPERUSER");
        }
    }

    private void raise(Set<String> roles, String attribute) {
        if (!roles.isEmpty()) {
            run(owners, "preparing roles", connection -> {
                for (String role : roles) {
                    Sql.run(connection, "ALTER ROLE " + QualifiedName.quote(role) + " " + attribute);
                }
                return true;
            });
        }
    }

    @Override
    public LoadResult load(TableShape table, long expected, RowSource source) {
        return run(loaders, "loading " + table.name(), connection -> {
            QualifiedName root = table.root();
            try {
                return new LoadResult(TableLoader.replace(connection, table, expected, source), false);
            } catch (SQLException e) {
                if (root == null || !TableLoader.refusedByPartition(e)) {
                    throw e;
                }
                Sql.run(connection, "ROLLBACK");
                deferred.add(new Deferred(table, root, expected, source));
                return new LoadResult(expected, true);
            }
        });
    }

    @Override
    public void postData(Path schemaDump) {
        for (Deferred leaf = deferred.poll(); leaf != null; leaf = deferred.poll()) {
            Deferred late = leaf;
            run(
                    loaders,
                    "loading " + late.table.name() + " through " + late.root,
                    connection -> TableLoader.throughRoot(connection, late.table, late.root, late.rows, late.source));
        }
        restore(schemaDump, "post-data", options.jobs());
    }

    @Override
    public void sequences(List<SequenceShape> sequences) {
        run(loaders, "setting sequences", connection -> {
            for (int from = 0; from < sequences.size(); from += SEQUENCES_AT_ONCE) {
                Sql.run(
                        connection,
                        sequences.subList(from, Math.min(sequences.size(), from + SEQUENCES_AT_ONCE)).stream()
                                .map(sequence -> "pg_catalog.setval("
                                        + Sql.literal(sequence.name().sql()) + ", " + sequence.lastValue() + ", "
                                        + sequence.called() + ")")
                                .collect(Collectors.joining(", ", "SELECT ", "")));
            }
            return true;
        });
    }

    @Override
    public void refresh(List<QualifiedName> views) {
        for (QualifiedName view : views) {
            run(loaders, "filling materialized view " + view, connection -> {
                Sql.run(connection, "REFRESH MATERIALIZED VIEW " + view.sql());
                return true;
            });
        }
    }

    @Override
    public void analyze() {
        run(loaders, "analyzing " + rows.address.shown(), connection -> {
            Sql.run(connection, "SET client_min_messages = error");
            Sql.run(connection, "ANALYZE");
            return true;
        });
    }

    @Override
    public void properties(DatabaseShape shape) {
        run(owners, "setting properties of " + owner.address.shown(), connection -> {
            for (String statement : DatabaseProperties.statements(owner.address.database(), shape, options)) {
                Sql.run(connection, statement);
            }
            return true;
        });
    }

    @Override
    public Snapshot snapshot(SnapshotOptions how) {
        Connections reading = new Connections(rows.address, rows.password, how.applicationName(), Side.TARGET);
        return SnapshotOpening.open(reading, owner, tools, how, new Leader.Phases() {});
    }

    @Override
    public void close() {
        loaders.close();
        owners.close();
        schema.cancel();
    }
}
