package io.holdfast.backup.catalog;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.BackupKind;
import io.holdfast.contracts.BackupTotals;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import io.holdfast.contracts.VerificationId;
import io.holdfast.vault.format.Hold;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One backup, from its request to its proof. Its verbs are the only way to change it. */
@Entity
@Table(name = "backup")
public class Backup {
    private static final String ADOPTED = "/holdfast/vault";

    @Id
    private UUID id;

    @Version
    private int version;

    private long sequence;

    @Column(name = "source_id")
    private UUID sourceId;

    @Column(name = "source_name")
    private String sourceName;

    @Enumerated(EnumType.STRING)
    private BackupKind kind;

    private String[] labels;

    @Enumerated(EnumType.STRING)
    private BackupState state;

    @Column(name = "requested_by")
    private String requestedBy;

    @Column(name = "correlation_id")
    private @Nullable String correlationId;

    private @Nullable String environment;

    @Column(name = "requested_at")
    private Instant requestedAt;

    @Column(name = "started_at")
    private @Nullable Instant startedAt;

    @Column(name = "snapshot_at")
    private @Nullable Instant snapshotAt;

    @Column(name = "completed_at")
    private @Nullable Instant completedAt;

    /** Set while it waits for another attempt, and {@link #reason} says why. */
    @Column(name = "retry_at")
    private @Nullable Instant retryAt;

    @Column(name = "verified_at")
    private @Nullable Instant verifiedAt;

    @Column(name = "cancelled_by")
    private @Nullable String cancelledBy;

    private @Nullable String engine;

    @Column(name = "server_version")
    private @Nullable String serverVersion;

    private int tables;
    private long rows;
    private long bytes;

    @Column(name = "stored_bytes")
    private long storedBytes;

    @Column(name = "reused_bytes")
    private long reusedBytes;

    private boolean partial;
    private String[] findings;

    @Enumerated(EnumType.STRING)
    @Column(name = "failure_code")
    private @Nullable FailureCode failureCode;

    @Column(name = "failure_message")
    private @Nullable String failureMessage;

    @Column(name = "failure_object")
    private @Nullable String failureObject;

    /** The database that a restore put aside, which is read in place of the source's own. */
    @Column(name = "put_aside")
    private @Nullable String putAside;

    /** Null: all of the source's scope. */
    @Column(name = "only_tables")
    private String @Nullable [] onlyTables;

    /** Whether there is an alert of it that has not ended. */
    @Column(name = "ddl_waits")
    private boolean ddlWaits;

    @Column(name = "verification_id")
    private @Nullable UUID verificationId;

    @Column(name = "unproven_at")
    private @Nullable Instant unprovenAt;

    private long told;

    @Column(name = "held_by")
    private @Nullable String heldBy;

    @Column(name = "held_at")
    private @Nullable Instant heldAt;

    @Column(name = "held_reason")
    private @Nullable String heldReason;

    @Column(name = "deleted_by")
    private @Nullable String deletedBy;

    @Column(name = "deleted_at")
    private @Nullable Instant deletedAt;

    protected Backup() {}

    /** A backup that somebody asked for just now. */
    public static Backup requested(
            BackupId id,
            SourceRef source,
            @Nullable String environment,
            BackupKind kind,
            List<String> labels,
            Requester requester,
            Instant now) {
        Backup backup = new Backup();
        backup.id = id.value();
        backup.sourceId = source.id().value();
        backup.sourceName = source.name();
        backup.environment = environment;
        backup.kind = kind;
        backup.labels = labels.toArray(String[]::new);
        backup.findings = new String[0];
        backup.state = BackupState.REQUESTED;
        backup.requestedBy = requester.source();
        backup.correlationId = requester.correlationId();
        backup.requestedAt = now;
        return backup;
    }

    public void putAside(@Nullable String database) {
        putAside = database;
    }

    /** The database to read in place of the source's own, if a restore put it aside. */
    public @Nullable String putAside() {
        return putAside;
    }

    public void only(@Nullable List<String> tables) {
        onlyTables = tables == null ? null : tables.toArray(String[]::new);
    }

