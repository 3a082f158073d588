package io.holdfast.verifier.drill;

import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.VerificationId;
import io.holdfast.eventing.jobs.JobHandler;
import io.holdfast.eventing.jobs.JobOutage;
import io.holdfast.eventing.jobs.Lease;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.hibernate.reactive.mutiny.Mutiny;

/** Holds the drills. A worker that dies leaves only its scratch database; the next one begins again. */
@ApplicationScoped
class DrillWorker implements JobHandler {
    private final Drills drills;
    private final DrillRun drillRun;

    DrillWorker(Drills drills, DrillRun drillRun) {
        this.drills = drills;
        this.drillRun = drillRun;
    }

    @Override
    public String kind() {
        return Drills.JOB_KIND;
    }

    @Override
    public void run(Lease lease) {
        VerificationId id = VerificationId.parse(lease.subject());
        Drill drill = lease.commit(session -> drills.started(session, id));
        DrillOutcome outcome = drillRun.of(drill, lease);
        lease.complete(session -> drills.ended(session, id, outcome));
    }

    @Override
    public boolean awaitsEnd(HoldfastException outage) {
        return JobOutage.isOfVault(outage);
    }

    @Override
    public Uni<Void> waiting(Lease lease, HoldfastException outage, Duration delay, Mutiny.Session session) {
        return drills.waits(session, VerificationId.parse(lease.subject()), outage.reason(), delay);
    }

    /** A worker that could not finish knows nothing of the backup. */
    @Override
    public Uni<Void> failed(Lease lease, HoldfastException holdfastException, Mutiny.Session session) {
        return drills.ended(
                        session,
                        VerificationId.parse(lease.subject()),
                        new DrillOutcome.Inconclusive(holdfastException.reason()))
                .replaceWithVoid();
    }
}
