package io.holdfast.restore.domain;

import static java.util.Objects.requireNonNull;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.LiveData;
import io.holdfast.contracts.RestoreId;
import io.holdfast.contracts.RestoreTarget;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import io.holdfast.engine.inplace.InPlaceSelection;
import jakarta.persistence.CollectionTable;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.OrderColumn;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** One restore. Its verbs are the only way to change it. */
@Entity
@Table(name = "restore")
public class Restore {
    @Id
    private UUID id;

    @Version
    private int version;

    private long sequence;

    /** Of the event that told what has become of it. */
    @Column(name = "outcome_sequence")
    private long outcomeSequence;

    @Column(name = "source_id")
    private UUID sourceId;

    @Column(name = "source_name")
    private String sourceName;

    @Embedded
    private RestoreSpec wish;

    @Column(name = "backup_id")
    private @Nullable UUID backupId;

    @Enumerated(EnumType.STRING)
    private RestoreState state;

    @Column(name = "correlation_id")
    private @Nullable String correlationId;

    @Column(name = "requested_at")
    private Instant requestedAt;

    @Column(name = "started_at")
    private @Nullable Instant startedAt;

    @Column(name = "completed_at")
    private @Nullable Instant completedAt;

    @Column(name = "ended_at")
    private @Nullable Instant endedAt;

    @Column(name = "snapshot_at")
    private @Nullable Instant snapshotAt;

    @Column(name = "cancelled_by")
    private @Nullable String cancelledBy;

    /** Highest epoch of a worker that may have made a database beside. */
    private long epoch;

    @Embedded
    private @Nullable RestoreApproval approval;

    @Embedded
    private @Nullable SwitchoverState switching;

    @Embedded
    private @Nullable RestoreDetails account;

    private int tables;
    private long rows;
    private long bytes;

    @Enumerated(EnumType.STRING)
    @Column(name = "failure_code")
    private @Nullable FailureCode failureCode;

    @Column(name = "failure_message")
    private @Nullable String failureMessage;

    @Column(name = "failure_object")
    private @Nullable String failureObject;

    @ElementCollection(fetch = FetchType.EAGER)
    @CollectionTable(name = "restore_step", joinColumns = @JoinColumn(name = "restore_id"))
    @OrderColumn(name = "position")
    private List<RestoreStep> steps = new ArrayList<>();

    protected Restore() {}

    /** A restore that was accepted just now. */
    public static Restore requested(
            RestoreId id, SourceRef source, RestoreSpec wish, @Nullable String correlationId, Instant now) {
        Restore restore = new Restore();
        restore.id = id.value();
        restore.sourceId = source.id().value();
        restore.sourceName = source.name();
        restore.wish = wish;
        restore.state = RestoreState.REQUESTED;
        restore.correlationId = correlationId;
        restore.requestedAt = now;
        return restore;
    }

    /** Moves on to a state and begins the step of its name; the step before it ends. */
    public void enter(RestoreState next, Instant now) {
        endStep(now, null);
        become(next);
        steps.add(new RestoreStep(next.name().toLowerCase(Locale.ROOT), now));
    }

    /** From here on a worker may make a database beside, each its own. */
    void loading(long workersEpoch, Instant now) {
        enter(RestoreState.LOADING, now);
        epoch = workersEpoch;
    }

    /** What is worth knowing of the present step. */
    public void note(String detail) {
        if (!steps.isEmpty()) {
            steps.getLast().note(detail);
        }
    }

    /**
     * The plan stands. It is resolved once: a worker that took over, and one that goes on after the approval, may not come
     * to another.
     *
     * @return whether it is the first time
     */
    boolean resolved(RestorePlan plan, Instant now) {
        if (startedAt != null) {
            return false;
        }
        account().plan(plan);
        BackupId chosen = plan.backup();
        backupId = chosen == null ? null : chosen.value();
        snapshotAt = plan.snapshotAt();
        startedAt = now;
        return true;
    }

    /** Stops here until somebody approves. */
    void awaitApproval(Instant until, Instant now) {
        refuseCancelled();
        enter(RestoreState.AWAITING_APPROVAL, now);
        approval = RestoreApproval.awaitedUntil(until);
    }

    /** @throws HoldfastException REQUEST_CONFLICT if nothing is to be approved, or it is too late */
    void approved(String by, Instant now) {
        refuseCancelled();
        RestoreApproval awaited = approval;
        if (state != RestoreState.AWAITING_APPROVAL || awaited == null || awaited.isGiven()) {
            throw conflict("does not await approval");
        }
        Instant expiry = requireNonNull(awaited.expiresAt());
        if (!now.isBefore(expiry)) {
            throw conflict("could be approved until " + expiry + " only; ask for the restore again");
        }
        awaited.given(by, now);
    }

