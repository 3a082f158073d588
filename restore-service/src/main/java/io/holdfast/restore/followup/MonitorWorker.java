package io.holdfast.restore.followup;

import io.holdfast.contracts.AlertEvent;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.RestoreEvent;
import io.holdfast.contracts.RestoreId;
import io.holdfast.eventing.jobs.Lease;
import io.holdfast.eventing.jobs.UnlimitedRetryHandler;
import io.holdfast.restore.domain.Restore;
import io.holdfast.restore.domain.RestoreAlerts;
import io.holdfast.restore.domain.RestoreJobKind;
import io.holdfast.restore.domain.RestoreJobScheduler;
import io.holdfast.restore.domain.RestoreKind;
import io.holdfast.restore.domain.RestoreRepository;
import io.holdfast.restore.domain.RestoreState;
import io.holdfast.restore.load.RewindLines;
import io.holdfast.restore.maintenance.MonitorState;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import org.hibernate.reactive.mutiny.Mutiny;

/** Looks at a restored database for a day or so; tells people if it turns bad, and when it is well again. */
@ApplicationScoped
public class MonitorWorker implements UnlimitedRetryHandler {
    public static final String ALERT = "restore-watch";

    private final RestoreRepository restoreRepository;
    private final MonitorProbe monitorProbe;
    private final RestoreAlerts alerts;
    private final InstantSource clock;

    MonitorWorker(
            RestoreRepository restoreRepository, MonitorProbe monitorProbe, RestoreAlerts alerts, InstantSource clock) {
        this.restoreRepository = restoreRepository;
        this.monitorProbe = monitorProbe;
        this.alerts = alerts;
        this.clock = clock;
    }

    @Override
    public String kind() {
        return RestoreJobKind.MONITOR;
    }

    @Override
    public int concurrency() {
        return 4;
    }

    @Override
    public void run(Lease lease) {
        RestoreId id = RestoreJobScheduler.restoreOf(lease.subject());
        Restore restore = lease.commit(session -> restoreRepository.get(session, id));
        if (restore.state() != RestoreState.WATCHING) {
            return; // rolled back meanwhile
        }
        MonitorState known = restore.account().watch();
        MonitorState before = known == null ? MonitorState.begun(Objects.requireNonNull(restore.completedAt())) : known;
        MonitorState seen = before.seeing(monitorProbe.at(restore));
        Instant now = clock.instant();
        MonitorState.Verdict verdict = seen.judge(monitorProbe.policy(restore), now);
        Seen look = new Seen(id, seen, verdict, monitorProbe.foundBad(restore));
        Instant next = verdict.nextLookAt();
        if (next == null) {
            lease.complete(session -> ended(session, look));
        } else {
            lease.postpone(Duration.between(now, next), session -> noted(session, look));
        }
    }

    private record Seen(RestoreId id, MonitorState watch, MonitorState.Verdict verdict, boolean wasBad) {}

    /** Nothing of a restore that is rolled back meanwhile. */
    private Uni<Restore> noted(Mutiny.Session session, Seen look) {
        return restoreRepository.get(session, look.id()).call(it -> {
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
                                + look.verdict().message() + "; " + wayBack(restore))
                : alerts.resolve(session, restore, ALERT);
    }

    private static String wayBack(Restore restore) {
        return restore.kind() == RestoreKind.REWIND
                ? RewindLines.commands(restore)
                : "holdfast rollback " + restore.id() + " brings the state before it back";
    }

    private Uni<Restore> ended(Mutiny.Session session, Seen look) {
        return noted(session, look)
                .call(it -> it.state() == RestoreState.WATCHING
                        ? over(session, it, look.verdict())
                        : Uni.createFrom().voidItem());
    }

    private Uni<Void> over(Mutiny.Session session, Restore it, MonitorState.Verdict verdict) {
        Instant now = clock.instant();
        it.note(verdict.message());
        it.completed(now);
        return restoreRepository.tell(
                session, it, new RestoreEvent.WatchEnded(it.id(), it.source(), !verdict.bad(), verdict.message(), now));
    }

    @Override
    public Uni<Void> failed(Lease lease, HoldfastException holdfastException, Mutiny.Session session) {
        return Uni.createFrom().voidItem();
    }
}
