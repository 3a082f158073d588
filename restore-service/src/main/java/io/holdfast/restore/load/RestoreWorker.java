package io.holdfast.restore.load;

import static java.util.Objects.requireNonNull;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.RestoreId;
import io.holdfast.contracts.SourceRef;
import io.holdfast.eventing.jobs.JobHandler;
import io.holdfast.eventing.jobs.JobOutage;
import io.holdfast.eventing.jobs.Lease;
import io.holdfast.eventing.tracing.SpanAttributes;
import io.holdfast.restore.approval.RestoreApprovals;
import io.holdfast.restore.domain.Restore;
import io.holdfast.restore.domain.RestoreFailureRules;
import io.holdfast.restore.domain.RestoreJobKind;
import io.holdfast.restore.domain.RestoreJobScheduler;
import io.holdfast.restore.domain.RestoreKind;
import io.holdfast.restore.domain.RestorePlan;
import io.holdfast.restore.domain.RestoreRepository;
import io.holdfast.restore.domain.RestoreState;
import io.holdfast.restore.domain.RestoredTotals;
import io.holdfast.restore.domain.SwitchoverState;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Plans restores and makes their copies, up to the point where live data would be touched: that is the work of
 * the switch job. A worker that takes over from a dead one begins again beside, in a database of its own; once the
 * copy was found equal it only finishes the hand-over.
 */
@ApplicationScoped
class RestoreWorker implements JobHandler {
    private final RestoreRepository restoreRepository;
    private final RestorePlanner restorePlanner;
    private final StagingRestorer stagingRestorer;
    private final InPlaceRestorer inPlaceRestorer;
    private final StagingRenamer stagingRenamer;
    private final RestoreApprovals approvals;
    private final RestoreJobScheduler restoreJobScheduler;
    private final PointInTimeCapture pointInTimeCapture;
    private final CopyCapture copyCapture;

    RestoreWorker(
            RestoreRepository restoreRepository,
            RestorePlanner restorePlanner,
            StagingRestorer stagingRestorer,
            InPlaceRestorer inPlaceRestorer,
            StagingRenamer stagingRenamer,
            RestoreApprovals approvals,
            RestoreJobScheduler restoreJobScheduler,
            PointInTimeCapture pointInTimeCapture,
            CopyCapture copyCapture) {
        this.pointInTimeCapture = pointInTimeCapture;
        this.copyCapture = copyCapture;
        this.restoreRepository = restoreRepository;
        this.restorePlanner = restorePlanner;
        this.stagingRestorer = stagingRestorer;
        this.inPlaceRestorer = inPlaceRestorer;
        this.stagingRenamer = stagingRenamer;
        this.approvals = approvals;
        this.restoreJobScheduler = restoreJobScheduler;
    }

    @Override
    public String kind() {
        return RestoreJobKind.RESTORE;
    }

    /** A long restore must not keep an urgent one waiting. */
    @Override
    public int concurrency() {
        return 2;
    }

    @Override
    public void run(Lease lease) {
        RestoreId id = RestoreId.parse(lease.subject());
        Restore restore = lease.commit(session -> restoreRepository.get(session, id));
        SpanAttributes.current(SpanAttributes.RESTORE, id, restore.source().name());
        if (restore.state() == RestoreState.HANDING_OVER) {
            finish(restore, lease);
            return;
        }
        RestorePlanner.Prepared prepared = plan(restore, lease);
        if (restore.wish().dryRun()) {
            lease.complete(session -> restoreRepository.dryRun(session, id, prepared.plan()));
            return;
        }
        refuseImpossible(prepared.plan());
        restore = lease.commit(session -> restoreRepository.planned(session, id, prepared.plan()));
        if (approvals.isAwaited(restore)) {
            lease.complete(session -> approvals.await(session, id));
            return;
        }
        copy(restore, lease, captured(restore, lease, prepared));
    }

    /** Of a restore to a point in time: captures the database of the instant, unless a worker before did. */
    private RestorePlanner.Prepared captured(Restore restore, Lease lease, RestorePlanner.Prepared prepared) {
        if (!restore.wish().pointInTime() || restore.wish().rewinds()) {
            return prepared;
        }
        if (prepared.manifest() != null) {
            copyCapture.discardOrLog(restore);
            return prepared;
        }
        pointInTimeCapture.run(restore, lease, requireNonNull(prepared.vault()));
        RestorePlanner.Prepared ready = plan(restore, lease);
        refuseImpossible(ready.plan());
        return ready;
    }

