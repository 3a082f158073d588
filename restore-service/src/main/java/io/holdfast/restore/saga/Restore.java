package io.holdfast.restore.saga;

import static java.util.Objects.requireNonNull;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.RestoreId;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import jakarta.persistence.CollectionTable;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
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
import java.util.UUID;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** One restore of a whole database into a new one. Its verbs are the only way to change it. */
@Entity
@Table(name = "restore")
public class Restore {
    @Id
    private UUID id;

    @Version
    private int version;

    private long sequence;

    @Column(name = "source_id")
    private UUID sourceId;

    @Column(name = "source_name")
    private String sourceName;

    private String wanted;
    private String database;
    private String server;

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

    @Column(name = "ended_at")
    private @Nullable Instant endedAt;

    @Column(name = "snapshot_at")
    private @Nullable Instant snapshotAt;

    @Column(name = "cancelled_by")
    private @Nullable String cancelledBy;

    /** Highest epoch of a worker that may have made a database beside. */
    private long epoch;

    private @Nullable String staging;

    @Column(name = "staging_oid")
    private @Nullable Long stagingOid;

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
    private List<Step> steps = new ArrayList<>();

    protected Restore() {}

    /**
     * A restore that was accepted just now.
     *
     * @param wanted which backup was asked for, as {@code Choice} writes it
     * @param server the configured source on whose server the database is made
     */
    static Restore requested(
            RestoreId id,
            SourceRef source,
            String wanted,
            String database,
            String server,
            @Nullable String correlationId,
            Instant now) {
        Restore restore = new Restore();
        restore.id = id.value();
        restore.sourceId = source.id().value();
        restore.sourceName = source.name();
        restore.wanted = wanted;
        restore.database = database;
        restore.server = server;
        restore.state = RestoreState.REQUESTED;
        restore.correlationId = correlationId;
        restore.requestedAt = now;
        return restore;
    }

    /** Moves on to a state and begins the step of its name; the step before it ends. */
    void enter(RestoreState next, Instant now) {
        endStep(now, null);
        become(next);
        steps.add(new Step(next.name().toLowerCase(Locale.ROOT), now));
    }

    /** From here on a worker may make a database beside, each its own. */
    void loading(long workersEpoch, Instant now) {
        enter(RestoreState.LOADING, now);
        epoch = workersEpoch;
    }

    /** What is worth knowing of the present step. */
    void note(String detail) {
        steps.getLast().note(detail);
    }

    /**
     * The plan stands.
     *
     * @return whether it is the first time; a worker that took over finds it resolved already
     */
    boolean resolved(BackupId backup, Instant snapshot, Instant now) {
        if (backupId != null) {
            return false;
        }
        backupId = backup.value();
        snapshotAt = snapshot;
        startedAt = now;
        return true;
    }

    /**
     * The copy in the database beside is equal to the backup: from here it is handed over, by whichever worker. Fails with
     * CANCELLED if that was asked for: this is the last moment for it.
     */
    void equal(String stagingName, long oid, Restored restored, Instant now) {
        if (cancelledBy != null) {
            throw Failure.about(id.toString(), FailureCode.CANCELLED, "cancelled before it was handed over");
        }
        enter(RestoreState.HANDING_OVER, now);
        staging = stagingName;
        stagingOid = oid;
        snapshotAt = restored.snapshotAt();
        tables = restored.tables();
        rows = restored.rows();
        bytes = restored.bytes();
    }

    void completed(Instant now) {
        endStep(now, null);
        become(RestoreState.COMPLETED);
        endedAt = now;
    }

    void failed(FailureReason reason, Instant now) {
        endStep(now, reason.message());
        become(RestoreState.FAILED);
        endedAt = now;
        failureCode = reason.code();
        failureMessage = reason.message();
        failureObject = reason.object();
    }

    /**
     * Somebody wants it to stop.
     *
     * @return false if it is too late: it is being handed over, or has ended otherwise
     */
    boolean cancellationRequested(String by) {
        if (state == RestoreState.CANCELLED) {
            return true;
        }
        if (!state.mayBecome(RestoreState.CANCELLED)) {
            return false;
        }
        cancelledBy = by;
        return true;
    }

    void cancelled(Instant now) {
        endStep(now, "cancelled");
        become(RestoreState.CANCELLED);
        endedAt = now;
    }

    /** The next number of this restore's own events, beginning with 1. */
    long nextSequence() {
        return ++sequence;
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

    public RestoreId id() {
        return new RestoreId(id);
    }

    public SourceRef source() {
        return new SourceRef(new SourceId(sourceId), sourceName);
    }

    String wanted() {
        return wanted;
    }

    public String database() {
        return database;
    }

    String server() {
        return server;
    }

    public @Nullable BackupId backupId() {
        return backupId == null ? null : new BackupId(backupId);
    }

    /** The database that a worker of this epoch loads into, beside whatever else there is. */
    static String stagingName(RestoreId id, long epoch) {
        return "holdfast_restore_" + id.toString().replace("-", "") + "_" + epoch;
    }

    /** All that workers of this restore may have made beside. */
    List<String> stagingNames() {
        return stagingNamesUpTo(epoch);
    }

    /** What workers before the one of this epoch may have made beside. */
    List<String> stagingNamesBefore(long workersEpoch) {
        return stagingNamesUpTo(workersEpoch - 1);
    }

    private List<String> stagingNamesUpTo(long last) {
        return LongStream.rangeClosed(1, last)
                .mapToObj(e -> stagingName(id(), e))
                .toList();
    }

    /** What is to be handed over, from HANDING_OVER on. */
    Handover handover() {
        return new Handover(requireNonNull(staging), requireNonNull(stagingOid));
    }

    /** @param oid of the checked database; it keeps it over the rename */
    record Handover(String staging, long oid) {}

    public RestoreState state() {
        return state;
    }

    @Nullable
    String correlationId() {
        return correlationId;
    }

    long sequence() {
        return sequence;
    }

    Instant requestedAt() {
        return requestedAt;
    }

    @Nullable
    Instant startedAt() {
        return startedAt;
    }

    @Nullable
    Instant endedAt() {
        return endedAt;
    }

    @Nullable
    String cancelledBy() {
        return cancelledBy;
    }

    @Nullable
    Instant snapshotAt() {
        return snapshotAt;
    }

    int tables() {
        return tables;
    }

    long rows() {
        return rows;
    }

    long bytes() {
        return bytes;
    }

    List<Step> steps() {
        return List.copyOf(steps);
    }

    @Nullable
    FailureReason reason() {
        return failureCode == null || failureMessage == null
                ? null
                : new FailureReason(failureCode, failureMessage, failureObject);
    }
}
