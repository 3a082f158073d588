package io.holdfast.engine.sqlite.jdbc;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import java.sql.Connection;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;

/** Open connections for work at the same time. Closing it ends what runs on them, and whoever waits for one. */
public final class ConnectionPool implements AutoCloseable {
    private static final int ALL = Integer.MAX_VALUE / 2;

    private final Semaphore free;
    private final Deque<Connection> idle;
    private final Set<Connection> busy = new HashSet<>();
    private boolean closed;

    public ConnectionPool(List<Connection> connections) {
        this.idle = new ArrayDeque<>(connections);
        this.free = new Semaphore(connections.size());
    }

    public Connection take() throws InterruptedException {
        free.acquire();
        synchronized (this) {
            if (closed) {
                throw HoldfastException.of(FailureCode.CANCELLED, "the database was closed by its owner");
            }
            Connection connection = idle.pop();
            busy.add(connection);
            return connection;
        }
    }

    /** Gives a connection back: it may be used again, whatever happened on it. */
    public void done(Connection connection) {
        synchronized (this) {
            busy.remove(connection);
            if (closed) {
                SqliteConnections.close(connection);
            } else {
                idle.push(connection);
            }
        }
        free.release();
    }

    public synchronized boolean closed() {
        return closed;
    }

    /** What is busy is interrupted, and closed by whom it is given back. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            idle.forEach(SqliteConnections::close);
            idle.clear();
            busy.forEach(SqliteConnections::interrupt);
            free.release(ALL);
        }
    }
}
