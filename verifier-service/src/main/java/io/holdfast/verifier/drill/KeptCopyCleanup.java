package io.holdfast.verifier.drill;

import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.VerificationId;
import io.holdfast.eventing.jobs.Lease;
import io.holdfast.eventing.jobs.RecurringJob;
import io.holdfast.eventing.jobs.RecurringJobStore;
import io.holdfast.verifier.scratch.KeptCopies;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Drops the kept copies of drills and their logins at the end of their time. The table of drills lists the copies, so
 * that they are dropped also after a crash. If a drop fails, the next round tries again.
 */
@Singleton
class KeptCopyCleanup extends RecurringJob {
    private static final Logger LOG = Logger.getLogger(KeptCopyCleanup.class);

    private final Drills drills;
    private final KeptCopies keptCopies;
    private final InstantSource clock;
    private final Duration every;
    private final Set<VerificationId> told = ConcurrentHashMap.newKeySet();

    KeptCopyCleanup(
            RecurringJobStore jobs,
            Drills drills,
            KeptCopies keptCopies,
            InstantSource clock,
            @ConfigProperty(name = "holdfast.drills.copies-tick", defaultValue = "10s") Duration every) {
        super(jobs);
        this.drills = drills;
        this.keptCopies = keptCopies;
        this.clock = clock;
        this.every = every;
    }

    @Override
    public String kind() {
        return "drill-copies";
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
        List<Drill> expired = lease.commit(session -> drills.withExpiredCopies(session, clock.instant()));
        for (Drill drill : expired) {
            lease.ensureHeld();
            if (drop(drill)) {
                lease.commit(
                        session -> drills.change(session, drill.id(), changed -> changed.copyDropped(clock.instant())));
            }
        }
    }

    /** Each copy that stays is logged once by each process. */
    private boolean stays(Drill drill, String why) {
        if (told.add(drill.id())) {
            LOG.warnf(
                    "drill %s: its copy %s on %s is not dropped yet: %s",
                    drill.id(), drill.copyDatabase(), drill.copyServer(), why);
        }
        return false;
    }

    private boolean drop(Drill drill) {
        String database = drill.copyDatabase();
        String server = drill.copyServer();
        if (database == null || server == null) {
            return true;
        }
        if (!keptCopies.server().filter(server::equals).isPresent()) {
            return stays(drill, "scratch.postgres names another server now; drop the database and its login there");
        }
        try {
            keptCopies.drop(drill.id(), database);
            LOG.infof("drill %s: dropped its copy %s", drill.id(), database);
            return true;
        } catch (HoldfastException holdfastException) {
            return stays(drill, holdfastException.reason().message());
        }
    }
}
