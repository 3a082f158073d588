package io.holdfast.engine.postgres.snapshot;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.BlockedDdlPolicy;
import io.holdfast.engine.postgres.jdbc.ConnectionFactory;
import io.holdfast.engine.postgres.jdbc.Sql;
import io.holdfast.engine.postgres.jdbc.SqlErrorTranslator;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks now and then who waits for the snapshot's sessions, by a connection of its own. The leader holds every lock for as
 * long as the snapshot is open; readers hold theirs for one table at a time, and only with the leader's, but all of them keep
 * waiting whoever needs old snapshots gone ({@code CONCURRENTLY}).
 */
final class BlockedSessionMonitor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BlockedSessionMonitor.class);
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final int NAMED = 3;

    private final ConnectionFactory source;
    private final Set<Integer> processes;
    private final BlockedDdlPolicy how;
    private final Consumer<HoldfastException> ending;
    private final CountDownLatch closed = new CountDownLatch(1);

    /** By the waiting server process: when it was first seen, by this machine's clock. */
    private final Map<Integer, Long> since = new HashMap<>();

    private @Nullable Connection connection;
    private boolean bounded;
    private boolean blind;

    private record Waiting(int pid, String mode, String locktype, long relation) {}

    private BlockedSessionMonitor(
            ConnectionFactory source,
            Connection connection,
            Set<Integer> processes,
            BlockedDdlPolicy how,
            Consumer<HoldfastException> ending) {
        this.source = source;
        this.connection = connection;
        this.processes = processes;
        this.how = how;
        this.ending = ending;
    }

    /**
     * Looks once, so that the session knows the functions before anybody waits for a snapshot.
     *
     * @param connection which will be the watch's
     */
    static void prepare(Connection connection) throws SQLException {
        List<Integer> unused = Sql.list(connection, waitingFor(Set.of(0)), row -> row.getInt(1));
    }

    /**
     * @param connection becomes the watch's, {@link #prepare prepared}
     * @param processes the server's, of the leader and the readers; there may come more
     * @param ending ends the snapshot with a reason
     */
    static BlockedSessionMonitor start(
            ConnectionFactory source,
            Connection connection,
            Set<Integer> processes,
            BlockedDdlPolicy how,
            Consumer<HoldfastException> ending) {
        BlockedSessionMonitor watch = new BlockedSessionMonitor(source, connection, processes, how, ending);
        Thread.ofPlatform().daemon().name("holdfast-ddl-watch").start(watch::run);
        return watch;
    }

    private void run() {
        Duration pause = how.patience().compareTo(EVERY) < 0 ? how.patience().plusMillis(50) : EVERY;
        try {
            look();
            while (!closed.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                List<Waiting> impatient = look();
                if (!impatient.isEmpty()) {
                    tell(impatient);
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            close();
        }
    }

    /** Those who have waited for longer than the patience. */
    private List<Waiting> look() {
        try {
            List<Waiting> waiting = waiting();
            blind = false;
            long now = System.nanoTime();
            since.keySet().retainAll(waiting.stream().map(Waiting::pid).toList());
            waiting.forEach(session -> since.putIfAbsent(session.pid(), now));
            long patience = how.patience().toNanos();
            return waiting.stream()
                    .filter(session -> now - since.getOrDefault(session.pid(), now) >= patience)
                    .toList();
        } catch (SQLException | HoldfastException e) {
            cannotSee(e);
            return List.of();
        }
    }

    private List<Waiting> waiting() throws SQLException {
        return Sql.list(
                open(),
                waitingFor(processes),
                row -> new Waiting(row.getInt(1), Sql.text(row, 2), Sql.text(row, 3), row.getLong(4)));
    }

    /**
     * By the server's functions alone, which are known since the first look: whoever rewrites a catalog keeps all waiting
     * that read it.
     */
    static String waitingFor(Set<Integer> processes) {
        return "SELECT DISTINCT ON (l.pid) l.pid, l.mode, l.locktype, coalesce(l.relation, 0)"
                + " FROM pg_catalog.pg_lock_status() l WHERE NOT l.granted AND ARRAY" + processes
                + " OPERATOR(pg_catalog.&&) pg_catalog.pg_blocking_pids(l.pid) ORDER BY l.pid";
    }

    private String named(Waiting session) {
        try {
            return Sql.one(
                    open(),
                    "SELECT pg_catalog.format('process %s (%s%s) for %s on %s', l.pid, coalesce(a.usename, 'recovery'),"
                            + " CASE WHEN a.application_name <> '' THEN ', ' || a.application_name END, l.mode,"
                            + " coalesce(nullif(l.relation, 0)::pg_catalog.regclass::text, l.locktype)), coalesce(a.query, '') FROM (VALUES ("
                            + session.pid() + ", " + Sql.literal(session.mode()) + ", "
                            + Sql.literal(session.locktype())
                            + ", " + session.relation() + "::oid)) l(pid, mode, locktype, relation)"
                            + " LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid",
                    row -> Sql.text(row, 1) + with(StatementText.masked(Sql.text(row, 2))));
        } catch (SQLException | HoldfastException e) {
            // the names are in catalogs, and it may be one of these that everybody waits for
            return "process " + session.pid() + " for " + session.mode() + " on " + session.locktype() + " "
                    + session.relation();
        }
    }

    private static String with(String statement) {
        return statement.isEmpty() ? "" : " with " + statement;
    }

    private synchronized Connection open() throws SQLException {
        if (closed.getCount() == 0) {
            throw new SQLException("closed", "57P01");
        }
        Connection now = connection;
        if (now == null || now.isClosed()) {
            now = source.open();
            connection = now;
            bounded = false;
        }
        if (!bounded) {
            Sql.run(now, "SET lock_timeout = " + EVERY.toMillis());
            bounded = true;
        }
        return now;
    }

    /** The reading goes on: it fails by itself if the server is gone. */
    private void cannotSee(Exception e) {
        if (!blind && closed.getCount() > 0) {
            LOG.warn(
                    "{}: cannot see who waits for the backup's locks ({}); tried again",
                    source.address.shown(),
                    e instanceof SQLException sql ? SqlErrorTranslator.said(sql) : e.getMessage());
        }
        blind = true;
    }

    private void tell(List<Waiting> impatient) {
        String who = impatient.stream().limit(NAMED).map(this::named).collect(Collectors.joining("; "))
                + (impatient.size() > NAMED ? " and " + (impatient.size() - NAMED) + " more" : "");
        String message = "the locks of " + source.applicationName + " on " + source.address.shown()
                + " keep waiting for " + how.patience().toMillis() + " ms and longer: " + who;
        try {
            how.told().accept(message);
        } catch (RuntimeException e) { // the edge of this thread: whoever listens must not keep the others waiting
            LOG.error("{} (and it could not be told: {})", message, e.toString());
        }
        if (how.yields()) {
            ending.accept(HoldfastException.of(
                    FailureCode.SOURCE_DDL_BLOCKED,
                    message + "; the backup gave way, as limits.on-blocked-ddl says: run it when that is done"));
        }
    }

    @Override
    public void close() {
        closed.countDown();
        Connection last;
        synchronized (this) {
            last = connection;
            connection = null;
        }
        ConnectionFactory.abort(last);
    }
}
