package io.holdfast.eventing.jobs;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Renews all leases of this process, on a thread and a connection that no worker can hold up. */
@ApplicationScoped
class Heartbeat {
    private static final Logger LOG = Logger.getLogger(Heartbeat.class);

    private final DataSource database;
    private final JobTable table;
    private final JobsConfig config;
    private final MeterRegistry meters;
    private final Set<ActiveLease> leases = ConcurrentHashMap.newKeySet();
    private final Semaphore now = new Semaphore(0);
    private volatile boolean going = true;
    private @Nullable Thread thread;

    Heartbeat(DataSource database, JobTable table, JobsConfig config, MeterRegistry meters) {
        this.database = database;
        this.table = table;
        this.config = config;
        this.meters = meters;
    }

    void start() {
        thread = Thread.ofPlatform().daemon().name("holdfast-heartbeat").start(this::run);
    }

    void stop() {
        going = false;
        now.release();
    }

    boolean isAlive() {
        Thread running = thread;
        return running != null && running.isAlive();
    }

    void add(ActiveLease lease) {
        leases.add(lease);
    }

    void remove(ActiveLease lease) {
        leases.remove(lease);
    }

    Set<ActiveLease> leases() {
        return Set.copyOf(leases);
    }

    /** Somebody may have asked for a cancellation. */
    void beatNow() {
        now.release();
    }

    private void run() {
        while (going) {
            try (Connection connection = database.getConnection()) {
                // a connection that hangs must not outlast the leases
                int usual = connection.getNetworkTimeout();
                connection.setNetworkTimeout(Runnable::run, (int) config.lease().toMillis() / 2);
                while (going) {
                    beat(connection);
                    await(config.heartbeat());
                }
                connection.setNetworkTimeout(Runnable::run, usual);
            } catch (SQLException e) {
                LOG.warnf("leases cannot be renewed at this moment: %s", e.getMessage());
                leases.forEach(this::expire);
                await(min(config.heartbeat(), Duration.ofSeconds(1)));
            } catch (RuntimeException e) { // the edge of a thread that must not end
                LOG.error("the heartbeat failed and goes on", e);
                await(config.heartbeat());
            }
        }
    }

    private void beat(Connection connection) throws SQLException {
        for (ActiveLease lease : leases) {
            long since = System.nanoTime();
            switch (table.renew(connection, lease.jobId(), lease.epoch())) {
                case RENEWED -> lease.renewed(since);
                case BUSY -> {}
                case CANCEL_REQUESTED -> {
                    lease.renewed(since);
                    if (lease.leave(ActiveLease.State.CANCELLED)) {
                        LOG.infof(
                                "job %s of %s is being cancelled", lease.claim().kind(), lease.subject());
                    }
                }
                case LOST -> lost(lease);
            }
        }
    }

    private void lost(ActiveLease lease) {
        // a job that has just ended is not ours either; if it could not be ended after all, the next beat finds it lost
        if (leases.contains(lease)
                && !lease.isGivingUp()
                && !lease.completed()
                && lease.leave(ActiveLease.State.LOST)) {
            told(lease);
        }
    }

    private void expire(ActiveLease lease) {
        if (lease.expire()) {
            told(lease);
        }
    }

    private void told(ActiveLease lease) {
        meters.counter("holdfast.leases.lost", "kind", lease.claim().kind()).increment();
        LOG.warnf("the lease on job %s of %s, epoch %d, is lost", lease.claim().kind(), lease.subject(), lease.epoch());
    }

    private void await(Duration time) {
        try {
            if (now.tryAcquire(time.toMillis(), TimeUnit.MILLISECONDS)) {
                now.drainPermits();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            going = false;
        }
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
