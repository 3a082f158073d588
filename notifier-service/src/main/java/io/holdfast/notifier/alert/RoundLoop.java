package io.holdfast.notifier.alert;

import io.holdfast.notifier.heartbeat.Heartbeat;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.SQLException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Runs the rounds, and the heartbeat after each. */
@ApplicationScoped
class RoundLoop {
    private static final Logger LOG = Logger.getLogger(RoundLoop.class);

    private final AlertRound round;
    private final AlertMeters meters;
    private final Heartbeat heartbeat;
    private final AlertSettings settings;
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().daemon().name("holdfast-alerts").unstarted(task));

    private boolean caughtUp;

    RoundLoop(AlertRound round, AlertMeters meters, Heartbeat heartbeat, AlertSettings settings) {
        this.round = round;
        this.meters = meters;
        this.heartbeat = heartbeat;
        this.settings = settings;
    }

    void start(@Observes StartupEvent ignored) {
        meters.start();
        var unused = scheduler.scheduleWithFixedDelay(
                this::run, settings.warmUp().toMillis(), settings.every().toMillis(), TimeUnit.MILLISECONDS);
    }

    void stop(@Observes ShutdownEvent ignored) {
        scheduler.shutdownNow();
    }

    private void run() {
        try {
            caughtUp = caughtUp || heartbeat.isCaughtUp();
            if (!caughtUp) {
                return;
            }
            round.run();
            meters.measure();
            heartbeat.afterRound();
        } catch (SQLException | RuntimeException e) { // the edge of a thread that must not end
            LOG.errorf(e, "the rules of alerts could not be evaluated: %s", e.getMessage());
            heartbeat.afterFailure();
        }
    }
}
