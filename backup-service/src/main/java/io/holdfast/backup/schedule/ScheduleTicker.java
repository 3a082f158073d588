package io.holdfast.backup.schedule;

import io.holdfast.backup.source.ProtectedSource;
import io.holdfast.backup.source.SourceRegistry;
import io.holdfast.config.Cron;
import io.holdfast.contracts.SourceId;
import io.holdfast.eventing.config.ConfigChange;
import io.holdfast.eventing.runtime.TransactionRunner;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Looks for due slots, each second. Every replica does, and the ledger lets one of them decide on a slot: so no leader has
 * to be elected, and none can be missing.
 */
@ApplicationScoped
public class ScheduleTicker {
    private static final Logger LOG = Logger.getLogger(ScheduleTicker.class);
    private static final Duration RETRY_LOOKS = Duration.ofSeconds(5);
    private static final Duration KEPT = Duration.ofDays(400);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final SourceRegistry sourceRegistry;
    private final ScheduledBackups scheduledBackups;
    private final SlotRetries retries;
    private final SlotLedger ledger;
    private final SourcePauses pauses;
    private final SlotMeters meters;
    private final TransactionRunner transactionRunner;
    private final InstantSource clock;
    private final Duration every;
    private final CountDownLatch stop = new CountDownLatch(1);

    /** The first undecided slot of each schedule, as far as this process knows. */
    private final Map<Key, Instant> next = new ConcurrentHashMap<>();

    private final Map<Key, Instant> seen = new ConcurrentHashMap<>();

    private Instant lastTick = Instant.MIN;
    private Instant nextRetryLook = Instant.MIN;
    private Instant nextCleanup = Instant.MIN;
    private boolean failing;
    private @Nullable Thread thread;

    ScheduleTicker(
            SourceRegistry sourceRegistry,
            ScheduledBackups scheduledBackups,
            SlotRetries retries,
            SlotLedger ledger,
            SourcePauses pauses,
            SlotMeters meters,
            TransactionRunner transactionRunner,
            InstantSource clock,
            @ConfigProperty(name = "holdfast.schedule.tick", defaultValue = "1s") Duration every) {
        this.sourceRegistry = sourceRegistry;
        this.scheduledBackups = scheduledBackups;
        this.retries = retries;
        this.ledger = ledger;
        this.pauses = pauses;
        this.meters = meters;
        this.transactionRunner = transactionRunner;
        this.clock = clock;
        this.every = every;
    }

    /** A schedule of a source. A changed time zone is another schedule to this process. */
    private record Key(SourceId source, Cron cron, String zone) {
        static Key of(ProtectedSource source, Cron cron) {
            return new Key(
                    source.ref().id(),
                    cron,
                    source.config().schedule().timezone().getId());
        }
    }

    void start(@Observes StartupEvent ignored) {
        knownSources();
        thread = Thread.ofPlatform().daemon().name("holdfast-schedule").start(this::run);
    }

    void changed(@Observes ConfigChange ignored) {
        knownSources();
    }

    private void knownSources() {
        sourceRegistry.all().forEach(source -> meters.known(source.ref().name()));
    }

    void stop(@Observes ShutdownEvent ignored) throws InterruptedException {
        stop.countDown();
        Thread running = thread;
        if (running != null) {
            running.join(Duration.ofSeconds(5));
        }
    }

    /** The first undecided slot of a source, its jitter included; empty if it has no schedule. */
    public Optional<Instant> nextRun(ProtectedSource source) {
        return source.config().schedule().backups().stream()
                .map(cron -> {
                    Key key = Key.of(source, cron);
                    // of a schedule that no look has seen yet, the first slot since it is known: it may be overdue
                    Instant known = seen.computeIfAbsent(key, any -> clock.instant());
                    return next.getOrDefault(
                            key, cron.next(known, source.config().schedule().timezone()));
                })
                .min(Instant::compareTo)
                .map(slot -> slot.plus(Jitter.of(source)));
    }

    private void run() {
        while (stop.getCount() > 0) {
            try {
                tick();
                failing = false;
            } catch (RuntimeException e) { // the edge of a thread that must not end
                if (!failing && stop.getCount() > 0) {
                    LOG.warnf(e, "schedules cannot be looked at and are tried again each %s", every);
                }
                failing = true;
            }
            try {
                stop.await(every.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** One look at all schedules. */
    void tick() {
        Instant now = clock.instant();
        if (now.isBefore(lastTick)) {
            next.clear(); // the clock was set back
            nextRetryLook = Instant.MIN;
            nextCleanup = Instant.MIN;
        }
        lastTick = now;
        Set<Key> configured = new HashSet<>();
        List<RuntimeException> failures = new ArrayList<>();
        for (ProtectedSource source : sourceRegistry.all()) {
            for (Cron cron : source.config().schedule().backups()) {
                Key key = Key.of(source, cron);
                configured.add(key);
                try {
                    look(source, cron, key, now);
                } catch (RuntimeException e) { // the other schedules are looked at nevertheless
                    failures.add(e);
                }
            }
        }
        next.keySet().stream().filter(key -> !configured.contains(key)).toList().forEach(this::forget);
        around(now);
        if (!failures.isEmpty()) {
            throw failures.getFirst();
        }
    }

    private void forget(Key key) {
        boolean elsewhere = next.keySet().stream()
                .anyMatch(other -> !other.equals(key)
                        && other.source().equals(key.source())
                        && other.cron().equals(key.cron())); // only its time zone changed
        if (!elsewhere) {
            inTransaction(session -> ledger.forgetStart(session, key.source(), key.cron()));
        }
        next.remove(key);
    }

    private void look(ProtectedSource source, Cron cron, Key key, Instant now) {
        Instant known = next.get(key);
        if (known != null && known.plus(Jitter.of(source)).isAfter(now)) {
            return;
        }
        ScheduledBackups.Outcome outcome = inTransaction(session -> scheduledBackups.decide(session, source, cron));
        next.put(key, outcome.next());
        SlotState decided = outcome.decided();
        if (decided != null) {
            meters.decided(source.ref().name(), decided);
            LOG.infof("source %s: a slot of schedule \"%s\" is %s", source.ref().name(), cron, decided);
        }
    }

    private void around(Instant now) {
        if (!now.isBefore(nextRetryLook)) {
            nextRetryLook = now.plus(RETRY_LOOKS);
            inTransaction(session -> pauses.expire(session, now));
            for (SlotLedger.FailedSlot failed : inTransaction(retries::candidates)) {
                inTransaction(session -> retries.retry(session, failed.slot()));
            }
        }
        if (!now.isBefore(nextCleanup)) {
            nextCleanup = now.plus(Duration.ofDays(1));
            inTransaction(session -> ledger.forget(session, now.minus(KEPT)));
        }
    }

    private <T> T inTransaction(Function<Mutiny.Session, Uni<T>> work) {
        return transactionRunner.run(work).await().atMost(PATIENCE);
    }
}