    public boolean isApproved() {
        return approval != null && approval.isGiven();
    }

    /** @return false if it is none of this any more */
    boolean expired(Instant now) {
        if (state != RestoreState.AWAITING_APPROVAL || isApproved()) {
            return false;
        }
        endStep(now, "not approved in time");
        become(RestoreState.EXPIRED);
        endedAt = now;
        return true;
    }

    /** A dry run ends with its plan. */
    void planned(Instant now) {
        endStep(now, null);
        become(RestoreState.PLANNED);
        endedAt = now;
    }

    /**
     * The copy in the database beside is equal to the backup: from here it is handed over, by whichever worker. Fails with
     * CANCELLED if that was asked for: this is the last moment for it.
     */
    void equal(RestoreState next, RestoredTotals restored, @Nullable SwitchoverState with, Instant now) {
        refuseCancelled();
        enter(next, now);
        switching = with;
        snapshotAt = restored.snapshotAt();
        tables = restored.tables();
        rows = restored.rows();
        bytes = restored.bytes();
    }

    private void refuseCancelled() {
        if (cancelledBy != null) {
            throw HoldfastException.about(id.toString(), FailureCode.CANCELLED, "cancelled before it was handed over");
        }
    }

    /** Nothing is staged: the live database goes back to an earlier state. Fails with CANCELLED as {@link #equal} does. */
    void rewinding(Instant now) {
        refuseCancelled();
        enter(RestoreState.SAFETY, now);
    }

    /** The live database is the restored one, with this content. */
    public void overwritten(int tablesNow, long rowsNow, Instant now) {
        if (switching != null) {
            switching.switched(now, now);
        }
        tables = tablesNow;
        rows = rowsNow;
        enter(RestoreState.HEALTH, now);
    }

    /**
     * The provider is about to be asked. Fails with IllegalStateException if the restore has gone on, or the provider was asked
     * already: the work of another worker.
     */
    public void rewindRequested(RewindProgress progress) {
        RewindProgress before = account().rewind();
        if (state != RestoreState.APPLYING || (before != null && before.requestedAt() != null)) {
            throw new IllegalStateException(
                    "restore " + id + " is " + state + ", and its provider may have been asked");
        }
        account().rewind(progress);
    }

    /** The provider has taken the live database back to its state of this second. */
    public void rewound(Instant second, Instant now) {
        snapshotAt = second;
        enter(RestoreState.HEALTH, now);
    }

    /** The copy is the live database now. */
    public void switched(Instant now, Instant keptUntil) {
        requireNonNull(switching).switched(now, keptUntil);
        enter(RestoreState.HEALTH, now);
    }

    /** Whoever asked for it has it; it is looked at for a while yet. */
    public void watched(Instant now) {
        enter(RestoreState.WATCHING, now);
        completedAt = now;
    }

    public void completed(Instant now) {
        endStep(now, null);
        become(RestoreState.COMPLETED);
        endedAt = now;
        if (completedAt == null) {
            completedAt = now;
        }
    }

    /** Something went wrong when live data was touched, or somebody wants it undone: everything is put back. */
    public void rollBack(FailureReason reason, Instant now) {
        because(reason);
        steps.getLast().note(reason.message());
        enter(RestoreState.ROLLING_BACK, now);
        endedAt = null;
    }

    public void rolledBack(Instant now) {
        endStep(now, null);
        become(RestoreState.ROLLED_BACK);
        endedAt = now;
    }

    public void failed(FailureReason reason, Instant now) {
        endStep(now, reason.message());
        become(RestoreState.FAILED);
        endedAt = now;
        because(reason);
    }

    private void because(FailureReason reason) {
        failureCode = reason.code();
        failureMessage = reason.message();
        failureObject = reason.object();
    }

    /**
     * Somebody wants it to stop.
     *
     * @return false if it is too late: live data may have been touched, or it has ended otherwise
     */
    public boolean cancellationRequested(String by) {
        if (state == RestoreState.CANCELLED) {
            return true;
        }
        if (!state.mayBecome(RestoreState.CANCELLED)) {
            return false;
        }
        cancelledBy = by;
        return true;
    }

    public void cancelled(Instant now) {
        endStep(now, "cancelled");
        become(RestoreState.CANCELLED);
        endedAt = now;
    }

    /** The next number of this restore's own events, beginning with 1. */
    long nextSequence() {
        return ++sequence;
    }

    /** The same, for the event that tells what has become of it. */
    long nextOutcome() {
        outcomeSequence = nextSequence();
        return outcomeSequence;
    }

