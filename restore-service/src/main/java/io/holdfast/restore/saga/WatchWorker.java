package io.holdfast.restore.saga;

import io.holdfast.contracts.AlertEvent;
import io.holdfast.contracts.Failure;
import io.holdfast.contracts.RestoreEvent;
import io.holdfast.contracts.RestoreId;
import io.holdfast.eventing.jobs.Lease;
import io.holdfast.eventing.jobs.TirelessHandler;
import io.holdfast.restore.maintenance.Watch;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import org.hibernate.reactive.mutiny.Mutiny;

/** Looks at a restored database for a day or so; tells people if it turns bad, and when it is well again. */
@ApplicationScoped
class WatchWorker implements TirelessHandler {
    static final String JOB_KIND = "restore-watch";

    static final String ALERT = "restore-watch";

    private final Restores restores;
    private final Looking looking;
    private final Alerts alerts;
    private final InstantSource clock;

    WatchWorker(Restores restores, Looking looking, Alerts alerts, InstantSource clock) {
        this.restores = restores;
        this.looking = looking;
        this.alerts = alerts;
        this.clock = clock;
    }

    @Override
    public String kind() {
        return JOB_KIND;
    }

    @Override
    public int concurrency() {
        return 4;
    }

    @Override
    public void run(Lease lease) {
        RestoreId id = Followers.restoreOf(lease.subject());
        Restore restore = lease.commit(session -> restores.get(session, id));
        if (restore.state() != RestoreState.WATCHING) {
            return; // rolled back meanwhile
        }
        Watch known = restore.account().watch();
        Watch before = known == null ? Watch.begun(Objects.requireNonNull(restore.completedAt())) : known;
        Watch seen = before.seeing(looking.at(restore));
        Instant now = clock.instant();
        Watch.Verdict verdict = seen.judge(looking.policy(restore), now);
        Seen look = new Seen(id, seen, verdict, looking.foundBad(restore));
        Instant next = verdict.nextLookAt();
        if (next == null) {
            lease.complete(session -> ended(session, look));
        } else {
            lease.postpone(Duration.between(now, next), session -> noted(session, look));
        }
    }

    private record Seen(RestoreId id, Watch watch, Watch.Verdict verdict, boolean wasBad) {}

    /** Nothing of a restore that is rolled back meanwhile. */
    private Uni<Restore> noted(Mutiny.Session session, Seen look) {
        return restores.get(session, look.id()).call(it -> {
            if (it.state() != RestoreState.WATCHING) {
                return Uni.createFrom().voidItem();
            }
            it.account().watched(look.watch());
            return alarm(session, it, look);
        });
    }

    private Uni<Void> alarm(Mutiny.Session session, Restore restore, Seen look) {
        boolean bad = look.verdict().bad();
        if (bad == look.wasBad()) {
            return Uni.createFrom().voidItem();
        }
        return bad
                ? alerts.raise(
                        session,
                        restore,
                        ALERT,
                        AlertEvent.Severity.CRITICAL,
                        "after the restore of " + restore.source().name() + ": "
                                + look.verdict().message() + "; holdfast rollback " + restore.id()
                                + " brings the state before it back")
                : alerts.resolve(session, restore, ALERT);
    }

    private Uni<Restore> ended(Mutiny.Session session, Seen look) {
        return noted(session, look)
                .call(it -> it.state() == RestoreState.WATCHING
                        ? over(session, it, look.verdict())
                        : Uni.createFrom().voidItem());
    }

    private Uni<Void> over(Mutiny.Session session, Restore it, Watch.Verdict verdict) {
        Instant now = clock.instant();
        it.note(verdict.message());
        it.completed(now);
        return restores.tell(
                session, it, new RestoreEvent.WatchEnded(it.id(), it.source(), !verdict.bad(), verdict.message(), now));
    }

    @Override
    public Uni<Void> failed(Lease lease, Failure failure, Mutiny.Session session) {
        return Uni.createFrom().voidItem();
    }
}
