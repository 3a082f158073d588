package io.holdfast.audit.activity;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.virtual.threads.VirtualThreads;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.unchecked.Unchecked;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/**
 * Hears every audited topic and its dead letters. A batch is acknowledged once its lines are committed, so a process that
 * is killed leaves neither a gap nor, because a record's place is unique, a second line. There is no dead letter here:
 * while the database is away the batch waits, and Kafka keeps the rest.
 */
@ApplicationScoped
class ActivityFeed {
    private static final Logger LOG = Logger.getLogger(ActivityFeed.class);
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 10_000;

    private final ActivityLogWriter activityLogWriter;
    private final ExecutorService virtualThreads;
    private final ActivityMeters recorded;
    private final Counter displaced;
    private final CountDownLatch stopping = new CountDownLatch(1);

    ActivityFeed(
            ActivityLogWriter activityLogWriter, MeterRegistry meters, @VirtualThreads ExecutorService virtualThreads) {
        this.activityLogWriter = activityLogWriter;
        this.virtualThreads = virtualThreads;
        this.recorded = new ActivityMeters(meters);
        this.displaced = meters.counter("holdfast.activities.displaced");
    }

    /** One batch after the other: order in the log, and bounded memory while the database is away. */
    @Incoming("activity")
    Uni<Void> on(ConsumerRecords<byte[], byte[]> records) {
        return Uni.createFrom()
                .item(() -> {
                    List<ActivityEntry> entries = new ArrayList<>(records.count());
                    records.forEach(record -> entries.add(ActivityEntryFactory.of(record)));
                    return entries;
                })
                .invoke(Unchecked.consumer(this::write))
                .runSubscriptionOn(virtualThreads)
                .replaceWithVoid();
    }

    private void write(List<ActivityEntry> entries) throws InterruptedException, SQLException {
        long pause = FIRST_PAUSE_MILLIS;
        while (true) {
            try {
                count(activityLogWriter.write(entries), entries);
                return;
            } catch (SQLException e) {
                LOG.warnf("%d activities wait to be written: %s; trying again", entries.size(), e.getMessage());
                if (stopping.await(pause, TimeUnit.MILLISECONDS)) {
                    throw e; // not acknowledged: the next process reads them again
                }
                pause = Math.min(LONGEST_PAUSE_MILLIS, 2 * pause);
            }
        }
    }

    private void count(ActivityLogWriter.Written written, List<ActivityEntry> entries) {
        written.lines().forEach(recorded::count);
        displaced.increment(written.displaced());
        if (written.displaced() > 0) {
            LOG.errorf(
                    "%d activities are not recorded, because other events have their places in the log (a record"
                            + " of this batch is of %s); was the topic deleted and created again? If so, give the service a new, empty schema",
                    written.displaced(), entries.getFirst().topic());
        }
    }

    void stop(@Observes ShutdownEvent event) {
        stopping.countDown();
    }
}