    /** The tables that it is of, where it is not of the source's whole scope. */
    public List<String> onlyTables() {
        return onlyTables == null ? List.of() : List.of(onlyTables);
    }

    /** One that lies in the vault and that this catalog has never heard of, or lost. */
    static Backup adopted(BackupId id, SourceRef source, VaultBackupRecord found, Instant now) {
        Backup backup = requested(
                id, source, null, found.kind(), found.labels(), new Requester(ADOPTED, null), found.startedAt());
        backup.startedAt = found.startedAt();
        // above all that a former catalog may have told of it: consumers pass over older numbers
        backup.sequence = now.getEpochSecond();
        backup.told = backup.sequence;
        backup.state = BackupState.RUNNING;
        backup.stored(found.stored(), found.committedAt());
        return backup;
    }

    /** A worker took it up. Taking over from a dead worker changes nothing. */
    public boolean started(Instant now) {
        if (state == BackupState.RUNNING) {
            forget();
            return false;
        }
        if (state == BackupState.CANCELLED) {
            throw HoldfastException.about(
                    id.toString(), FailureCode.CANCELLED, "backup " + id + " was cancelled before it began");
        }
        become(BackupState.RUNNING);
        startedAt = now;
        return true;
    }

    /** It waits for the end of an outage, such as of the vault, and is tried again then. */
    void waits(FailureReason reason, Instant until) {
        because(reason);
        retryAt = until;
    }

    /** Its manifest is in the vault. */
    public void stored(BackupSummary stored, Instant now) {
        become(BackupState.STORED);
        startedAt = startedAt == null ? requestedAt : startedAt;
        completedAt = now;
        snapshotAt = stored.snapshotAt();
        engine = stored.engine();
        serverVersion = stored.serverVersion();
        tables = stored.totals().tables();
        rows = stored.totals().rows();
        bytes = stored.totals().bytes();
        storedBytes = stored.totals().storedBytes();
        reusedBytes = stored.totals().reusedBytes();
        findings = stored.findings().toArray(String[]::new);
        partial = stored.partial();
        forget();
    }

    /** Why it was not good, or gone, is over. */
    private void forget() {
        failureCode = null;
        failureMessage = null;
        failureObject = null;
        retryAt = null;
        unprovenAt = null;
        deletedBy = null;
        deletedAt = null;
    }

    /** It will not be: cancelled, if somebody asked for that, else failed. */
    public void ended(FailureReason reason, Instant now) {
        if (reason.code() == FailureCode.CANCELLED && cancelledBy != null) {
            cancelled(now);
        } else {
            become(BackupState.FAILED);
            forget();
            because(reason);
            completedAt = now;
        }
    }

    /** Somebody wants it to stop; who asks first is kept. */
    void cancellationRequested(String by) {
        cancelledBy = cancelledBy == null ? by : cancelledBy;
    }

    void cancelled(Instant now) {
        become(BackupState.CANCELLED);
        forget();
        completedAt = now;
    }

    /**
     * A verification restored it and found every row equal.
     *
     * @return false if that changes nothing: it was known, or a later verification has spoken
     */
    public boolean proven(VerificationId by, Instant at) {
        if (!state.mayBecome(BackupState.PROVEN) || isOlder(at)) {
            return false;
        }
        become(BackupState.PROVEN);
        verificationId = by.value();
        verifiedAt = at;
        forget();
        return true;
    }

    /**
     * A verification found it definitely bad.
     *
     * @return false if that changes nothing: it was known, or a later verification has spoken
     */
    public boolean unproven(VerificationId by, FailureReason reason, Instant at) {
        if (!state.mayBecome(BackupState.UNPROVEN) || isOlder(at)) {
            return false;
        }
        become(BackupState.UNPROVEN);
        verificationId = by.value();
        verifiedAt = at;
        unprovenAt = at;
        because(reason);
        return true;
    }

    /**
     * No verification, but the vault itself shows that it is not good, such as by a chunk that failed a check. A later
     * verification may find it good again.
     *
     * @return false if it was known to be bad
     */
    public boolean unproven(FailureReason reason, Instant at) {
        if (!state.mayBecome(BackupState.UNPROVEN)) {
            return false;
        }
        become(BackupState.UNPROVEN);
        verificationId = null;
        unprovenAt = at;
        because(reason);
        return true;
    }

