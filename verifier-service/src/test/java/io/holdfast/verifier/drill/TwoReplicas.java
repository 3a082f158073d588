package io.holdfast.verifier.drill;

import io.holdfast.config.Cron;
import io.holdfast.config.SourceConfig;
import io.holdfast.eventing.config.LiveConfig;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Replicas that look at one schedule at the same time. */
@Singleton
public class TwoReplicas {
    private final DrillSchedule schedule;
    private final LiveConfig live;

    TwoReplicas(DrillSchedule schedule, LiveConfig live) {
        this.schedule = schedule;
        this.live = live;
    }

    /** @param times how often each looks */
    public void look(String source, int times) throws Exception {
        SourceConfig config = live.current().sources().get(source);
        if (config == null) {
            throw new IllegalArgumentException(source);
        }
        Cron cron = config.schedule().drills().getFirst();
        try (ExecutorService replicas = Executors.newFixedThreadPool(2)) {
            for (int i = 0; i < times; i++) {
                List<Future<?>> looks = List.of(
                        replicas.submit(() -> schedule.decide(source, config, cron)),
                        replicas.submit(() -> schedule.decide(source, config, cron)));
                for (Future<?> look : looks) {
                    look.get();
                }
            }
        }
    }
}
