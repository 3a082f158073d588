package io.holdfast.eventing.outbox;

import io.holdfast.eventing.runtime.EventingConfig;
import io.holdfast.eventing.runtime.KafkaProducerFactory;
import io.holdfast.eventing.runtime.PostgresNotificationListener;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Sends the outbox. One replica of a service at a time: it holds a session's advisory lock for as long as it sends, and
 * reads, deletes and listens on that same session, so that without the lock it can do none of them.
 */
@ApplicationScoped
public class OutboxRelay {
    private static final Logger LOG = Logger.getLogger(OutboxRelay.class);
    private static final Duration PRODUCER_PATIENCE = Duration.ofSeconds(5);
    private static final String LOCK = "hashtextextended('holdfast.outbox.' || current_schema(), 0)";

    /** What the relay of this process does. */
    public enum State {
        STARTING,
        /** Another replica's relay is active. */
        STANDBY,
        ACTIVE,
        /** Database or broker cannot be reached. */
        STUCK,
        STOPPED
    }

    private final DataSource database;
    private final KafkaProducerFactory producers;
    private final EventingConfig config;
    private final CountDownLatch stop = new CountDownLatch(1);
    private volatile State state = State.STARTING;
    private volatile String problem = "";
    private @Nullable Thread thread;

    OutboxRelay(DataSource database, KafkaProducerFactory producers, EventingConfig config) {
        this.database = database;
        this.producers = producers;
        this.config = config;
    }

    public State state() {
        return state;
    }

    /** Why it is stuck, if it is. */
    public String problem() {
        return problem;
    }

    void start(@Observes StartupEvent ignored) {
        // a platform thread: virtual ones would wait behind whatever computes on their carriers
        thread = Thread.ofPlatform().daemon().name("holdfast-relay").start(this::run);
    }

    void stop(@Observes ShutdownEvent ignored) throws InterruptedException {
        stop.countDown();
        Thread running = thread;
        if (running != null) {
            running.join(TimeUnit.SECONDS.toMillis(5));
        }
    }

    private boolean going() {
        return stop.getCount() > 0;
    }

    private void run() {
        try {
            while (going()) {
                try {
                    term();
                } catch (SQLException | KafkaException e) {
                    stuck(e);
                } catch (InterruptedException e) {
                    break;
                } catch (RuntimeException e) { // the edge of a thread that must not end
                    LOG.error("the relay failed and starts again", e);
                    stuck(e);
                }
                pause(config.outboxPoll());
            }
        } finally {
            state = State.STOPPED; // of an Error, too: the liveness probe has to see it
        }
    }

    /** One term of office: from getting the lock to losing it. Returns at once if another replica has it. */
    private void term() throws SQLException, InterruptedException {
        try (Connection connection = database.getConnection()) {
            if (!lock(connection)) {
                state = State.STANDBY;
                return;
            }
            try (OutboxProducer producer = new OutboxProducer(() -> producers.reliable("relay", PRODUCER_PATIENCE))) {
                send(connection, new OutboxBatch(connection, producer, config.outboxBatch(), this::going));
            } finally {
                unlock(connection);
            }
        }
    }

    private void send(Connection connection, OutboxBatch batch) throws SQLException, InterruptedException {
        PostgresNotificationListener postgresNotificationListener =
                PostgresNotificationListener.listen(connection, "outbox");
        while (going()) {
            boolean sent = batch.send();
            if (state != State.ACTIVE) {
                LOG.infof("%s: the relay is active", config.service());
                state = State.ACTIVE;
                problem = "";
            }
            if (!sent) {
                postgresNotificationListener.await(config.outboxPoll(), this::going);
            }
        }
    }

    private static boolean lock(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select pg_try_advisory_lock(" + LOCK + ")")) {
            return result.next() && result.getBoolean(1);
        }
    }

    /** The pool keeps sessions open: one that went back with the lock would keep every relay out. */
    private static void unlock(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("unlisten *");
            statement.execute("select pg_advisory_unlock(" + LOCK + ")");
        } catch (SQLException e) {
            connection.abort(Runnable::run);
        }
    }

    private void stuck(Exception e) {
        problem = String.valueOf(e.getMessage());
        if (state != State.STUCK) {
            LOG.warnf(e, "the relay cannot send events and tries again each %s: %s", config.outboxPoll(), problem);
            state = State.STUCK;
        }
    }

    private void pause(Duration time) {
        try {
            stop.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
