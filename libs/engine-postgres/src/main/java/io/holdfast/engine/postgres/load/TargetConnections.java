package io.holdfast.engine.postgres.load;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.postgres.check.DataCheckRunner;
import io.holdfast.engine.postgres.jdbc.ConnectionFactory;
import io.holdfast.engine.postgres.jdbc.ConnectionPool;
import io.holdfast.engine.postgres.jdbc.Sql;
import io.holdfast.engine.support.InterruptWatcher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Connections to a database being restored: its owner's, the loaders', and those that ask what its data is like. */
final class TargetConnections implements AutoCloseable {
    private static final Duration LOOK = Duration.ofMillis(10);

    final ConnectionFactory owner;
    final ConnectionFactory rows;
    final LoaderSessionFactory loaderSessionFactory;
    private final ConnectionPool owners;
    private final ConnectionPool loaders;
    private final ConnectionPool checkers;

    TargetConnections(ConnectionFactory owner, ConnectionFactory rows, int jobs) {
        this.owner = owner;
        this.rows = rows;
        this.owners = new ConnectionPool(1, owner::open);
        this.loaderSessionFactory = new LoaderSessionFactory(rows);
        // each job may have a table of its own, and share the largest
        this.loaders = new ConnectionPool(2 * jobs, jobs, loaderSessionFactory::open);
        this.checkers = new ConnectionPool(1, () -> DataCheckRunner.open(rows));
    }

    /** Work on a connection. */
    @FunctionalInterface
    interface Work<T> {
        T with(Connection connection) throws SQLException, IOException;
    }

    /** Work on several. */
    @FunctionalInterface
    interface Together<T> {
        T with(List<Connection> connections) throws SQLException, IOException;
    }

    <T> T byOwner(String doing, Work<T> work) {
        return run(owners, doing, work);
    }

    <T> T byLoader(String doing, Work<T> work) {
        return run(loaders, doing, work);
    }

    <T> T byChecker(String doing, Work<T> work) {
        return run(checkers, doing, work);
    }

    void byOwner(String doing, List<String> statements) {
        if (statements.isEmpty()) {
            return;
        }
        byOwner(doing, connection -> {
            for (String statement : statements) {
                Sql.run(connection, statement);
            }
            return true;
        });
    }

    private <T> T run(ConnectionPool pool, String doing, Work<T> work) {
        try {
            return run(pool, pool.take(), work);
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

    @SuppressWarnings("try") // the watch is only there to be closed
    private static <T> T run(ConnectionPool pool, Connection connection, Work<T> work)
            throws SQLException, IOException {
        boolean done = false;
        try (InterruptWatcher.Watched watched = InterruptWatcher.watch(() -> ConnectionFactory.cancel(connection))) {
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
    }

    /** Work on a loader's connection and on others, up to so many as far as they are free; they end with it. */
    <T> T together(List<Connection> taken, int most, Together<T> work) throws SQLException, IOException {
        Connection next = taken.size() < most ? loaders.takeIfFree() : null;
        if (next == null) {
            return work.with(taken);
        }
        List<Connection> more = new ArrayList<>(taken);
        more.add(next);
        return run(loaders, next, connection -> together(more, most, work));
    }

    /** Before a program comes in with as many of its own as there are jobs. */
    void rest() {
        loaders.rest();
        byOwner("waiting for sessions to end", connection -> {
            long until = System.nanoTime() + ConnectionPool.LEAVING.toNanos();
            while (others(connection) && System.nanoTime() < until) {
                LockSupport.parkNanos(LOOK.toNanos());
            }
            return true;
        });
        owners.rest();
    }

    private boolean others(Connection connection) throws SQLException {
        return !stopped()
                && !Sql.strings(
                                connection,
                                "SELECT pid FROM pg_catalog.pg_stat_activity WHERE pid <> pg_catalog.pg_backend_pid() AND datname ="
                                        + " pg_catalog.current_database() AND application_name = "
                                        + Sql.literal(rows.applicationName))
                        .isEmpty();
    }

    boolean stopped() {
        return loaders.closed() || Thread.currentThread().isInterrupted();
    }

    private HoldfastException cancelled(String doing, Throwable cause) {
        return HoldfastException.of(FailureCode.CANCELLED, doing + " was cancelled", cause);
    }

    @Override
    public void close() {
        loaders.close();
        checkers.close();
        owners.close();
    }
}