    /** @return false if it was held already: the first hold counts */
    public boolean held(Hold hold) {
        if (heldAt != null) {
            return false;
        }
        heldBy = hold.by();
        heldAt = hold.heldAt();
        heldReason = hold.reason();
        return true;
    }

    /** @return false if it was not held */
    boolean released() {
        boolean held = heldAt != null;
        heldBy = null;
        heldAt = null;
        heldReason = null;
        return held;
    }

    /** @return false if it was deleted already */
    public boolean deleted(String by, Instant at) {
        if (!state.mayBecome(BackupState.DELETED)) {
            return false;
        }
        become(BackupState.DELETED);
        deletedBy = by;
        deletedAt = at;
        return true;
    }

    private boolean isOlder(Instant verdict) {
        return verifiedAt != null && verdict.isBefore(verifiedAt);
    }

    /**
     * Its locks keep somebody's DDL waiting.
     *
     * @return false if that was known
     */
    boolean ddlWaits() {
        boolean first = !ddlWaits;
        ddlWaits = true;
        return first;
    }

    /** Its locks are gone with it: true once, if they kept somebody waiting. */
    boolean ddlGoesOn() {
        boolean over = ddlWaits && state.isFinished();
        ddlWaits = ddlWaits && !over;
        return over;
    }

    /** The next number of this backup's own events, beginning with 1. */
    long nextSequence() {
        return ++sequence;
    }

    /** The next number, for the event that tells of the present state. */
    long tellState() {
        told = nextSequence();
        return told;
    }

    /** The number of the event that told of the present state. */
    long told() {
        return told;
    }

    private void become(BackupState next) {
        if (!state.mayBecome(next)) {
            throw new IllegalStateException("backup " + id + " is " + state + " and cannot become " + next);
        }
        state = next;
    }

    private void because(FailureReason reason) {
        failureCode = reason.code();
        failureMessage = reason.message();
        failureObject = reason.object();
    }

    public BackupId id() {
        return new BackupId(id);
    }

    public SourceRef source() {
        return new SourceRef(new SourceId(sourceId), sourceName);
    }

    public BackupState state() {
        return state;
    }

    public BackupKind kind() {
        return kind;
    }

    public List<String> labels() {
        return List.of(labels);
    }

    public @Nullable String environment() {
        return environment;
    }

    public @Nullable String correlationId() {
        return correlationId;
    }

    public String requestedBy() {
        return requestedBy;
    }

    public Instant requestedAt() {
        return requestedAt;
    }

    public @Nullable Instant startedAt() {
        return startedAt;
    }

    public @Nullable Instant snapshotAt() {
        return snapshotAt;
    }

    public @Nullable Instant completedAt() {
        return completedAt;
    }

    public @Nullable Instant retryAt() {
        return retryAt;
    }

    public @Nullable Instant verifiedAt() {
        return verifiedAt;
    }

    public @Nullable Instant unprovenAt() {
        return unprovenAt;
    }

    public @Nullable String heldBy() {
        return heldBy;
    }

    public @Nullable Instant heldAt() {
        return heldAt;
    }

    public @Nullable String heldReason() {
        return heldReason;
    }

    public @Nullable String deletedBy() {
        return deletedBy;
    }

    public @Nullable Instant deletedAt() {
        return deletedAt;
    }

    @Nullable
    String cancelledBy() {
        return cancelledBy;
    }

    public @Nullable String engine() {
        return engine;
    }

    public @Nullable String serverVersion() {
        return serverVersion;
    }

    public BackupTotals totals() {
        return new BackupTotals(tables, rows, bytes, storedBytes, reusedBytes);
    }

    public boolean partial() {
        return partial;
    }

    public List<String> findings() {
        return List.of(findings);
    }

    public @Nullable FailureReason reason() {
        return failureCode == null || failureMessage == null
                ? null
                : new FailureReason(failureCode, failureMessage, failureObject);
    }

    public @Nullable VerificationId verificationId() {
        return verificationId == null ? null : new VerificationId(verificationId);
    }
}