    /** The live database after the end of a restore that did not complete; null for other restores. */
    @Nullable
    public LiveData live() {
        return switch (state) {
            case ROLLED_BACK -> LiveData.PUT_BACK;
            // a rollback that ended says whether there was something to put back
            case FAILED ->
                hasBegun(RestoreState.ROLLING_BACK) && account().putBack() == null
                        ? LiveData.CHANGED
                        : LiveData.UNTOUCHED;
            default -> null;
        };
    }

    private boolean hasBegun(RestoreState step) {
        return steps.stream().anyMatch(it -> isOf(it, step));
    }

    private static boolean isOf(RestoreStep it, RestoreState step) {
        return it.name().equals(step.name().toLowerCase(Locale.ROOT));
    }

    /** When the last step of this state began; the last step of all if there is none. */
    public Instant began(RestoreState step) {
        return steps.reversed().stream()
                .filter(it -> isOf(it, step))
                .findFirst()
                .orElse(steps.getLast())
                .startedAt();
    }

    private void endStep(Instant now, @Nullable String how) {
        if (!steps.isEmpty() && steps.getLast().isOpen()) {
            steps.getLast().ended(now, how);
        }
    }

    private void become(RestoreState next) {
        if (!state.mayBecome(next)) {
            throw new IllegalStateException("restore " + id + " is " + state + " and cannot become " + next);
        }
        state = next;
    }

    private HoldfastException conflict(String what) {
        return HoldfastException.about(
                id.toString(), FailureCode.REQUEST_CONFLICT, "restore " + id + " is " + state + " and " + what);
    }

    public RestoreId id() {
        return new RestoreId(id);
    }

    public SourceRef source() {
        return new SourceRef(new SourceId(sourceId), sourceName);
    }

    public RestoreSpec wish() {
        return wish;
    }

    public String database() {
        return wish.database();
    }

    public String server() {
        return wish.server();
    }

    public @Nullable BackupId backupId() {
        return backupId == null ? null : new BackupId(backupId);
    }

    /** The database that a worker of this epoch loads into, beside whatever else there is. */
    public static String stagingName(RestoreId id, long epoch) {
        return "holdfast_restore_" + id.toString().replace("-", "") + "_" + epoch;
    }

    /** All that workers of this restore may have made beside. */
    public List<String> stagingNames() {
        return stagingNamesUpTo(epoch);
    }

    /** What workers before the one of this epoch may have made beside. */
    public List<String> stagingNamesBefore(long workersEpoch) {
        return stagingNamesUpTo(workersEpoch - 1);
    }

    private List<String> stagingNamesUpTo(long last) {
        return LongStream.rangeClosed(1, last)
                .mapToObj(e -> stagingName(id(), e))
                .toList();
    }

    @Nullable
    public RestoreApproval approval() {
        return approval;
    }

    /** What it does: a replacement that can make no copy beside is planned as one in place. */
    public RestoreKind kind() {
        return tablesInPlace().isPresent() ? RestoreKind.IN_PLACE : wish.kind();
    }

    private Optional<List<String>> tablesInPlace() {
        return Optional.ofNullable(account().plan()).map(RestorePlan::inPlace);
    }

    /** What goes into a live database. */
    public InPlaceSelection selection() {
        return tablesInPlace()
                .map(tables -> new InPlaceSelection(RestoreTarget.Mode.REPLACE, tables, List.of(), false))
                .orElseGet(wish::selection);
    }

    /** What is to be handed over or switched, from then on. */
    public SwitchoverState switching() {
        return requireNonNull(switching);
    }

    public boolean isSwitched() {
        return switching != null && switching.switchedAt() != null;
    }

    /** Whether the database that was put aside is there still. */
    public boolean keeps() {
        return switching != null && switching.keptUntil() != null;
    }

    /** Absent where nothing was found or done yet. */
    public RestoreDetails account() {
        RestoreDetails present = account == null ? new RestoreDetails() : account;
        account = present;
        return present;
    }

    public RestoreState state() {
        return state;
    }

    @Nullable
    String correlationId() {
        return correlationId;
    }

    long outcomeSequence() {
        return outcomeSequence;
    }

    public Instant requestedAt() {
        return requestedAt;
    }

    @Nullable
    public Instant startedAt() {
        return startedAt;
    }

    @Nullable
    public Instant completedAt() {
        return completedAt;
    }

    @Nullable
    public Instant endedAt() {
        return endedAt;
    }

    @Nullable
    String cancelledBy() {
        return cancelledBy;
    }

    @Nullable
    public Instant snapshotAt() {
        return snapshotAt;
    }

    public int tables() {
        return tables;
    }

    public long rows() {
        return rows;
    }

    public long bytes() {
        return bytes;
    }

    public List<RestoreStep> steps() {
        return List.copyOf(steps);
    }

    @Nullable
    public FailureReason reason() {
        return failureCode == null || failureMessage == null
                ? null
                : new FailureReason(failureCode, failureMessage, failureObject);
    }
}
