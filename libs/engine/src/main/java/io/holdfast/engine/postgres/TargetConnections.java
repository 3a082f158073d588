package io.holdfast.engine.postgres;

import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.engine.CancelWatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Connections to a database being restored: its owner's, the loaders', and those that ask what its data is like. */
final class TargetConnections implements AutoCloseable {
    final Connections owner;
    final Connections rows;
    final Filling filling;
    private final Readers owners;
    private final Readers loaders;
    private final Readers checkers;

    TargetConnections(Connections owner, Connections rows, int jobs) {
        this.owner = owner;
        this.rows = rows;
        this.owners = new Readers(1, owner::open);
        this.filling = new Filling(rows);
        this.loaders = new Readers(jobs, filling::open);
        this.checkers = new Readers(1, () -> DataChecks.open(rows));
    }

    /** Work on a connection. */
    @FunctionalInterface
    interface Work<T> {
        T with(Connection connection) throws SQLException, IOException;
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

    boolean stopped() {
        return loaders.closed() || Thread.currentThread().isInterrupted();
    }

    private Failure cancelled(String doing, Throwable cause) {
        return Failure.of(FailureCode.CANCELLED, doing + " was cancelled", cause);
    }

    @Override
    public void close() {
        loaders.close();
        checkers.close();
        owners.close();
    }
}
