package io.holdfast.eventing.jobs;

import io.holdfast.eventing.config.LiveConfig;
import io.holdfast.eventing.runtime.PostgresNotificationListener;
import io.holdfast.eventing.tracing.Tracing;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Claims jobs for the handlers of this process, and runs each on a thread of its own. An attempt keeps the configuration
 * with which it began.
 */
@ApplicationScoped
public class JobWorkers {
    private static final Logger LOG = Logger.getLogger(JobWorkers.class);

    private final DataSource database;
    private final JobTable table;
    private final Heartbeat heartbeat;
    private final FencedTransactions fencedTransactions;
    private final JobsConfig config;
    private final LiveConfig live;
    private final Tracing tracing;
    private final List<Post> posts;
    private final OutageLog outages = new OutageLog();
    private final String owner =
            ProcessHandle.current().pid() + "-" + UUID.randomUUID().toString().substring(0, 8);
    private final CountDownLatch stop = new CountDownLatch(1);
    private volatile String problem = "";
    private @Nullable Thread thread;

    JobWorkers(
            DataSource database,
            JobTable table,
            Heartbeat heartbeat,
            FencedTransactions fencedTransactions,
            JobsConfig config,
            LiveConfig live,
            Tracing tracing,
            Instance<JobHandler> handlers) {
        this.database = database;
        this.table = table;
        this.heartbeat = heartbeat;
        this.fencedTransactions = fencedTransactions;
        this.config = config;
        this.live = live;
        this.tracing = tracing;
        this.posts = handlers.stream()
                .map(handler -> new Post(handler, new Semaphore(handler.concurrency())))
                .toList();
    }

    private record Post(JobHandler handler, Semaphore free) {}

    /** Why no job can be claimed at this moment; empty if all is well. */
    public String problem() {
        return problem;
    }

    /** Whether claiming and heartbeat live; true if this process has no handlers. */
    public boolean isAlive() {
        Thread running = thread;
        return posts.isEmpty() || (running != null && running.isAlive() && heartbeat.isAlive());
    }

    void start(@Observes StartupEvent ignored) {
        if (!posts.isEmpty()) {
            heartbeat.start();
            thread = Thread.ofPlatform().daemon().name("holdfast-claims").start(this::run);
        }
    }

    /** Gives all jobs back at once, so that another replica takes them without waiting for the leases to end. */
    void stop(@Observes ShutdownEvent ignored) throws InterruptedException {
        stop.countDown();
        heartbeat.leases().forEach(lease -> lease.leave(ActiveLease.State.RELEASED));
        Thread running = thread;
        if (running != null) {
            running.join(config.shutdownWait().toMillis());
        }
        long deadline = System.nanoTime() + config.shutdownWait().toNanos();
        heartbeat.leases().forEach(lease -> lease.leave(ActiveLease.State.RELEASED));
        while (!heartbeat.leases().isEmpty() && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        // fenced out from here on, whatever it still does
        heartbeat.leases().forEach(lease -> attempt(handlerOf(lease), lease).release());
        heartbeat.stop();
    }

    private JobAttempt attempt(JobHandler handler, ActiveLease lease) {
        return new JobAttempt(handler, lease, fencedTransactions, table, config, outages, tracing);
    }

    private JobHandler handlerOf(ActiveLease lease) {
        return posts.stream()
                .map(Post::handler)
                .filter(handler -> handler.kind().equals(lease.claim().kind()))
                .findFirst()
                .orElseThrow();
    }

    private boolean going() {
        return stop.getCount() > 0;
    }

    private void run() {
        while (going()) {
            try (Connection connection = database.getConnection()) {
                claimAndListen(PostgresNotificationListener.listen(connection, "job"));
            } catch (SQLException | RuntimeException e) { // the edge of a thread that must not end
                problem = String.valueOf(e.getMessage());
                LOG.warnf(e, "no job can be claimed at this moment: %s", problem);
                pause();
            }
        }
    }

    private void claimAndListen(PostgresNotificationListener postgresNotificationListener) throws SQLException {
        while (going()) {
            for (Post post : posts) {
                fill(post);
            }
            problem = "";
            if (postgresNotificationListener.await(config.poll(), this::going)) {
                heartbeat.beatNow(); // it may have been a cancellation
            }
        }
    }

    private void fill(Post post) throws SQLException {
        while (going() && post.free().tryAcquire()) {
            long since = System.nanoTime();
            JobClaim claim = claimOrFree(post);
            if (claim == null) {
                return;
            }
            // platform threads: jobs compute for minutes, and would starve the few carriers of virtual ones
            Thread.ofPlatform()
                    .name("holdfast-" + claim.kind() + "-" + claim.subject())
                    .start(() -> work(post, claim, since));
        }
    }

    private @Nullable JobClaim claimOrFree(Post post) throws SQLException {
        JobClaim claim = null;
        try {
            claim = table.claim(post.handler(), owner);
            return claim;
        } finally {
            if (claim == null) {
                post.free().release();
            }
        }
    }

    private void work(Post post, JobClaim claim, long since) {
        try {
            attempt(post, claim, since);
        } finally {
            post.free().release();
        }
        try {
            if (going()) {
                fill(post); // the claiming thread may be asleep until the next signal
            }
        } catch (SQLException e) {
            LOG.debugf(e, "the claiming thread will try");
        }
    }

    private void attempt(Post post, JobClaim claim, long since) {
        ActiveLease lease = new ActiveLease(claim, fencedTransactions, config.lease(), since);
        heartbeat.add(lease);
        try {
            if (!going()) {
                lease.leave(ActiveLease.State.RELEASED);
            }
            live.pinned(() -> attempt(post.handler(), lease).run());
        } finally {
            heartbeat.remove(lease);
            lease.detach();
        }
    }

    private void pause() {
        try {
            stop.await(config.poll().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
