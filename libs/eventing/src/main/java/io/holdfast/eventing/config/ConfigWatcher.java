package io.holdfast.eventing.config;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Polls the file for as long as the service runs, and tells observers of {@link ConfigStatus} what it found. */
@ApplicationScoped
class ConfigWatcher {
    private static final Logger LOG = Logger.getLogger(ConfigWatcher.class);

    private final ConfigReloader reloader;
    private final ReloadSettings settings;
    private final Event<ConfigStatus> statuses;
    private final CountDownLatch stop = new CountDownLatch(1);
    private String problem = "";
    private @Nullable Thread thread;

    ConfigWatcher(
            ConfigReloader reloader, ReloadSettings settings, Event<ConfigStatus> statuses, MeterRegistry meters) {
        this.reloader = reloader;
        this.settings = settings;
        this.statuses = statuses;
        Gauge.builder(
                        "holdfast.config.last.reload.successful",
                        () -> reloader.status().isRefused() ? 0 : 1)
                .description("Whether holdfast.yaml as it is now is in effect")
                .register(meters);
        Gauge.builder("holdfast.config.last.reload.timestamp", this::loadedAt)
                .description("When the configuration in effect was loaded")
                .baseUnit("seconds")
                .register(meters);
    }

    private double loadedAt() {
        ConfigStatus.Effective effective = reloader.status().effective();
        return effective == null ? 0 : effective.loadedAt().toEpochMilli() / 1000.0;
    }

    void start(@Observes StartupEvent ignored) {
        thread = Thread.ofPlatform().daemon().name("holdfast-config").start(this::run);
    }

    void stop(@Observes ShutdownEvent ignored) throws InterruptedException {
        stop.countDown();
        Thread running = thread;
        if (running != null) {
            running.join(TimeUnit.SECONDS.toMillis(5));
        }
    }

    private void run() {
        try {
            do {
                round();
            } while (!stop.await(settings.poll().toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void round() {
        try {
            reloader.poll();
            statuses.fire(reloader.status());
            problem = "";
        } catch (RuntimeException e) { // the edge of a thread that must not end; the next round tries again
            String now = String.valueOf(e.getMessage());
            if (!now.equals(problem)) {
                problem = now;
                LOG.warnf(e, "the state of holdfast.yaml could not be recorded and is tried again: %s", now);
            }
        }
    }
}
