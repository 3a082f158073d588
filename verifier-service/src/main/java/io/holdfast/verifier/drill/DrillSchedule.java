package io.holdfast.verifier.drill;

import io.holdfast.config.Cron;
import io.holdfast.config.SourceConfig;
import io.holdfast.config.schedule.DueSlots;
import io.holdfast.config.schedule.SlotDelay;
import io.holdfast.drill.DrillReport;
import io.holdfast.eventing.config.LiveConfig;
import io.holdfast.eventing.jobs.Lease;
import io.holdfast.eventing.jobs.RecurringJob;
import io.holdfast.eventing.jobs.RecurringJobStore;
import io.holdfast.eventing.runtime.TransactionRunner;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/**
 * Requests the drills of {@code schedule.drills}: one for each fire time, by the rules of scheduled backups. After a downtime
 * the newest missed slot is caught up. A round may be done twice: the row of a schedule is locked while its slots are
 * decided, and a fire time has one row.
 */
@ApplicationScoped
class DrillSchedule extends RecurringJob {
    private static final Logger LOG = Logger.getLogger(DrillSchedule.class);
    private static final String SCHEDULE = "schedule";

    private final Drills drills;
    private final DrillSlots slots;
    private final LiveConfig live;
    private final TransactionRunner transactionRunner;
    private final InstantSource clock;
    private final Duration every;

    DrillSchedule(
            RecurringJobStore jobs,
            Drills drills,
            DrillSlots slots,
            LiveConfig live,
            TransactionRunner transactionRunner,
            InstantSource clock,
            @ConfigProperty(name = "holdfast.drills.tick", defaultValue = "10s") Duration every) {
        super(jobs);
        this.drills = drills;
        this.slots = slots;
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
        Set<DrillSlots.Key> configured = new HashSet<>();
        live.current().sources().forEach((name, source) -> {
            for (Cron cron : source.schedule().drills()) {
                configured.add(new DrillSlots.Key(name, cron.toString()));
                lease.commit(session -> decide(session, name, source, cron));
            }
        });
        lease.commit(session -> slots.forgetOthers(session, configured));
    }

    /** Decides on the due slots of a schedule; for tests and {@link #round}. */
    void decide(String name, SourceConfig source, Cron cron) {
        transactionRunner
                .run(session -> decide(session, name, source, cron))
                .await()
                .indefinitely();
    }

    private Uni<Void> decide(Mutiny.Session session, String name, SourceConfig source, Cron cron) {
        ZoneId zone = source.schedule().timezone();
        Instant now = clock.instant();
        Instant due =
                now.minus(SlotDelay.of(seed(name, source), source.schedule().jitter()));
        DrillSlots.Key key = new DrillSlots.Key(name, cron.toString());
        return slots.decidedUntil(session, key, now).chain(after -> {
            Optional<DueSlots> found = DueSlots.between(cron, zone, after, due);
            return found.isEmpty()
                    ? Uni.createFrom().voidItem()
                    : decide(session, key, found.get().last());
        });
    }

    private Uni<Void> decide(Mutiny.Session session, DrillSlots.Key key, Instant fireAt) {
        return slots.decided(session, key, fireAt)
                .chain(() -> slots.isTaken(session, key.source(), DrillReport.RESTORE_TEST, fireAt))
                .chain(taken -> taken ? Uni.createFrom().voidItem() : begin(session, key, fireAt));
    }

    private Uni<Void> begin(Mutiny.Session session, DrillSlots.Key key, Instant fireAt) {
        return drills.unfinished(session, key.source()).chain(running -> {
            if (running.isPresent()) {
                LOG.warnf(
                        "source %s: no drill for the slot %s, because drill %s has not ended",
                        key.source(), fireAt, running.get().id());
                return Uni.createFrom().voidItem();
            }
            DrillRequest request =
                    new DrillRequest(key.source(), DrillReport.RESTORE_TEST, null, fireAt, SCHEDULE, null);
            return drills.begin(session, request).replaceWithVoid();
        });
    }

    private static long seed(String name, SourceConfig source) {
        return source.id()
                .orElseGet(() -> UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)))
                .getLeastSignificantBits();
    }
}
