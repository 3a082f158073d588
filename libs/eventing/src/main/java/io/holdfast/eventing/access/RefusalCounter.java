package io.holdfast.eventing.access;

import io.holdfast.contracts.AccessEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Records the first refusal of a kind at once and those that follow as one number a minute: a flood fills no log. */
@ApplicationScoped
class RefusalCounter {
    private static final long MINUTE = 60_000;
    private static final int MOST = 1000;

    private final Map<Refusal, Count> counts = new ConcurrentHashMap<>();
    private final AccessLog log;
    private final Clock clock;
    private final Vertx vertx;
    private final String service;

    RefusalCounter(
            AccessLog log,
            Clock clock,
            Vertx vertx,
            @ConfigProperty(name = "quarkus.application.name") String service) {
        this.log = log;
        this.clock = clock;
        this.vertx = vertx;
        this.service = service;
    }

    record Refusal(String principal, String kind, String address, String operation, int status) {}

    private record Count(String reason, long more) {}

    void start(@Observes StartupEvent ignored) {
        vertx.setPeriodic(MINUTE, timer -> flush());
    }

    void stop(@Observes ShutdownEvent ignored) {
        flush();
    }

    void count(Refusal refusal, String reason) {
        Refusal counted = counts.size() < MOST || counts.containsKey(refusal) ? refusal : rest(refusal);
        Count now = counts.merge(counted, new Count(reason, 0), (before, next) -> new Count(reason, before.more() + 1));
        if (now.more() == 0) {
            log.later(event(counted, reason, 1));
        }
    }

    /** Of too many clients at once, one number. */
    private static Refusal rest(Refusal refusal) {
        return new Refusal("various", refusal.kind(), "various", "various", refusal.status());
    }

    void flush() {
        for (Refusal refusal : List.copyOf(counts.keySet())) {
            Count count = counts.remove(refusal);
            if (count != null && count.more() > 0) {
                log.later(event(refusal, count.reason(), count.more()));
            }
        }
    }

    private AccessEvent.Refused event(Refusal refusal, String reason, long count) {
        return new AccessEvent.Refused(
                refusal.principal(),
                refusal.kind(),
                refusal.address(),
                service,
                refusal.operation(),
                refusal.status(),
                reason,
                count,
                clock.instant());
    }
}
