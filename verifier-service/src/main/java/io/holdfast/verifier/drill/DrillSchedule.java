package io.holdfast.verifier.drill;

import io.holdfast.config.Cron;
import io.holdfast.config.SourceConfig;
import io.holdfast.config.schedule.DueSlots;
import io.holdfast.config.schedule.SlotDelay;
import io.holdfast.eventing.config.LiveConfig;
import io.holdfast.eventing.jobs.Lease;
import io.holdfast.eventing.jobs.RecurringJob;
import io.holdfast.eventing.jobs.RecurringJobStore;
import io.holdfast.eventing.runtime.TransactionRunner;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/**
 * Requests the drills of {@link DrillTimetable}s: one for each fire time, by the rules of scheduled backups. After a downtime
 * the newest missed slot is caught up. A round may be done twice: the row of a schedule is locked while its slots are
 * decided, and a fire time has one row.
 */
@Singleton
class DrillSchedule extends RecurringJob {
    private static final Logger LOG = Logger.getLogger(DrillSchedule.class);
    private static final String SCHEDULE = "schedule";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Drills drills;
    private final DrillSlots slots;
    private final DrillPauses pauses;
    private final LiveConfig live;
    private final TransactionRunner transactionRunner;
    private final InstantSource clock;
    private final Duration every;

    /** The first slot of each schedule that may be undecided, as far as this process knows. */
    private final Map<Look, Instant> next = new ConcurrentHashMap<>();

    private volatile Instant lastRound = Instant.MIN;

    /** A changed time zone is another schedule to this process. */
    private record Look(DrillSlots.Key key, ZoneId zone) {}

    DrillSchedule(
            RecurringJobStore jobs,
            Drills drills,
            DrillSlots slots,
            DrillPauses pauses,
            LiveConfig live,
            TransactionRunner transactionRunner,
            InstantSource clock,
            @ConfigProperty(name = "holdfast.drills.tick", defaultValue = "10s") Duration every) {
        super(jobs);
        this.drills = drills;
        this.slots = slots;
        this.pauses = pauses;
        this.live = live;
        this.transactionRunner = transactionRunner;
        this.clock = clock;
        this.every = every;
    }

    @Override
    public String kind() {
        return "drill-schedule";
    }

    @Override
    protected Duration every() {
        return every;
    }

    @Override
    protected boolean atStart() {
        return true;
    }

    @Override
    protected void round(Lease lease) {
        Instant now = clock.instant();
        if (now.isBefore(lastRound)) {
            next.clear(); // the clock was set back
        }
        lastRound = now;
        Set<Look> configured = new HashSet<>();
        live.current().sources().forEach((name, source) -> {
            for (DrillTimetable timetable : DrillTimetable.of(source)) {
                Look look = look(name, source, timetable);
                configured.add(look);
                if (!next.getOrDefault(look, Instant.MIN).isAfter(due(name, source))) {
                    next.put(look, lease.commit(session -> decide(session, name, source, timetable)));
                }
            }
        });
        next.keySet().retainAll(configured);
        lease.commit(session ->
                slots.forgetOthers(session, configured.stream().map(Look::key).collect(Collectors.toSet())));
    }

    private static Look look(String name, SourceConfig source, DrillTimetable timetable) {
        return new Look(timetable.key(name), source.schedule().timezone());
    }

    /** Slots until then are due. */
    private Instant due(String name, SourceConfig source) {
        return clock.instant()
                .minus(SlotDelay.of(seed(name, source), source.schedule().jitter()));
    }

    /** Decides on the due slots of a schedule, as {@link #round} does, in a transaction of its own. */
    void decide(String name, SourceConfig source, Cron cron) {
        transactionRunner
                .run(session -> decide(session, name, source, DrillTimetable.restoreTest(cron)))
                .await()
                .atMost(PATIENCE);
    }

    /** @return the first slot that is not decided */
    private Uni<Instant> decide(Mutiny.Session session, String name, SourceConfig source, DrillTimetable timetable) {
        Cron cron = timetable.cron();
        Look look = look(name, source, timetable);
        return slots.decidedUntil(session, look.key(), clock.instant()).chain(after -> {
            Optional<DueSlots> found = DueSlots.between(cron, look.zone(), after, due(name, source));
            Instant decided = found.map(DueSlots::last).orElse(after);
            Uni<Void> done = found.isEmpty()
                    ? Uni.createFrom().voidItem()
                    : decide(session, look.key(), timetable.kind(), decided);
            return done.replaceWith(cron.next(decided, look.zone()));
        });
    }

    private Uni<Void> decide(Mutiny.Session session, DrillSlots.Key key, String kind, Instant fireAt) {
        return slots.decided(session, key, fireAt)
                .chain(() -> slots.isTaken(session, key.source(), kind, fireAt))
                .chain(taken -> taken
                        ? Uni.createFrom().item(true)
                        : pauses.covers(session, key.source(), fireAt).invoke(paused -> {
                            if (paused) {
                                LOG.infof("source %s: no drill for the slot %s in its pause", key.source(), fireAt);
                            }
                        }))
                .chain(skipped -> skipped ? Uni.createFrom().voidItem() : begin(session, key, kind, fireAt));
    }

    private Uni<Void> begin(Mutiny.Session session, DrillSlots.Key key, String kind, Instant fireAt) {
        return drills.unfinished(session, key.source()).chain(running -> {
            if (running.isPresent()) {
                LOG.warnf(
                        "source %s: no drill for the slot %s, because drill %s has not ended",
                        key.source(), fireAt, running.get().id());
                return Uni.createFrom().voidItem();
            }
            DrillRequest request = new DrillRequest(key.source(), kind, null, fireAt, SCHEDULE, null, null);
            return drills.begin(session, request).replaceWithVoid();
        });
    }

    private static long seed(String name, SourceConfig source) {
        return source.id()
                .orElseGet(() -> UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)))
                .getLeastSignificantBits();
    }
}