    private RestorePlanner.Prepared plan(Restore restore, Lease lease) {
        SourceRef source = restore.source();
        lease.commit(session -> restoreRepository.enter(session, restore.id(), RestoreState.PREFLIGHT));
        return restorePlanner.of(restore, lease.commit(session -> restoreRepository.rate(session, source)));
    }

    private static void refuseImpossible(RestorePlan plan) {
        List<FailureReason> problems = plan.problems();
        if (problems.isEmpty()) {
            return;
        }
        FailureReason first = problems.getFirst();
        String all = problems.size() == 1
                ? first.message()
                : problems.size() + " things stand against the restore: "
                        + problems.stream().map(FailureReason::message).collect(Collectors.joining("; "));
        throw new HoldfastException(new FailureReason(first.code(), all, first.object()), null);
    }

    private void copy(Restore restore, Lease lease, RestorePlanner.Prepared prepared) {
        RestoreId id = restore.id();
        if (restore.wish().rewinds()) {
            lease.complete(session ->
                    restoreRepository.rewinding(session, id).call(() -> restoreJobScheduler.toSwitch(session, id)));
            return;
        }
        var vault = requireNonNull(prepared.vault());
        var manifest = requireNonNull(prepared.manifest());
        if (restore.kind() == RestoreKind.IN_PLACE) {
            RestoredTotals staged = inPlaceRestorer.stage(restore, lease, vault, manifest);
            lease.complete(session -> restoreRepository
                    .equal(session, id, RestoreState.SAFETY, staged, null, List.of())
                    .call(() -> restoreJobScheduler.toSwitch(session, id)));
            return;
        }
        StagingRestorer.Copy copy =
                stagingRestorer.make(restore, lease, vault, manifest, requireNonNull(prepared.fit()));
        SwitchoverState switchoverState = SwitchoverState.of(copy.staging(), copy.oid(), liveOid(restore));
        if (restore.kind().replaces()) {
            // what is put aside by a switch is backed up afterwards
            RestoreState next =
                    restore.kind() == RestoreKind.REPLACE ? RestoreState.MAINTENANCE_ON : RestoreState.SAFETY;
            lease.complete(session -> restoreRepository
                    .equal(session, id, next, copy.restored(), switchoverState, copy.checks())
                    .call(() -> restoreJobScheduler.toSwitch(session, id)));
        } else {
            finish(
                    lease.commit(session -> restoreRepository.equal(
                            session, id, RestoreState.HANDING_OVER, copy.restored(), switchoverState, copy.checks())),
                    lease);
        }
    }

    /** Of the plan that was approved: if it is another one by now, the exchange refuses it. */
    private static @org.jspecify.annotations.Nullable Long liveOid(Restore restore) {
        RestorePlan plan = restore.account().plan();
        return plan == null ? null : plan.liveOid();
    }

    private void finish(Restore restore, Lease lease) {
        stagingRenamer.run(restore);
        RestoreId id = restore.id();
        lease.complete(session ->
                restoreRepository.completed(session, id).call(() -> restoreJobScheduler.leftovers(session, id)));
    }

    @Override
    public Uni<Void> failed(Lease lease, HoldfastException holdfastException, Mutiny.Session session) {
        RestoreId id = RestoreId.parse(lease.subject());
        return restoreRepository
                .failed(session, id, holdfastException.reason())
                .chain(() -> restoreJobScheduler.leftovers(session, id));
    }

    /** A restore to a point in time reads a source, too. */
    @Override
    public boolean retryable(HoldfastException holdfastException) {
        FailureCode code = holdfastException.code();
        return RestoreFailureRules.isTransient(code)
                || (code.isTransient() && code.category() == FailureCode.Category.SOURCE);
    }

    @Override
    public boolean awaitsEnd(HoldfastException outage) {
        return JobOutage.isOfVault(outage);
    }

    @Override
    public Uni<Void> waiting(Lease lease, HoldfastException outage, Duration delay, Mutiny.Session session) {
        return restoreRepository
                .change(
                        session,
                        RestoreId.parse(lease.subject()),
                        it -> it.note("waits " + delay + " for another attempt: " + outage.getMessage()))
                .replaceWithVoid();
    }
}
