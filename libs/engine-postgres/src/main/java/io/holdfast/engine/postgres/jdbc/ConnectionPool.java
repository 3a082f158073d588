package io.holdfast.engine.postgres.jdbc;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Connections for work at the same time, opened when first needed, at most so many. */
public final class ConnectionPool implements AutoCloseable {

    /** Opens a connection and makes it ready. */
    @FunctionalInterface
    public interface Opening {
        Connection open() throws SQLException;
    }

    /** How long a server may take to notice that a session has ended, which it counts until then. */
    public static final Duration LEAVING = Duration.ofSeconds(2);

    private static final Duration PAUSE = Duration.ofMillis(100);

    private final Semaphore free;
    private final int kept;
    private final Opening opening;
    private final Deque<Connection> idle = new ArrayDeque<>();
    private final Set<Connection> busy = new HashSet<>();
    private int asking;
    private int refused;
    private long ended;
    private boolean closed;

    public ConnectionPool(int most, Opening opening) {
        this(most, most, opening);
    }

    /** @param kept how many stay open when nobody asks for one */
    public ConnectionPool(int most, int kept, Opening opening) {
        this.free = new Semaphore(most);
        this.kept = kept;
        this.opening = opening;
    }

    /** Where the server gives no more, one of those that it gave; it counts those that have just ended for a moment. */
    public Connection take() throws SQLException, InterruptedException {
        long again = LEAVING.dividedBy(PAUSE);
        while (true) {
            free.acquire();
            long before = ended();
            try {
                return acquired();
            } catch (HoldfastException e) {
                boolean tooMany = e.getCause() instanceof SQLException cause
                        && SqlErrorTranslator.state(cause).equals("53300");
                if (!tooMany) {
                    throw e;
                }
                if (!anotherEnds(before)) {
                    if (again == 0 || closed() || ended() == 0) {
                        throw e;
                    }
                    again--;
                    Thread.sleep(PAUSE);
                }
            }
        }
    }

    private synchronized long ended() {
        return ended;
    }

    /** Whoever is given one at this moment will end too. */
    private synchronized boolean anotherEnds(long before) throws InterruptedException {
        refused++;
        try {
            while (!closed && idle.isEmpty() && ended == before && (asking > 0 || !busy.isEmpty())) {
                wait();
            }
        } finally {
            refused--;
        }
        return !closed && !(idle.isEmpty() && ended == before);
    }

    /** One more than is needed: null if all are busy, or the server gives no other. */
    @Nullable
    public Connection takeIfFree() {
        if (!free.tryAcquire()) {
            return null;
        }
        try {
            return acquired();
        } catch (SQLException e) {
            return null;
        } catch (HoldfastException e) {
            if (closed()) {
                throw e;
            }
            return null;
        }
    }

    private Connection acquired() throws SQLException {
        Connection connection = null;
        asking(1);
        try {
            connection = idle();
            connection = connection == null ? opening.open() : connection;
            register(connection);
            return connection;
        } catch (SQLException | RuntimeException e) {
            ConnectionFactory.abort(connection);
            free.release();
            throw e;
        } finally {
            asking(-1);
        }
    }

    private synchronized void asking(int more) {
        asking += more;
        notifyAll();
    }

    private synchronized @Nullable Connection idle() {
        return closed ? null : idle.poll();
    }

    private synchronized void register(Connection connection) {
        if (closed) {
            throw HoldfastException.of(FailureCode.CANCELLED, "the connection was closed by its owner");
        }
        busy.add(connection);
    }

    /** Gives back a connection that may be used again. */
    public void done(Connection connection) {
        synchronized (this) {
            busy.remove(connection);
            if (closed) {
                ConnectionFactory.abort(connection);
            } else if (asking + refused == 0 && !free.hasQueuedThreads() && busy.size() + idle.size() >= kept) {
                ConnectionFactory.close(connection);
            } else {
                idle.push(connection);
            }
            ended++;
            notifyAll();
        }
        free.release();
    }

    /** Drops a connection after a failure. */
    public void broken(Connection connection) {
        ConnectionFactory.cancel(connection);
        synchronized (this) {
            busy.remove(connection);
            ended++;
            notifyAll();
        }
        free.release();
    }

    /** Closes those that nobody uses, where somebody else needs the server's last ones. */
    public synchronized void rest() {
        idle.forEach(ConnectionFactory::close);
        idle.clear();
    }

    public synchronized boolean closed() {
        return closed;
    }

    @Override
    public void close() {
        Set<Connection> running;
        synchronized (this) {
            closed = true;
            running = Set.copyOf(busy);
            idle.forEach(ConnectionFactory::close);
            idle.clear();
            notifyAll();
        }
        running.forEach(ConnectionFactory::cancel);
    }
}
